import FoundationEssentials
import Testing
import TodoTUIKit

/// Compares frames with those kept in `Frames/`. With `RECORD_FRAMES` set they are written anew instead.
enum GoldenFrame {
    static func expect(_ frame: Frame, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let folder = String(#filePath[..<(#filePath.lastIndex(of: "/") ?? #filePath.endIndex)]) + "/Frames"
        let path = "\(folder)/\(name)-\(frame.size.columns)x\(frame.size.rows).txt"
        let actual = text(frame)
        if ProcessInfo.processInfo.environment["RECORD_FRAMES"] != nil {
            try actual.write(toFile: path, atomically: true, encoding: .utf8)
            return
        }
        let expected = try String(contentsOfFile: path, encoding: .utf8)
        #expect(actual == expected, "The frame differs from \(name); RECORD_FRAMES=1 records it.", sourceLocation: sourceLocation)
    }

    /// The text between bars, then a letter for the style of each column, then what the letters mean.
    static func text(_ frame: Frame) -> String {
        var letters: [Style: Character] = [.plain: "."], legend = "", styles = ""
        for row in frame.rows {
            styles += "|"
            for cell in row {
                if letters[cell.style] == nil {
                    let letter = Character(
                        Unicode.Scalar(UInt8(ascii: letters.count > 26 ? "A" : "a") + UInt8((letters.count - 1) % 26)))
                    letters[cell.style] = letter
                    legend += "\(letter) = \(cell.style)\n"
                }
                styles.append(letters[cell.style]!)
            }
            styles += "|\n"
        }
        let caret = frame.caret.map { "caret at column \($0.column), row \($0.row)" } ?? "no caret"
        let text = frame.rows.map { "|" + $0.compactMap(\.character).map { String($0) }.joined() + "|\n" }.joined()
        return "\(caret)\n\(text)\n\(styles)\n\(legend)"
    }
}
