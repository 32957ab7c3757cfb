/// A user's text made fit to stand among ours.
enum SafeText {
    /// On one line: control characters and line separators become spaces, so that no title can look like another part.
    static func oneLine(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            let isBreak = scalar.properties.generalCategory == .control || scalar == "\u{2028}" || scalar == "\u{2029}"
            result.append(isBreak ? " " : scalar)
        }
        return String(result)
    }

    /// One line with as many ends of isolates as beginnings, so that the text can't end an isolate that is put around it
    /// and turn what comes after it. Source: Unicode bidirectional algorithm (UAX #9), rules BD9 and X5–X6a.
    static func balanced(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isIsolate) else { return text }
        var result = String.UnicodeScalarView()
        var depth = 0
        for scalar in text.unicodeScalars {
            if scalar == popIsolate {
                guard depth > 0 else { continue }
                depth -= 1
            } else if isIsolate(scalar) {
                depth += 1
            }
            result.append(scalar)
        }
        for _ in 0..<depth { result.append(popIsolate) }
        return String(result)
    }

    /// One line that reads in its own direction and leaves the text around it in its own; plain left-to-right text stays
    /// as it is.
    static func isolated(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isDirectional) else { return text }
        return "\u{2068}\(balanced(text))\u{2069}"
    }

    private static let popIsolate: Unicode.Scalar = "\u{2069}"

    /// LRI, RLI, FSI and PDI.
    private static func isIsolate(_ scalar: Unicode.Scalar) -> Bool { (0x2066...0x2069).contains(scalar.value) }

    /// What makes text run to the left: the blocks whose letters do by default (`DerivedBidiClass.txt`), and the controls.
    private static func isDirectional(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.value < 0x0590 { return false }
        return scalar.properties.isBidiControl || rightToLeft.contains { $0.contains(scalar.value) }
    }

    private static let rightToLeft: [ClosedRange<UInt32>] = [
        0x0590...0x08FF, 0xFB1D...0xFDFF, 0xFE70...0xFEFF, 0x10800...0x10FFF, 0x1E800...0x1EFFF,
    ]
}
