import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore
import TodoCore

/// The JSON object of a request's body. It gathers what is wrong with every field before it refuses, so that a person
/// sees all of it at once.
struct BodyFields {
    private let fields: [String: JSONValue]
    private var known: Set<String> = []
    private(set) var errors: [Problem.Field] = []

    /// - Throws: `APIError` 413, 415, 400, or 422 when it is not an object.
    init(_ request: Request) async throws {
        let contentType = request.headers[.contentType] ?? ""
        let essence = contentType.prefix { $0 != ";" }.filter { $0 != " " }.lowercased()
        guard essence == "application/json" || essence == "application/merge-patch+json" && request.method == .patch else {
            throw APIError(.unsupportedMediaType, "The body must be application/json, said by Content-Type.")
        }
        let body = try await request.body.collect(upTo: Limits.bodySize)
        let value: JSONValue
        do {
            value = try Wire.decode(JSONValue.self, from: body.readableBytesView)
        } catch {
            throw APIError(.badRequest, "The body is not JSON.")
        }
        guard case .object(let fields) = value else {
            throw APIError.invalid([Problem.Field(loc: ["body"], msg: "must be an object", type: "object_type")])
        }
        self.fields = fields
    }

    /// A field's value, or nil when it is absent or `null`.
    mutating func optional<Value>(
        _ name: String, _ read: (JSONValue) throws(Limits.Fault) -> Value
    ) -> Value? {
        known.insert(name)
        guard let value = fields[name], value != .null else { return nil }
        do {
            return try read(value)
        } catch {
            errors.append(Problem.Field(loc: ["body", name], msg: error.message, type: error.type))
            return nil
        }
    }

    /// A field of a patch that `null` clears: nil when it is absent, `.some(nil)` when it is `null`.
    mutating func clearable<Value>(
        _ name: String, _ read: (JSONValue) throws(Limits.Fault) -> Value
    ) -> Value?? {
        guard fields[name] != .null else {
            known.insert(name)
            return .some(nil)
        }
        return optional(name, read).map { .some($0) }
    }

    /// A field of a patch that may be absent, but not `null`.
    mutating func settable<Value>(
        _ name: String, _ read: (JSONValue) throws(Limits.Fault) -> Value
    ) -> Value? {
        if fields[name] == .null {
            known.insert(name)
            errors.append(Problem.Field(loc: ["body", name], msg: "must not be null", type: "null"))
            return nil
        }
        return optional(name, read)
    }

    /// A field that has to be there.
    mutating func required<Value>(
        _ name: String, _ read: (JSONValue) throws(Limits.Fault) -> Value
    ) -> Value? {
        let before = errors.count
        let value = optional(name, read)
        if value == nil, errors.count == before {
            errors.append(Problem.Field(loc: ["body", name], msg: "is missing", type: "missing"))
        }
        return value
    }

    /// Call it after the last field.
    ///
    /// - Throws: `APIError` 422 with everything that is wrong, unknown fields among it.
    mutating func finish() throws {
        for name in fields.keys.sorted() where !known.contains(name) {
            errors.append(Problem.Field(loc: ["body", name], msg: "is not a field of this request", type: "extra_forbidden"))
        }
        if !errors.isEmpty { throw APIError.invalid(errors) }
    }
}

/// How a field's JSON becomes a value.
enum Read {
    /// Any text but with U+0000, which PostgreSQL's text can't hold.
    static func string(_ value: JSONValue) throws(Limits.Fault) -> String {
        guard case .string(let text) = value else { throw Limits.Fault("must be a string", type: "string_type") }
        guard !text.utf8.contains(0) else { throw Limits.Fault("must not contain U+0000", type: "control_character") }
        return text
    }

    static func bool(_ value: JSONValue) throws(Limits.Fault) -> Bool {
        guard case .bool(let bool) = value else { throw Limits.Fault("must be true or false", type: "bool_type") }
        return bool
    }

    static func integer(_ value: JSONValue) throws(Limits.Fault) -> Int {
        guard case .integer(let number) = value else { throw Limits.Fault("must be a whole number", type: "int_type") }
        return number
    }

    static func date(_ value: JSONValue) throws(Limits.Fault) -> LocalDate {
        guard let date = LocalDate(try string(value)) else {
            throw Limits.Fault("must be a date like 2026-11-22", type: "date")
        }
        return date
    }

    static func uuid(_ value: JSONValue) throws(Limits.Fault) -> UUID {
        guard let id = UUID(uuidString: try string(value)) else { throw Limits.Fault("must be a UUID", type: "uuid") }
        return id
    }

    static func strings(_ value: JSONValue) throws(Limits.Fault) -> [String] {
        guard case .array(let values) = value else { throw Limits.Fault("must be an array of strings", type: "array_type") }
        var strings: [String] = []
        for value in values { strings.append(try string(value)) }
        return strings
    }

    static func title(_ value: JSONValue) throws(Limits.Fault) -> String { try Limits.title(string(value)) }
    static func notes(_ value: JSONValue) throws(Limits.Fault) -> String { try Limits.notes(string(value)) }
    static func email(_ value: JSONValue) throws(Limits.Fault) -> String { try Limits.email(string(value)) }
    static func password(_ value: JSONValue) throws(Limits.Fault) -> String { try Limits.password(string(value)) }
    static func priority(_ value: JSONValue) throws(Limits.Fault) -> Int { try Limits.priority(integer(value)) }
    static func tags(_ value: JSONValue) throws(Limits.Fault) -> [String] { try Limits.tags(strings(value)) }
    static func listName(_ value: JSONValue) throws(Limits.Fault) -> String { try Limits.listName(string(value)) }

    /// The key of the list of a task; nil for the inbox.
    static func list(_ value: JSONValue) throws(Limits.Fault) -> String? { try Limits.list(string(value)) }

    /// A key that a list may be given: `inbox` is how the list without a key is asked for.
    static func newListKey(_ value: JSONValue) throws(Limits.Fault) -> ListKey {
        let key = try Limits.listKey(string(value))
        guard key.text != "INBOX" else { throw Limits.Fault("INBOX is the list that everybody has", type: "list_key") }
        return key
    }
}
