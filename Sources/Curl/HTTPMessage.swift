/// Header fields in the order that they came in; names are compared without case.
public struct HTTPHeaders: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    /// A field's name and value.
    public struct Field: Sendable, Hashable {
        public var name: String
        public var value: String
    }

    public private(set) var fields: [Field] = []

    public init() {}

    public init(dictionaryLiteral elements: (String, String)...) {
        for (name, value) in elements { append(name, value) }
    }

    /// The first value under the name. Setting replaces every one; nil removes them.
    public subscript(name: String) -> String? {
        get { fields.first { $0.name.lowercased() == name.lowercased() }?.value }
        set {
            fields.removeAll { $0.name.lowercased() == name.lowercased() }
            if let newValue { append(name, newValue) }
        }
    }

    /// All the values under the name.
    public func all(_ name: String) -> [String] {
        fields.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
    }

    public mutating func append(_ name: String, _ value: String) {
        fields.append(Field(name: name, value: value))
    }
}

/// A request to an `http` or `https` URL.
public struct HTTPRequest: Sendable, Hashable {
    /// In capitals: `GET`, `POST`, `PATCH`…
    public var method: String
    public var url: String
    public var headers: HTTPHeaders
    /// Nil sends no body; empty sends one of no bytes.
    public var body: [UInt8]?
    /// For the whole exchange; nil takes the transport's.
    public var timeout: Duration?

    public init(
        method: String = "GET", url: String, headers: HTTPHeaders = [:], body: [UInt8]? = nil, timeout: Duration? = nil
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout = timeout
    }
}

/// A whole answer, its body already decompressed.
public struct HTTPResponse: Sendable, Hashable {
    public var status: Int
    public var headers: HTTPHeaders
    public var body: [UInt8]

    public init(status: Int, headers: HTTPHeaders = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// The status and the fields of an answer, read line by line as libcurl gives them.
struct HTTPHead {
    var status = 0
    var headers = HTTPHeaders()
    /// Whether the blank line after the fields has come, of an answer that is not merely interim (1xx).
    private(set) var isComplete = false

    mutating func take(_ line: String) {
        if isComplete { return }  // Trailers say nothing that we ask for.
        if line.hasPrefix("HTTP/") {
            let parts = line.split(separator: " ", maxSplits: 2)
            self = HTTPHead()
            status = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
        } else if line.isEmpty {
            isComplete = status >= 200
        } else if let colon = line.firstIndex(of: ":") {
            let value = line[line.index(after: colon)...]
            headers.append(String(line[..<colon]), String(value.drop { $0 == " " || $0 == "\t" }))
        }
    }
}
