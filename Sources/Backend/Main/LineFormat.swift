import Logging
import TodoCore

/// How a log line looks. Whatever is in it, it is one line.
enum LineFormat: String {
    /// `2026-11-21T15:14:00.123456Z warning relay: lost the database error="…"`
    case text
    /// An object: `time`, `level`, `service`, `message`, and the metadata beside them in the order of their names.
    case json

    /// - Parameter microseconds: since 1970.
    func line(
        microseconds: Int64, level: Logger.Level, label: String, message: String, fields: Logger.Metadata
    ) -> [UInt8] {
        let fields = fields.sorted { $0.key < $1.key }
        switch self {
        case .json:
            var json = JSONWriter(capacity: 256)
            json.raw(#"{"time":"#)
            json.timestamp(microsecondsSince1970: microseconds)
            for (name, value) in [("level", level.rawValue), ("service", label), ("message", message)] {
                LineFormat.member(name, value, &json)
            }
            for (name, value) in fields {
                // A second member of the same name would make the line ambiguous.
                let isTaken = name == "time" || name == "level" || name == "service" || name == "message"
                LineFormat.member(isTaken ? name + "_" : name, "\(value)", &json)
            }
            json.raw("}\n")
            return json.bytes
        case .text:
            var line = Array(
                "\(Timestamp.text(microsecondsSince1970: microseconds)) \(level.rawValue) \(label): ".utf8)
            line += LineFormat.oneLine(message).utf8
            for (name, value) in fields {
                line += " \(name)=".utf8
                line += LineFormat.quoted("\(value)").utf8
            }
            line.append(UInt8(ascii: "\n"))
            return line
        }
    }

    private static func member(_ name: String, _ value: String, _ json: inout JSONWriter) {
        json.raw(",")
        json.string(name)
        json.raw(":")
        json.string(value)
    }

    /// Escapes what could end the line, or move a terminal's cursor.
    private static func oneLine(_ text: String) -> String {
        let isPlain = text.unicodeScalars.allSatisfy { !isControl($0) }
        if isPlain { return text }
        return text.unicodeScalars.reduce(into: "") { result, scalar in
            if isControl(scalar) {
                result += scalar == "\n" ? "\\n" : "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
    }

    /// In quotes where a reader could not tell where it ends.
    private static func quoted(_ text: String) -> String {
        let isWord = !text.isEmpty && text.unicodeScalars.allSatisfy { $0 != " " && $0 != "\"" && $0 != "=" && !isControl($0) }
        if isWord { return text }
        return "\"" + oneLine(text).replacing("\"", with: "\\\"") + "\""
    }

    /// C0, C1, and the separators that some readers take for the end of a line.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || scalar.value == 0x2028 || scalar.value == 0x2029
    }
}
