internal import Cncurses
internal import Glibc
internal import TodoTUIKit

/// Makes out of one character what ncurses can draw: pieces of one base character and marks on it.
///
/// Terminals don't agree on how wide a sequence of several pictures is (families, skin tones, flags with a
/// variation selector). So of each only that is sent which all of them draw alike, and spaces up to the columns
/// that the frame has for it: at worst a picture is simpler than meant, but nothing after it stands askew.
final class CellEncoder {
    /// One base and at most four marks, as ncurses' `cchar_t` holds them, and the 0 at the end.
    typealias Piece = [wchar_t]

    private static let mostMarks = Int(CCHARW_MAX) - 1
    private var known: [Character: [Piece]] = [:]
    /// A picture book of the whole of Unicode need not be kept.
    private static let mostKnown = 4096

    /// Pieces that take exactly so many columns.
    func pieces(of character: Character, columns: Int) -> [Piece] {
        if let ascii = character.asciiValue { return [[wchar_t(ascii), 0]] }
        if let pieces = known[character] { return pieces }
        let pieces = encode(character, columns: columns)
        if known.count >= CellEncoder.mostKnown { known.removeAll() }
        known[character] = pieces
        return pieces
    }

    private func encode(_ character: Character, columns: Int) -> [Piece] {
        var pieces: [Piece] = []
        var used = 0
        for scalar in character.unicodeScalars where !isSelector(scalar) {
            let code = wchar_t(bitPattern: scalar.value)
            let width = Int(wcwidth(code))
            if width == 0 {
                if let last = pieces.indices.last, pieces[last].count <= CellEncoder.mostMarks, canShow(code) {
                    pieces[last].append(code)
                }
                continue
            }
            let shown = width > 0 && canShow(code)
            guard used + max(1, width) <= columns else { break }
            pieces.append([shown ? code : wchar_t(UInt8(ascii: "?"))])
            used += shown ? width : 1
        }
        pieces += Array(repeating: [wchar_t(UInt8(ascii: " "))], count: max(0, columns - used))
        return pieces.map { $0 + [0] }
    }

    /// Joiners and variation selectors: what they ask for is not drawn alike everywhere.
    private func isSelector(_ scalar: Unicode.Scalar) -> Bool {
        (0xFE00...0xFE0F).contains(scalar.value) || (0x200B...0x200D).contains(scalar.value)
    }

    /// Whether the locale's charset has it.
    private func canShow(_ code: wchar_t) -> Bool {
        var state = mbstate_t()
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 16) {
            wcrtomb($0.baseAddress, code, &state) != -1
        }
    }
}
