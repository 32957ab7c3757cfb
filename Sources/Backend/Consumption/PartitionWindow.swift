package import Kafka

/// The records of one partition that are under way side by side, and how far all of them are through. Pure: the consumer
/// tells it what happened and does what it answers.
///
/// When a record fails, the consumer goes back to it. What comes again after it and was done meanwhile, or still is under
/// way, is known here, so that nothing is done twice.
package struct PartitionWindow {
    private struct Entry {
        var id: UInt64
        var record: KafkaRecord
        /// The one that was handed out before it: all up to it are through once this entry is the first.
        var previous: KafkaRecord?
    }

    /// What is to be done with a record that came.
    package enum Admission: Sendable, Hashable {
        case work
        /// Nothing: it comes again, or is under way since before.
        case pass
        /// Nothing: it was done before. All up to it are through.
        case through
        /// It may have come from behind a record that failed since. Pass, and go back to this one to be sure.
        case goBack(to: KafkaRecord)
    }

    /// What is to be done after a record that failed.
    package enum Failure: Sendable, Hashable {
        /// Nothing: another record of the partition failed before, and this one comes again as well.
        case passed
        /// Go back to it. The partition is held already.
        case goBack
        /// Hold the partition for this time, and go back to it.
        case hold(Duration, number: UInt64)
    }

    /// Of how many records that were done ahead of the first one under way it is remembered. What is forgotten is handled
    /// again if it comes again.
    private static let memory = 100_000

    private var assignment: UInt64
    private var underWay: [Entry] = []
    /// The last one that was handed out.
    private var newest: KafkaRecord?
    /// The one that failed and has not come again yet.
    private var failed: KafkaRecord?
    /// Whether what comes now was surely read after going back.
    private var isSure = false
    /// Under way, and to come again: their numbers by offset.
    private var strays: [Int64: UInt64] = [:]
    /// The offsets that are done, and not yet all before them.
    private var done: Set<Int64> = []
    private var holds: UInt64 = 0
    private var isHeld = false
    private let retryDelay: ClosedRange<Duration>
    private var backoff: Backoff?

    package init(_ assignment: UInt64, retryDelay: ClosedRange<Duration>) {
        self.assignment = assignment
        self.retryDelay = retryDelay
    }

    /// A record came. With `.work` it is under way, by this number, until ``finish(_:)`` or ``fail(_:)``.
    package mutating func admit(_ record: KafkaRecord, id: UInt64) -> Admission {
        if record.assignment != assignment {
            // The partition was away: where it goes on, nothing of before counts. A wait that still runs must not end a new one.
            let (old, oldHolds) = (backoff, holds)
            self = PartitionWindow(record.assignment, retryDelay: retryDelay)
            (backoff, holds) = (old, oldHolds + 1)
        } else if let failed, record.offset > failed.offset {
            if isHeld { return .pass }
            // Read before the consumer went back? Or is the record that failed no longer kept?
            if !isSure {
                isSure = true
                return .goBack(to: failed)
            }
        }
        if let newest, record.offset <= newest.offset {
            // The topic begins anew.
            (underWay, strays, done) = ([], [:], [])
            self.newest = nil
        }
        failed = nil
        defer { newest = record }
        if done.contains(record.offset) {
            guard underWay.isEmpty else { return .pass }
            done.remove(record.offset)
            return .through
        }
        let stray = strays.removeValue(forKey: record.offset)
        underWay.append(Entry(id: stray ?? id, record: record, previous: newest))
        return stray == nil ? .work : .pass
    }

    /// The record is done. Gives the one that is through with all before it, if that is another one now.
    package mutating func finish(_ id: UInt64) -> KafkaRecord? {
        if let offset = takeStray(id) {
            remember(offset)
            return nil
        }
        guard let index = underWay.firstIndex(where: { $0.id == id }) else { return nil }
        let entry = underWay.remove(at: index)
        guard index == 0 else {
            remember(entry.record.offset)
            return nil
        }
        backoff = nil
        let through = underWay.first?.previous ?? newest
        if let through, !done.isEmpty { done = done.filter { $0 > through.offset } }
        return through
    }

    /// The record failed for now: it comes again, and so do all that were handed out after it.
    package mutating func fail(_ id: UInt64) -> Failure {
        guard takeStray(id) == nil, let index = underWay.firstIndex(where: { $0.id == id }) else { return .passed }
        failed = underWay[index].record
        isSure = false
        newest = underWay[index].previous
        for entry in underWay[(index + 1)...] { strays[entry.record.offset] = entry.id }
        underWay.removeSubrange(index...)
        if isHeld { return .goBack }
        isHeld = true
        holds += 1
        var backoff = self.backoff ?? Backoff(retryDelay)
        defer { self.backoff = backoff }
        return .hold(backoff.next(), number: holds)
    }

    /// The wait is over. `false`: something else holds the partition since, or nothing does.
    package mutating func release(_ number: UInt64) -> Bool {
        guard isHeld, holds == number else { return false }
        isHeld = false
        return true
    }

    private mutating func remember(_ offset: Int64) {
        if done.count < Self.memory { done.insert(offset) }
    }

    private mutating func takeStray(_ id: UInt64) -> Int64? {
        guard let offset = strays.first(where: { $0.value == id })?.key else { return nil }
        strays[offset] = nil
        return offset
    }
}
