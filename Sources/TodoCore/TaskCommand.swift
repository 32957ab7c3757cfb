public import FoundationEssentials

/// The request to create a task, as it stands in the topic `commands`: `task.creation.requested`.
///
/// One JSON object: `event_id`, `type`, `occurred_at`, `user_id`, `task_id`, and the fields of the draft. What is read
/// meets the same limits as a body of POST `/tasks`, whoever published it; fields that this version doesn't know are ignored.
public struct TaskCommand: Sendable, Hashable {
    /// The `type` on the wire.
    public static let type = "task.creation.requested"

    /// Names this request: however often it is delivered, it is done once.
    public var id: UUID
    /// When it was asked for.
    public var occurredAt: Date
    /// For whom the task is, as the token of the request said.
    public var user: UUID
    /// The id that the task gets.
    public var taskID: UUID
    /// What the task holds; its `id` is ``taskID``.
    public var draft: TaskDraft

    /// The command for this draft.
    ///
    /// - Parameter draft: already validated. Where it has no id, the task gets a new one.
    public init(id: UUID = .v7(), occurredAt: Date = Date(), user: UUID, draft: TaskDraft) {
        self.id = id
        self.occurredAt = occurredAt
        self.user = user
        taskID = draft.id ?? .v7()
        self.draft = draft
        self.draft.id = taskID
    }
}

extension TaskCommand: Codable {
    enum CodingKeys: String, CodingKey {
        case eventID = "event_id"
        case type
        case occurredAt = "occurred_at"
        case userID = "user_id"
        case taskID = "task_id"
        case title, list, notes
        case dueOn = "due_on"
        case priority, tags
    }

    /// Reads and checks everything.
    ///
    /// - Throws: `DecodingError`; ``Wire/fault(_:)`` has it in words.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        guard try container.decode(String.self, forKey: .type) == TaskCommand.type else {
            throw DecodingError.dataCorruptedError(
                forKey: .type, in: container, debugDescription: "not \(TaskCommand.type)")
        }
        func checked<Value: Decodable, Result>(
            _ key: CodingKeys, _ check: (Value) throws(Limits.Fault) -> Result
        ) throws -> Result? {
            guard let value = try container.decodeIfPresent(Value.self, forKey: key) else { return nil }
            do throws(Limits.Fault) {
                return try check(value)
            } catch {
                throw DecodingError.dataCorrupted(
                    DecodingError.Context(
                        codingPath: container.codingPath + [key], debugDescription: error.message, underlyingError: error))
            }
        }
        guard let title = try checked(.title, { (text: String) throws(Limits.Fault) in try Limits.title(text) }) else {
            throw DecodingError.keyNotFound(
                CodingKeys.title, DecodingError.Context(codingPath: container.codingPath, debugDescription: "no title"))
        }
        self.init(
            id: try container.decode(UUID.self, forKey: .eventID),
            occurredAt: try container.decode(Date.self, forKey: .occurredAt),
            user: try container.decode(UUID.self, forKey: .userID),
            draft: TaskDraft(
                title: title, id: try container.decode(UUID.self, forKey: .taskID),
                list: try checked(.list) { (text: String) throws(Limits.Fault) in try Limits.list(text) } ?? nil,
                notes: try checked(.notes) { (text: String) throws(Limits.Fault) in try Limits.notes(text) },
                dueOn: try container.decodeIfPresent(LocalDate.self, forKey: .dueOn),
                priority: try checked(.priority) { (value: JSONValue) throws(Limits.Fault) in
                    // As JSON: decoding an Int says of 1.5 that the whole message is no JSON.
                    guard case .integer(let priority) = value else {
                        throw Limits.Fault("must be a whole number", type: "int_type")
                    }
                    return try Limits.priority(priority)
                },
                tags: try checked(.tags) { (values: [String]) throws(Limits.Fault) in try Limits.tags(values) }))
    }

    /// What the draft lacks is left out; ids are in lower case.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id.lowercase, forKey: .eventID)
        try container.encode(TaskCommand.type, forKey: .type)
        try container.encode(occurredAt, forKey: .occurredAt)
        try container.encode(user.lowercase, forKey: .userID)
        try container.encode(taskID.lowercase, forKey: .taskID)
        try container.encode(draft.title, forKey: .title)
        try container.encodeIfPresent(draft.list, forKey: .list)
        try container.encodeIfPresent(draft.notes, forKey: .notes)
        try container.encodeIfPresent(draft.dueOn, forKey: .dueOn)
        try container.encodeIfPresent(draft.priority, forKey: .priority)
        try container.encodeIfPresent(draft.tags, forKey: .tags)
    }
}

extension Wire {
    /// Why a message can't be read: the way to the field and what is wrong there; never the value, which may be somebody's
    /// data.
    public static func fault(_ error: any Error) -> String {
        func path(_ context: DecodingError.Context) -> String {
            let path = context.codingPath.map(\.stringValue).joined(separator: ".")
            return path.isEmpty ? "the message" : "the field \(path)"
        }
        switch error {
        case DecodingError.keyNotFound(let key, _): return "the field \(key.stringValue) is missing"
        case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
            return "\(path(context)) has the wrong type"
        case DecodingError.dataCorrupted(let context) where !context.codingPath.isEmpty:
            if let fault = context.underlyingError as? Limits.Fault { return "\(path(context)): \(fault.message)" }
            return "\(path(context)) is wrong"
        default: return "it is not JSON"
        }
    }
}
