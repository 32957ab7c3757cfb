/// JSON as it stands in a file: keys in their order, numbers as they are written.
package enum JSONNode: Sendable, Hashable {
    package struct Member: Sendable, Hashable {
        package var key: String
        package var value: JSONNode

        package init(_ key: String, _ value: JSONNode) {
            self.key = key
            self.value = value
        }
    }

    case null
    case bool(Bool)
    case number(String)
    case string(String)
    case array([JSONNode])
    case object([Member])

    /// An object's value of a key; the last where there are several.
    package subscript(_ key: String) -> JSONNode? {
        if case .object(let members) = self { members.last { $0.key == key }?.value } else { nil }
    }

    /// The text of a string, and of a number.
    package var text: String? {
        switch self {
        case .string(let text), .number(let text): text
        default: nil
        }
    }

    package var isNull: Bool { self == .null }

    /// As JSON on one line, the members in their order.
    package func write(to json: inout String) {
        switch self {
        case .null: json += "null"
        case .bool(let value): json += value ? "true" : "false"
        case .number(let text): json += text
        case .string(let text): JSONNode.write(text, to: &json)
        case .array(let values):
            json += "["
            for (index, value) in values.enumerated() {
                if index > 0 { json += "," }
                value.write(to: &json)
            }
            json += "]"
        case .object(let members):
            json += "{"
            for (index, member) in members.enumerated() {
                if index > 0 { json += "," }
                JSONNode.write(member.key, to: &json)
                json += ":"
                member.value.write(to: &json)
            }
            json += "}"
        }
    }

    private static func write(_ text: String, to json: inout String) {
        json += "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": json += "\\\""
            case "\\": json += "\\\\"
            case "\n": json += "\\n"
            case "\r": json += "\\r"
            case "\t": json += "\\t"
            // Line separators too: one value stays one line to whoever reads lines.
            case _ where scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value) || scalar.value & ~1 == 0x2028:
                let code = String(scalar.value, radix: 16)
                json += "\\u" + String(repeating: "0", count: 4 - code.count) + code
            default: json.unicodeScalars.append(scalar)
            }
        }
        json += "\""
    }
}

/// Why a text is not JSON, and at which byte.
package struct JSONFault: Error, Sendable, Hashable {
    package var offset: Int
    package var reason: String
}
