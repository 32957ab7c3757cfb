/// An error answer of the API: RFC 9457, `application/problem+json`.
public struct Problem: Codable, Sendable, Hashable, Error {
    /// What is wrong with one part of the request, in a 422.
    public struct Field: Codable, Sendable, Hashable {
        /// The way to it: `["body", "title"]`, `["query", "limit"]`.
        public var loc: [String]
        public var msg: String
        /// For programs: `missing`, `string_too_long`, `extra_forbidden`…
        public var type: String

        public init(loc: [String], msg: String, type: String) {
            self.loc = loc
            self.msg = msg
            self.type = type
        }
    }

    /// A URI reference that names the kind; `about:blank` where the status says it all.
    public var type: String
    public var title: String
    public var status: Int
    public var detail: String?
    public var errors: [Field]?
    /// The request's id, as in the server's log.
    public var requestID: String?
    /// In a 412: the task as it is now.
    public var current: TodoTask?

    public init(
        type: String = "about:blank", title: String, status: Int, detail: String? = nil, errors: [Field]? = nil,
        requestID: String? = nil, current: TodoTask? = nil
    ) {
        self.type = type
        self.title = title
        self.status = status
        self.detail = detail
        self.errors = errors
        self.requestID = requestID
        self.current = current
    }

    enum CodingKeys: String, CodingKey {
        case type, title, status, detail, errors, current
        case requestID = "request_id"
    }
}
