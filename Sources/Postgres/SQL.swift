/// A statement with its bind parameters, written as a string:
///
///     let done: SQL = "AND done = \(true)"
///     try connection.query("SELECT id FROM tasks WHERE user_id = \(user) \(done) LIMIT \(10)")
///
/// Every interpolated value becomes a parameter ($1, $2…), a `String` too; an interpolated `SQL` is spliced in. Only
/// `SQL(unsafe:)` makes text of a string. What an instance prints never shows the values.
public struct SQL: Sendable {
    /// The text between the parameters: always one more than there are parameters, so that splicing needs no renumbering.
    private(set) var pieces: [String]
    package private(set) var parameters: SQLParameters

    /// No text and no parameters: the fragment that changes nothing.
    public init() {
        pieces = [""]
        parameters = SQLParameters()
    }

    /// Like `init()`, with room for so many parameters.
    fileprivate init(capacity: Int) {
        pieces = []
        pieces.reserveCapacity(capacity + 1)
        pieces.append("")
        parameters = SQLParameters()
        parameters.reserveCapacity(capacity)
    }

    /// Raw text. Never give it anything that came from a user.
    public init(unsafe text: String) {
        pieces = [text]
        parameters = SQLParameters()
    }

    /// Whether there is neither text nor a parameter.
    public var isEmpty: Bool { pieces.count == 1 && pieces[0].isEmpty }

    /// Whether anything in the text is a NUL, which would end it for libpq.
    var hasNUL: Bool { pieces.contains { $0.utf8.contains(0) } }

    /// The text as the server gets it.
    public var text: String {
        var text = pieces[0]
        for (index, piece) in pieces.enumerated().dropFirst() { text += "$\(index)\(piece)" }
        return text
    }

    public static func += (a: inout SQL, b: SQL) {
        a.append(text: b.pieces[0])
        a.pieces.append(contentsOf: b.pieces.dropFirst())
        a.parameters.append(b.parameters)
    }

    public static func + (a: SQL, b: SQL) -> SQL {
        var sum = a
        sum += b
        return sum
    }

    fileprivate mutating func append(text: String) {
        // The usual case, the first literal, takes the string without copying it.
        if pieces[pieces.count - 1].isEmpty { pieces[pieces.count - 1] = text } else { pieces[pieces.count - 1] += text }
    }

    fileprivate mutating func append(parameter value: some PostgresEncodable) {
        parameters.append(value)
        pieces.append("")
    }
}

extension Sequence<SQL> {
    /// All fragments with `separator` between them; the empty `SQL` where there are none.
    public func joined(separator: SQL) -> SQL {
        var all = SQL()
        for (index, fragment) in enumerated() {
            if index > 0 { all += separator }
            all += fragment
        }
        return all
    }
}

extension SQL: ExpressibleByStringInterpolation {
    public init(stringLiteral text: String) { self.init(unsafe: text) }

    public init(stringInterpolation: StringInterpolation) { self = stringInterpolation.sql }

    /// What the compiler builds from `"… \(value) …"`.
    public struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var sql: SQL

        public init(literalCapacity: Int, interpolationCount: Int) { sql = SQL(capacity: interpolationCount) }

        public mutating func appendLiteral(_ text: String) { sql.append(text: text) }

        /// A bind parameter.
        public mutating func appendInterpolation(_ value: some PostgresEncodable) { sql.append(parameter: value) }

        /// A bind parameter that may be NULL. An overload of its own, since the compiler warns of optionals that fall into the other.
        public mutating func appendInterpolation(_ value: (some PostgresEncodable)?) { sql.append(parameter: value) }

        /// A fragment, with its own parameters.
        public mutating func appendInterpolation(_ fragment: SQL) { sql += fragment }

        /// A fragment for a condition that may not be there.
        public mutating func appendInterpolation(_ fragment: SQL?) { if let fragment { sql += fragment } }
    }
}

extension SQL: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { text }

    public var debugDescription: String { text }

    public var customMirror: Mirror { Mirror(self, children: ["text": text]) }
}
