/// Folds plain text to a width in terminal columns.
enum TextWrapping {
    /// `text` after `marker`, in lines of at most `width` columns; later lines stand under the first one's text.
    ///
    /// Breaks at spaces, and on either side of a wide character (Chinese and Japanese have no spaces). A word that
    /// is too long for any line, such as a URL, stays whole.
    static func wrap(_ text: String, width: Int, marker: String) -> String {
        let indent = marker.reduce(0) { $0 + columns(of: $1) }
        let room = max(1, width - indent)
        var lines: [String] = [], line = "", lineColumns = 0
        for piece in pieces(of: text) {
            let gap = piece.afterSpace && !line.isEmpty ? 1 : 0
            if !line.isEmpty, lineColumns + gap + piece.columns > room {
                lines.append(line)
                (line, lineColumns) = (piece.text, piece.columns)
            } else {
                line += (gap == 1 ? " " : "") + piece.text
                lineColumns += gap + piece.columns
            }
        }
        lines.append(line)
        return marker + lines.joined(separator: "\n" + String(repeating: " ", count: indent))
    }

    /// What may not be torn apart.
    private struct Piece {
        var text: String
        var columns: Int
        var afterSpace: Bool
    }

    private static func pieces(of text: String) -> [Piece] {
        var pieces: [Piece] = []
        var afterSpace = false, lastIsWide = true
        for character in text {
            if character == " " {
                afterSpace = true
                continue
            }
            let columns = columns(of: character)
            let isWide = columns == 2
            if afterSpace || isWide || lastIsWide || pieces.isEmpty {
                pieces.append(Piece(text: String(character), columns: columns, afterSpace: afterSpace))
            } else {
                pieces[pieces.count - 1].text.append(character)
                pieces[pieces.count - 1].columns += columns
            }
            (afterSpace, lastIsWide) = (false, isWide)
        }
        return pieces
    }

    /// Two for what East Asian fonts and emoji draw wide (UAX #11, the ranges that matter), else one.
    private static func columns(of character: Character) -> Int {
        guard let first = character.unicodeScalars.first else { return 0 }
        if first.value < 0x1100 { return 1 }
        if first.properties.isEmojiPresentation { return 2 }
        return wide.contains { $0.contains(first.value) } ? 2 : 1
    }

    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAFF,
        0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD,
    ]
}
