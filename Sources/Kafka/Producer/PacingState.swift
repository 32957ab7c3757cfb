/// What a paced producer keeps in mind: what it sent, and how far the groups have come. Pure: `Pacer` asks the broker.
struct PacingState {
    /// Whether the cluster is an embedded one. As long as nobody knows, sends are paced as if it were, so that a first
    /// large batch isn't past the bound before the answer comes.
    enum Mode { case undecided, on, off }

    private(set) var mode = Mode.undecided
    private let pacing: KafkaPacing
    /// Handed over and not reported. Which partition a key chooses is not known yet, so it counts for each of the topic.
    private var underWay: [Ticket: (topic: String, bytes: Int)] = [:]
    private var topics: [String: Topic] = [:]
    /// The batches that wait, and for which topic: the oldest goes first, so that small messages don't pass a large one for ever.
    private var heldBack: [UInt64: String] = [:]
    private var isWatched = false

    fileprivate struct Topic {
        var bytesUnderWay = 0
        /// Stored by the broker, and not committed by all groups.
        var partitions: [Int32: Backlog] = [:]
    }

    fileprivate struct Backlog {
        /// In the order of offsets.
        var messages: [(offset: Int64, bytes: Int)] = []
        var bytes = 0
        var committed: [String: Int64] = [:]
    }

    init(_ pacing: KafkaPacing) { self.pacing = pacing }

    mutating func decide(isEmbedded: Bool) {
        guard mode == .undecided else { return }
        mode = isEmbedded ? .on : .off
        if !isEmbedded { (underWay, topics, heldBack) = ([:], [:], [:]) }
    }

    // MARK: Sending

    /// Whether the message may go now. If so it is under way until `record` or `withdraw`.
    mutating func admit(_ message: KafkaMessage, _ ticket: Ticket) -> Bool {
        guard mode != .off, pacing.groups[message.topic]?.isEmpty == false else { return true }
        let bytes = message.approximateSize
        let used = used(message.topic, message.partition)
        let isNext = heldBack.allSatisfy { $0.value != message.topic || $0.key >= ticket.batch }
        guard isNext, used == 0 || used + bytes <= pacing.bytesPerPartition else {
            heldBack[ticket.batch] = message.topic
            return false
        }
        underWay[ticket] = (message.topic, bytes)
        topics[message.topic, default: Topic()].bytesUnderWay += bytes
        return true
    }

    private func used(_ name: String, _ partition: Int32?) -> Int {
        guard let topic = topics[name] else { return 0 }
        if let partition { return topic.bytesUnderWay + (topic.partitions[partition]?.bytes ?? 0) }
        return topic.bytesUnderWay + (topic.partitions.values.map(\.bytes).max() ?? 0)
    }

    /// librdkafka didn't take it after all.
    mutating func withdraw(_ ticket: Ticket) {
        guard let (topic, bytes) = underWay.removeValue(forKey: ticket) else { return }
        topics[topic]?.bytesUnderWay -= bytes
    }

    /// The batch has nothing more to hand over. Returns whether others are held back, which it kept waiting.
    mutating func leave(_ batch: UInt64) -> Bool { heldBack.removeValue(forKey: batch) != nil && !heldBack.isEmpty }

    /// What became of a message.
    mutating func record(_ report: ProducerState.Report, for ticket: Ticket) {
        guard let (topic, bytes) = underWay[ticket] else { return }
        withdraw(ticket)
        guard report.code == 0, report.offset >= 0 else { return }
        topics[topic]?.partitions[report.partition, default: Backlog()].append(report.offset, bytes)
    }

    // MARK: What the groups have committed

    /// The partitions to ask each group about, where any of it matters by now. `nil`: nothing to ask, and the asking ends.
    mutating func questions() -> [String: [KafkaPartition]]? {
        var questions: [String: [KafkaPartition]] = [:]
        if mode == .on, isNearTheBound {
            for (name, topic) in topics {
                let behind = topic.partitions.filter { $0.value.bytes > 0 }.keys.sorted()
                let partitions = behind.map { KafkaPartition(topic: name, partition: $0) }
                for group in pacing.groups[name] ?? [] where !partitions.isEmpty { questions[group, default: []] += partitions }
            }
        }
        isWatched = !questions.isEmpty
        return questions.isEmpty ? nil : questions
    }

    /// Whether the asking has to begin.
    mutating func beginsWatch() -> Bool {
        guard mode == .on, !isWatched, isNearTheBound else { return false }
        isWatched = true
        return true
    }

    private var isNearTheBound: Bool {
        !heldBack.isEmpty
            || topics.values.contains { $0.partitions.values.contains { $0.bytes > pacing.bytesPerPartition / 2 } }
    }

    /// Notes how far a group has come. Returns whether that makes room.
    mutating func committed(_ offset: Int64, by group: String, in partition: KafkaPartition) -> Bool {
        guard let groups = pacing.groups[partition.topic] else { return false }
        return topics[partition.topic]?.partitions[partition.partition]?.commit(offset, by: group, of: groups) ?? false
    }
}

extension PacingState.Backlog {
    fileprivate mutating func append(_ offset: Int64, _ bytes: Int) {
        // Reports come in the order of offsets: the partition was made anew, and what it held is gone.
        if let last = messages.last, last.offset >= offset { self = Self() }
        messages.append((offset, bytes))
        self.bytes += bytes
    }

    fileprivate mutating func commit(_ offset: Int64, by group: String, of groups: Set<String>) -> Bool {
        committed[group] = offset
        // A group that committed nothing holds everything.
        let slowest = groups.map { committed[$0] ?? -1 }.min() ?? -1
        let done = messages.prefix { $0.offset < slowest }
        if done.isEmpty { return false }
        bytes -= done.reduce(0) { $0 + $1.bytes }
        messages.removeFirst(done.count)
        return true
    }
}

extension KafkaMessage {
    /// What it takes of a broker's memory at most: uncompressed, and with a record batch of its own.
    var approximateSize: Int {
        let batchAndRecord = 90
        return headers.reduce(batchAndRecord + (key?.utf8.count ?? 0) + value.count) {
            $0 + $1.name.utf8.count + $1.value.utf8.count + 4
        }
    }
}
