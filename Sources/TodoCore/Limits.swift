/// What the API accepts. Each check gives nil when the value is good, else what is wrong with it in words for people.
public enum Limits {
    public static let titleLength = 1...500
    public static let notesLength = 0...20_000
    /// Of a search: it has to fit into a URL.
    public static let searchLength = 0...500
    public static let passwordLength = 8...128
    public static let tagLength = 1...50
    public static let tagCount = 0...20
    public static let priority = 0...3
    public static let listNameLength = 1...100
    /// Tasks on one page of GET `/tasks`.
    public static let pageSize = 1...1000
    public static let defaultPageSize = 100
    /// Bytes of a request's body.
    public static let bodySize = 1 << 20

    /// A fault: words for people and a name for programs.
    public struct Fault: Sendable, Hashable, Error {
        public var message: String
        public var type: String

        public init(_ message: String, type: String) {
            self.message = message
            self.type = type
        }
    }

    /// The title without white space around it.
    ///
    /// 1–500 characters (Unicode scalars, as PostgreSQL counts), any but control characters.
    public static func title(_ text: String) throws(Fault) -> String {
        let title = trimmed(text)
        if title.isEmpty { throw Fault("must not be empty", type: "string_too_short") }
        try length(title, titleLength)
        if title.unicodeScalars.contains(where: isControl) {
            throw Fault("must not contain control characters", type: "control_character")
        }
        return title
    }

    /// Notes may have line breaks and tabs, no other control characters.
    public static func notes(_ text: String) throws(Fault) -> String {
        try length(text, notesLength)
        if text.unicodeScalars.contains(where: { isControl($0) && !["\n", "\t", "\r"].contains($0) }) {
            throw Fault("must not contain control characters other than line breaks and tabs", type: "control_character")
        }
        return text
    }

    /// What is searched for in titles and notes.
    public static func search(_ text: String) throws(Fault) -> String {
        try length(text, searchLength)
        return try notes(text)
    }

    /// RFC 5321: at most 64 bytes before the `@` and 254 in all; the form that mail servers take in practice.
    public static func email(_ text: String) throws(Fault) -> String {
        let email = trimmed(text)
        guard let at = email.lastIndex(of: "@") else {
            throw Fault("must be an email address like me@example.org", type: "email")
        }
        let local = email[..<at], domain = email[email.index(after: at)...]
        guard email.utf8.count <= 254, (1...64).contains(local.utf8.count) else {
            throw Fault("must have at most 64 characters before the @ and 254 in all", type: "string_too_long")
        }
        let allowed = local.utf8.allSatisfy { byte in
            isAlphanumeric(byte) || byte >= 0x80 || "!#$%&'*+-/=?^_`{|}~.".utf8.contains(byte)
        }
        let labels = domain.split(separator: ".", omittingEmptySubsequences: false)
        let domainIsGood = labels.allSatisfy { label in
            (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
                && label.utf8.allSatisfy { isAlphanumeric($0) || $0 == 0x2D || $0 >= 0x80 }
        }
        let dotsAreGood = local.first != "." && local.last != "." && !local.contains("..")
        guard allowed, dotsAreGood, domainIsGood, !email.unicodeScalars.contains(where: isControl) else {
            throw Fault("must be an email address like me@example.org", type: "email")
        }
        return email
    }

    /// 8–128 characters of any kind.
    public static func password(_ text: String) throws(Fault) -> String {
        try length(text, passwordLength)
        return text
    }

    public static func priority(_ value: Int) throws(Fault) -> Int {
        guard priority.contains(value) else { throw Fault("must be 0, 1, 2 or 3", type: "out_of_range") }
        return value
    }

    /// Tags without their `@`, each once: letters, digits, `-`, `_`, `.`, `/`; at most 20.
    public static func tags(_ values: [String]) throws(Fault) -> [String] {
        guard tagCount.contains(values.count) else { throw Fault("must be at most 20 tags", type: "too_long") }
        var tags: [String] = []
        for value in values {
            let tag = trimmed(value)
            try length(tag, tagLength)
            let isGood = tag.unicodeScalars.allSatisfy {
                $0.properties.isAlphabetic || $0.properties.numericType != nil || "-_./".unicodeScalars.contains($0)
                    || $0.properties.isEmoji || $0.properties.generalCategory == .nonspacingMark || $0 == "\u{200D}"
            }
            guard isGood else { throw Fault("a tag has only letters, digits, - _ . and /", type: "tag") }
            if !tags.contains(tag) { tags.append(tag) }
        }
        return tags
    }

    public static func listName(_ text: String) throws(Fault) -> String {
        let name = trimmed(text)
        if name.isEmpty { throw Fault("must not be empty", type: "string_too_short") }
        try length(name, listNameLength)
        if name.unicodeScalars.contains(where: isControl) {
            throw Fault("must not contain control characters", type: "control_character")
        }
        return name
    }

    private static func length(_ text: String, _ range: ClosedRange<Int>) throws(Fault) {
        let count = text.unicodeScalars.count
        if count < range.lowerBound { throw Fault("must have at least \(range.lowerBound) characters", type: "string_too_short") }
        if count > range.upperBound { throw Fault("must have at most \(range.upperBound) characters", type: "string_too_long") }
    }

    /// Without white space at both ends.
    private static func trimmed(_ text: String) -> String {
        let scalars = text.unicodeScalars
        guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
            let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
        else { return "" }
        return String(scalars[first...last])
    }

    /// The key of a list, in any case.
    public static func listKey(_ text: String) throws(Fault) -> ListKey {
        guard let key = ListKey(text) else {
            throw Fault("must be a key like WEB: a letter, then at most 9 letters or digits", type: "list_key")
        }
        return key
    }

    /// The key of the list of a task, in any case; nil for the inbox, which `INBOX` asks for too.
    public static func list(_ text: String) throws(Fault) -> String? {
        let key = try listKey(text)
        return key.text == "INBOX" ? nil : key.text
    }

    /// The id of a request that somebody else gave: what can't be kept, or would break a line of a log, is none.
    public static func requestID(_ id: String?) -> String? {
        guard let id, (1...128).contains(id.utf8.count), id.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
        return id
    }

    /// Categories Cc, and the two line separators that terminals and mail treat as line breaks.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.generalCategory == .control || scalar == "\u{2028}" || scalar == "\u{2029}"
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
}
