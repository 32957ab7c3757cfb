/// What a consumer keeps in mind: which partitions are its own, and who waits for what. Pure: it only answers
/// what is to be resumed, and `ConsumerCore` does it.
struct ConsumerState {
    typealias Commit = CheckedContinuation<Int32, Never>
    typealias Wakeup = CheckedContinuation<Void, Never>

    private struct Watcher {
        let condition: @Sendable (Set<KafkaPartition>) -> Bool
        let wakeup: Wakeup
    }

    private enum Phase { case open, closing, closed }

    private var phase = Phase.open
    /// The number of the assignment that brought each partition; a partition that goes and comes back gets a new one.
    private var partitions: [KafkaPartition: UInt64] = [:]
    private var lastAssignment: UInt64 = 0
    private var wasAssigned = false
    private var lastID: UInt64 = 0
    private var commits: [UInt64: Commit] = [:]
    private var watchers: [UInt64: Watcher] = [:]
    private var closers: [Wakeup] = []
    /// The error after which this consumer is of no use.
    var fatal: KafkaError?

    var isOpen: Bool { phase == .open }
    var assigned: [KafkaPartition] { partitions.keys.sorted() }

    mutating func newID() -> UInt64 {
        lastID += 1
        return lastID
    }

    // MARK: Partitions

    /// The number of the assignment that a record of this partition comes with; `nil`: the partition was taken away.
    func assignment(of partition: KafkaPartition) -> UInt64? { partitions[partition] }

    /// Whether the record's partition was not taken away since.
    func isCurrent(_ record: KafkaRecord) -> Bool {
        partitions[KafkaPartition(topic: record.topic, partition: record.partition)] == record.assignment
    }

    /// - Parameter isComplete: no more partitions follow for now.
    mutating func assign(_ new: [KafkaPartition], isComplete: Bool = true) -> [Wakeup] {
        lastAssignment += 1
        wasAssigned = wasAssigned || isComplete
        for partition in new { partitions[partition] = lastAssignment }
        return satisfied()
    }

    /// - Parameter old: `nil`: all.
    mutating func revoke(_ old: [KafkaPartition]?) -> [Wakeup] {
        if let old { for partition in old { partitions[partition] = nil } } else { partitions = [:] }
        return satisfied()
    }

    /// Waits until the assigned partitions meet the condition; `false`: they do, or never will.
    mutating func watch(
        _ id: UInt64, _ condition: @escaping @Sendable (Set<KafkaPartition>) -> Bool, _ wakeup: Wakeup
    ) -> Bool {
        guard isOpen, !(wasAssigned && condition(Set(partitions.keys))) else { return false }
        watchers[id] = Watcher(condition: condition, wakeup: wakeup)
        return true
    }

    mutating func cancelWatch(_ id: UInt64) -> Wakeup? { watchers.removeValue(forKey: id)?.wakeup }

    private mutating func satisfied() -> [Wakeup] {
        guard wasAssigned, !watchers.isEmpty else { return [] }
        let own = Set(partitions.keys)
        let met = watchers.filter { $0.value.condition(own) }
        for id in met.keys { watchers[id] = nil }
        return met.values.map(\.wakeup)
    }

    // MARK: Commits

    /// `false`: closed.
    mutating func beginCommit(_ id: UInt64, _ commit: Commit) -> Bool {
        guard isOpen else { return false }
        commits[id] = commit
        return true
    }

    /// `nil`: nobody waits for it any more.
    mutating func endCommit(_ id: UInt64) -> Commit? { commits.removeValue(forKey: id) }

    // MARK: The end

    enum Close { case start, wait, done }

    mutating func close(_ closer: Wakeup?) -> Close {
        if phase == .closed { return .done }
        if let closer { closers.append(closer) }
        guard phase == .open else { return .wait }
        phase = .closing
        return .start
    }

    mutating func closed() -> (commits: [Commit], wakeups: [Wakeup]) {
        phase = .closed
        partitions = [:]
        defer { (commits, watchers, closers) = ([:], [:], []) }
        return (Array(commits.values), watchers.values.map(\.wakeup) + closers)
    }
}
