/// The topics of the broker.
public enum Topics {
    /// Domain events; the key is the user's id.
    public static let events = "events"
    /// Events that a consumer could not take, with the reason in the headers.
    public static let eventsDeadLetters = "events.dlq"
    /// Requests to do something, such as to create a task.
    public static let commands = "commands"
    public static let commandsDeadLetters = "commands.dlq"

    public static let all = [events, eventsDeadLetters, commands, commandsDeadLetters]
    /// Partitions of each topic where we create it.
    public static let partitions = 3
}

/// The headers of a message in the topics.
public enum MessageHeader {
    public static let eventType = "event_type"
    public static let eventID = "event_id"
    public static let requestID = "request_id"
    /// The event's place in the outbox: an ``OutboxPosition`` as text.
    public static let position = "position"
    // On dead letters:
    public static let reason = "reason"
    public static let originTopic = "origin_topic"
    public static let originPartition = "origin_partition"
    public static let originOffset = "origin_offset"
}
