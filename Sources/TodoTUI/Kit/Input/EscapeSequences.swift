/// The escape sequences that terminals send for keys.
///
/// Source: xterm's `ctlseqs.txt` ("PC-Style Function Keys", "VT220-Style"), `console_codes(4)`, rxvt's `rxvtRef`.
enum EscapeSequences {
    static let endOfPaste: [UInt8] = Array("\u{1B}[201~".utf8)
    /// No sequence is longer. What is, is noise.
    private static let longest = 32

    /// What stands at the beginning of `bytes`, the first of which is ESC.
    static func decode(_ bytes: ArraySlice<UInt8>, final: Bool) -> KeyDecoder.Step {
        guard let second = bytes.dropFirst().first else {
            return final ? .key(Key(.escape), length: 1) : .incomplete
        }
        switch second {
        case UInt8(ascii: "["): return controlSequence(bytes, final: final)
        case UInt8(ascii: "O"): return singleShift(bytes, final: final)
        // Two: the first was the key Esc.
        case 0x1B: return .key(Key(.escape), length: 1)
        default: return alt(bytes, final: final)
        }
    }

    /// Alt with another key, which comes behind the ESC.
    private static func alt(_ bytes: ArraySlice<UInt8>, final: Bool) -> KeyDecoder.Step {
        switch KeyDecoder.decode(bytes.dropFirst(), final: final) {
        case .key(let key, let length):
            return .key(Key(key.code, key.modifiers.union(.alt)), length: length + 1)
        case .skip(let length), .mouse(_, let length): return .skip(length + 1)
        case .incomplete: return .incomplete
        case .startOfPaste(let length): return .startOfPaste(length + 1)
        }
    }

    /// `ESC O` and one letter: keys in application mode, F1 to F4, the numeric keypad.
    private static func singleShift(_ bytes: ArraySlice<UInt8>, final: Bool) -> KeyDecoder.Step {
        guard let letter = bytes.dropFirst(2).first else {
            return final ? .key(Key(.character("O"), .alt), length: 2) : .incomplete
        }
        if letter == UInt8(ascii: "M") { return .key(Key(.enter), length: 3) }
        return code(ofLetter: letter).map { .key(Key($0), length: 3) } ?? .skip(3)
    }

    /// `ESC [`, parameters, and a final byte.
    private static func controlSequence(_ bytes: ArraySlice<UInt8>, final: Bool) -> KeyDecoder.Step {
        let body = bytes.dropFirst(2)
        // The Linux console's F1 to F5: ESC [ [ A to E.
        if body.first == UInt8(ascii: "[") {
            guard let letter = body.dropFirst().first else { return final ? .skip(3) : .incomplete }
            return (0x41...0x45).contains(letter) ? .key(Key(.function(Int(letter) - 0x40)), length: 4) : .skip(4)
        }
        let parameters = body.prefix { (0x20...0x3F).contains($0) }
        guard let last = body.dropFirst(parameters.count).first, parameters.count < longest else {
            if body.isEmpty, final { return .key(Key(.character("["), .alt), length: 2) }
            return final || parameters.count >= longest ? .skip(parameters.count + 2) : .incomplete
        }
        // rxvt ends the sequences of keys with Shift by `$`, which is no final byte elsewhere.
        let length = parameters.count + 3
        guard (0x40...0x7E).contains(last) else { return .skip(length - 1) }
        if parameters.first == UInt8(ascii: "<"), last | 0x20 == UInt8(ascii: "m") {
            return mouse(parameters.dropFirst(), isPress: last == UInt8(ascii: "M")).map { .mouse($0, length: length) }
                ?? .skip(length)
        }
        let numbers = parameters.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
            .map { Int(String(decoding: $0, as: UTF8.self)) ?? 0 }
        if last == UInt8(ascii: "~"), numbers.first == 200 { return .startOfPaste(length) }
        if last == UInt8(ascii: "Z") { return .key(Key(.tab, .shift), length: length) }
        let code =
            switch last {
            case UInt8(ascii: "~"), UInt8(ascii: "^"): code(ofNumber: numbers.first ?? 0)
            default: code(ofLetter: last)
            }
        guard let code else { return .skip(length) }
        // rxvt ends the sequences of keys with Ctrl by `^`.
        let held = last == UInt8(ascii: "^") ? .control : modifiers(numbers.count > 1 ? numbers[1] : 1)
        return .key(Key(code, held), length: length)
    }

    /// xterm's SGR form: button, column and row, from 1. Only the first button and the wheel mean something here.
    private static func mouse(_ parameters: ArraySlice<UInt8>, isPress: Bool) -> Mouse? {
        let numbers = parameters.split(separator: UInt8(ascii: ";")).compactMap { Int(String(decoding: $0, as: UTF8.self)) }
        guard numbers.count == 3, isPress, numbers[1] > 0, numbers[2] > 0 else { return nil }
        let place = Position(column: numbers[1] - 1, row: numbers[2] - 1)
        // Shift, Alt and Ctrl are 4, 8 and 16.
        switch numbers[0] & ~0x1C {
        case 0: return Mouse(.press, at: place)
        case 64: return Mouse(.scrollUp, at: place)
        case 65: return Mouse(.scrollDown, at: place)
        default: return nil
        }
    }

    /// xterm's parameter: 1, plus 1 for Shift, 2 for Alt, 4 for Ctrl.
    private static func modifiers(_ parameter: Int) -> Key.Modifiers {
        Key.Modifiers(rawValue: UInt8(truncatingIfNeeded: max(0, parameter - 1)) & 7)
    }

    private static func code(ofLetter letter: UInt8) -> Key.Code? {
        switch letter {
        case UInt8(ascii: "A"): .up
        case UInt8(ascii: "B"): .down
        case UInt8(ascii: "C"): .right
        case UInt8(ascii: "D"): .left
        case UInt8(ascii: "H"): .home
        case UInt8(ascii: "F"): .end
        case UInt8(ascii: "P")...UInt8(ascii: "S"): .function(Int(letter) - 0x4F)
        default: nil
        }
    }

    private static func code(ofNumber number: Int) -> Key.Code? {
        switch number {
        case 1, 7: .home
        case 2: .insert
        case 3: .delete
        case 4, 8: .end
        case 5: .pageUp
        case 6: .pageDown
        case 11...15: .function(number - 10)
        case 17...21: .function(number - 11)
        case 23, 24: .function(number - 12)
        default: nil
        }
    }
}
