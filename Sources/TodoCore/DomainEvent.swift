public import FoundationEssentials

/// A fact that has happened, as it stands in the topic `events` and in the outbox.
///
/// One JSON object: `event_id`, `type`, `occurred_at`, `user_id`, and the fields of its kind.
public struct DomainEvent: Sendable, Hashable {
    /// The counts of a digest.
    public struct DigestStats: Codable, Sendable, Hashable {
        public var total: Int
        public var done: Int
        public var undone: Int

        public init(total: Int, done: Int, undone: Int) {
            self.total = total
            self.done = done
            self.undone = undone
        }
    }

    public enum Kind: Sendable, Hashable {
        case taskCreated(task: UUID, title: String)
        case taskCompleted(task: UUID)
        case taskReopened(task: UUID)
        case taskDeleted(task: UUID)
        case taskRestored(task: UUID)
        /// `changes` names each changed field with its JSON before and after.
        case taskUpdated(task: UUID, changes: [String: Change])
        case userRegistered
        /// `undoneTitles` has at most 200. `digest` is nil where whoever asks knows no more than the titles.
        case digestRequested(email: String, stats: DigestStats, undoneTitles: [String], digest: DailyDigest? = nil)
        /// A type that this version doesn't know. A consumer passes it over.
        case unknown(type: String)
    }

    /// A field's value before and after.
    public struct Change: Codable, Sendable, Hashable {
        public var from: JSONValue
        public var to: JSONValue

        public init(from: JSONValue, to: JSONValue) {
            self.from = from
            self.to = to
        }
    }

    public var id: UUID
    public var occurredAt: Date
    public var user: UUID
    public var kind: Kind

    public init(id: UUID = .v7(), occurredAt: Date = Date(), user: UUID, kind: Kind) {
        self.id = id
        self.occurredAt = occurredAt
        self.user = user
        self.kind = kind
    }

    /// The `type` on the wire.
    public var type: String {
        switch kind {
        case .taskCreated: "task.created"
        case .taskCompleted: "task.completed"
        case .taskReopened: "task.reopened"
        case .taskDeleted: "task.deleted"
        case .taskRestored: "task.restored"
        case .taskUpdated: "task.updated"
        case .userRegistered: "user.registered"
        case .digestRequested: "email.daily_digest.requested"
        case .unknown(let type): type
        }
    }
}

extension DomainEvent: Codable {
    enum CodingKeys: String, CodingKey {
        case eventID = "event_id"
        case type
        case occurredAt = "occurred_at"
        case userID = "user_id"
        case taskID = "task_id"
        case title, changes, email, stats, digest
        case undoneTitles = "undone_titles"
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = try container.decode(UUID.self, forKey: .eventID)
        occurredAt = try container.decode(Date.self, forKey: .occurredAt)
        user = try container.decode(UUID.self, forKey: .userID)
        func task() throws -> UUID { try container.decode(UUID.self, forKey: .taskID) }
        switch try container.decode(String.self, forKey: .type) {
        case "task.created": kind = .taskCreated(task: try task(), title: try container.decode(String.self, forKey: .title))
        case "task.completed": kind = .taskCompleted(task: try task())
        case "task.reopened": kind = .taskReopened(task: try task())
        case "task.deleted": kind = .taskDeleted(task: try task())
        case "task.restored": kind = .taskRestored(task: try task())
        case "task.updated":
            kind = .taskUpdated(task: try task(), changes: try container.decode([String: Change].self, forKey: .changes))
        case "user.registered": kind = .userRegistered
        case "email.daily_digest.requested":
            kind = .digestRequested(
                email: try container.decode(String.self, forKey: .email),
                stats: try container.decode(DigestStats.self, forKey: .stats),
                undoneTitles: try container.decode([String].self, forKey: .undoneTitles),
                digest: try container.decodeIfPresent(DailyDigest.self, forKey: .digest))
        case let type: kind = .unknown(type: type)
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id.lowercase, forKey: .eventID)
        try container.encode(type, forKey: .type)
        try container.encode(occurredAt, forKey: .occurredAt)
        try container.encode(user.lowercase, forKey: .userID)
        switch kind {
        case .taskCreated(let task, let title):
            try container.encode(task.lowercase, forKey: .taskID)
            try container.encode(title, forKey: .title)
        case .taskCompleted(let task), .taskReopened(let task), .taskDeleted(let task), .taskRestored(let task):
            try container.encode(task.lowercase, forKey: .taskID)
        case .taskUpdated(let task, let changes):
            try container.encode(task.lowercase, forKey: .taskID)
            try container.encode(changes, forKey: .changes)
        case .digestRequested(let email, let stats, let undoneTitles, let digest):
            try container.encode(email, forKey: .email)
            try container.encode(stats, forKey: .stats)
            try container.encode(undoneTitles, forKey: .undoneTitles)
            try container.encodeIfPresent(digest, forKey: .digest)
        case .userRegistered, .unknown:
            break
        }
    }
}
