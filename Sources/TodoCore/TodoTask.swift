public import FoundationEssentials

/// One task, as the API answers it.
///
/// `reference` is what people type: `12` for number 12 of the inbox, `WEB-12` elsewhere.
public struct TodoTask: Codable, Sendable, Hashable, Identifiable {
    public var id: UUID
    public var reference: String
    /// The key of the task's list; nil for the inbox.
    public var list: String?
    /// Unique within the list, given once and never again.
    public var number: Int
    public var title: String
    public var done: Bool
    public var notes: String
    public var dueOn: LocalDate?
    /// 0 (none) to 3 (high).
    public var priority: Int
    public var tags: [String]
    /// Grows by one with each change; the `ETag` of the API.
    public var version: Int
    public var createdAt: Date
    public var updatedAt: Date
    public var doneAt: Date?
    public var deletedAt: Date?

    public init(
        id: UUID, list: String? = nil, number: Int, title: String, done: Bool = false, notes: String = "",
        dueOn: LocalDate? = nil, priority: Int = 0, tags: [String] = [], version: Int = 1,
        createdAt: Date, updatedAt: Date, doneAt: Date? = nil, deletedAt: Date? = nil
    ) {
        self.id = id
        self.reference = TaskReference.text(list: list, number: number)
        self.list = list
        self.number = number
        self.title = title
        self.done = done
        self.notes = notes
        self.dueOn = dueOn
        self.priority = priority
        self.tags = tags
        self.version = version
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.doneAt = doneAt
        self.deletedAt = deletedAt
    }

    enum CodingKeys: String, CodingKey {
        case id, reference, list, number, title, done, notes
        case dueOn = "due_on"
        case priority, tags, version
        case createdAt = "created_at"
        case updatedAt = "updated_at"
        case doneAt = "done_at"
        case deletedAt = "deleted_at"
    }

    /// Every field is on the wire, an absent value as `null`: scripts need not ask which are there.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id.lowercase, forKey: .id)
        try container.encode(reference, forKey: .reference)
        try container.encode(list, forKey: .list)
        try container.encode(number, forKey: .number)
        try container.encode(title, forKey: .title)
        try container.encode(done, forKey: .done)
        try container.encode(notes, forKey: .notes)
        try container.encode(dueOn, forKey: .dueOn)
        try container.encode(priority, forKey: .priority)
        try container.encode(tags, forKey: .tags)
        try container.encode(version, forKey: .version)
        try container.encode(createdAt, forKey: .createdAt)
        try container.encode(updatedAt, forKey: .updatedAt)
        try container.encode(doneAt, forKey: .doneAt)
        try container.encode(deletedAt, forKey: .deletedAt)
    }
}

/// The body of POST `/tasks`.
public struct TaskDraft: Codable, Sendable, Hashable {
    public var title: String
    /// Chosen by the client, so that the same request can be sent again without a second task.
    public var id: UUID?
    /// The key of the list; nil for the inbox.
    public var list: String?
    public var notes: String?
    public var dueOn: LocalDate?
    public var priority: Int?
    public var tags: [String]?

    public init(
        title: String, id: UUID? = nil, list: String? = nil, notes: String? = nil, dueOn: LocalDate? = nil,
        priority: Int? = nil, tags: [String]? = nil
    ) {
        self.title = title
        self.id = id
        self.list = list
        self.notes = notes
        self.dueOn = dueOn
        self.priority = priority
        self.tags = tags
    }

    enum CodingKeys: String, CodingKey {
        case title, id, list, notes
        case dueOn = "due_on"
        case priority, tags
    }
}

/// The body of PATCH `/tasks/{id}`: a JSON merge patch (RFC 7396). A nil field is left as it is;
/// `.some(.none)` of a nullable one is sent as `null` and clears it.
public struct TaskPatch: Codable, Sendable, Hashable {
    public var title: String?
    public var done: Bool?
    /// The key of the list to move to; `.some(.none)` moves to the inbox.
    public var list: String??
    public var notes: String?
    public var dueOn: LocalDate??
    public var priority: Int?
    public var tags: [String]?

    public init(
        title: String? = nil, done: Bool? = nil, list: String?? = nil, notes: String? = nil, dueOn: LocalDate?? = nil,
        priority: Int? = nil, tags: [String]? = nil
    ) {
        self.title = title
        self.done = done
        self.list = list
        self.notes = notes
        self.dueOn = dueOn
        self.priority = priority
        self.tags = tags
    }

    /// Whether the patch changes nothing.
    public var isEmpty: Bool { self == TaskPatch() }

    enum CodingKeys: String, CodingKey {
        case title, done, list, notes
        case dueOn = "due_on"
        case priority, tags
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        title = try container.decodeIfPresent(String.self, forKey: .title)
        done = try container.decodeIfPresent(Bool.self, forKey: .done)
        list = container.contains(.list) ? .some(try container.decodeIfPresent(String.self, forKey: .list)) : nil
        notes = try container.decodeIfPresent(String.self, forKey: .notes)
        dueOn = container.contains(.dueOn) ? .some(try container.decodeIfPresent(LocalDate.self, forKey: .dueOn)) : nil
        priority = try container.decodeIfPresent(Int.self, forKey: .priority)
        tags = try container.decodeIfPresent([String].self, forKey: .tags)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(title, forKey: .title)
        try container.encodeIfPresent(done, forKey: .done)
        if let list { try container.encode(list, forKey: .list) }
        try container.encodeIfPresent(notes, forKey: .notes)
        if let dueOn { try container.encode(dueOn, forKey: .dueOn) }
        try container.encodeIfPresent(priority, forKey: .priority)
        try container.encodeIfPresent(tags, forKey: .tags)
    }
}
