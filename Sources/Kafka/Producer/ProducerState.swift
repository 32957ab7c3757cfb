/// What a producer keeps in mind: the batches on their way, and who waits for what. Pure: it only answers
/// what is to be resumed, and `ProducerCore` does it.
struct ProducerState {
    /// What became of one message.
    struct Report: Sendable {
        /// librdkafka's code; 0: the broker has it.
        var code: Int32
        var partition: Int32 = -1
        var offset: Int64 = -1
    }

    typealias Reports = CheckedContinuation<[Report?], Never>
    typealias Wakeup = CheckedContinuation<Void, Never>

    private struct Batch {
        var reports: [Report?]
        var missing: Int
        var waiter: Reports?
        var isCancelled = false
        let untilFailure: Bool
        var hasFailed = false
    }

    private enum Phase { case open, closing, closed }

    private var phase = Phase.open
    private var batches: [UInt64: Batch] = [:]
    private var nextBatch: UInt64 = 0
    private var spaceWaiters: [UInt64: Wakeup] = [:]
    private var closers: [Wakeup] = []
    /// Counts how often reports came and made room in librdkafka's queue.
    private(set) var spaceGeneration: UInt64 = 0

    /// The error after which nothing can be sent any more.
    var fatal: KafkaError?

    var isOpen: Bool { phase == .open }

    // MARK: Batches

    /// Registers a batch before its first message is handed over. `nil`: closed.
    mutating func begin(count: Int, untilFailure: Bool) -> UInt64? {
        guard isOpen else { return nil }
        nextBatch = (nextBatch + 1) & Ticket.batchMask
        batches[nextBatch] = Batch(
            reports: Array(repeating: nil, count: count), missing: count, untilFailure: untilFailure)
        return nextBatch
    }

    /// Notes what became of one message. Returns who waits for the batch, once it is complete.
    mutating func record(_ report: Report, for ticket: Ticket) -> (Reports, [Report?])? {
        // The batch is gone when its sender was cancelled.
        guard let index = batches.index(forKey: ticket.batch), batches.values[index].reports[ticket.index] == nil else {
            return nil
        }
        batches.values[index].reports[ticket.index] = report
        batches.values[index].missing -= 1
        if report.code != 0 { batches.values[index].hasFailed = true }
        guard batches.values[index].missing == 0, let waiter = batches.values[index].waiter else { return nil }
        let batch = batches.remove(at: index).value
        return (waiter, batch.reports)
    }

    /// Waits for the batch. Returns its reports if there is nothing to wait for.
    mutating func wait(for batch: UInt64, _ waiter: Reports) -> [Report?]? {
        guard let state = batches[batch] else { return [] }
        if state.missing == 0 || state.isCancelled || phase == .closed {
            batches[batch] = nil
            return state.reports
        }
        batches[batch]?.waiter = waiter
        return nil
    }

    /// The sender was cancelled: it gets what is known, and later reports are ignored.
    mutating func cancel(_ batch: UInt64) -> (reports: (Reports, [Report?])?, space: Wakeup?) {
        guard let state = batches[batch] else { return (nil, nil) }
        guard let waiter = state.waiter else {
            batches[batch]?.isCancelled = true
            return (nil, spaceWaiters.removeValue(forKey: batch))
        }
        batches[batch] = nil
        return ((waiter, state.reports), nil)
    }

    // MARK: Room in the queue

    /// Waits until there is room again. `false`: no need to (room was made since `generation`), or no sense in it.
    mutating func waitForSpace(since generation: UInt64, batch: UInt64, _ waiter: Wakeup) -> Bool {
        guard generation == spaceGeneration, mayContinue(batch) else { return false }
        spaceWaiters[batch] = waiter
        return true
    }

    /// Whether to go on handing messages over.
    func mayContinue(_ batch: UInt64) -> Bool {
        guard isOpen, let batch = batches[batch] else { return false }
        return !batch.isCancelled && !(batch.untilFailure && batch.hasFailed)
    }

    /// Why not to; `nil`: nobody wants to know any more.
    func reasonToStop(_ batch: UInt64) -> KafkaError? {
        if !isOpen { return .closed }
        return batches[batch]?.isCancelled == false ? .heldUp : nil
    }

    /// Reports came, so messages left the queue. Returns who waited for that.
    mutating func spaceMade() -> [Wakeup] {
        spaceGeneration &+= 1
        defer { spaceWaiters.removeAll() }
        return Array(spaceWaiters.values)
    }

    // MARK: The end

    enum Close { case start, wait, done }

    /// No new batches from here on.
    mutating func close(_ closer: Wakeup?) -> (Close, wake: [Wakeup]) {
        if phase == .closed { return (.done, []) }
        if let closer { closers.append(closer) }
        guard phase == .open else { return (.wait, []) }
        phase = .closing
        return (.start, spaceMade())
    }

    /// librdkafka is gone: whoever still waits gets what is known.
    mutating func closed() -> (reports: [(Reports, [Report?])], closers: [Wakeup]) {
        phase = .closed
        let waiting = batches.values.compactMap { batch in batch.waiter.map { ($0, batch.reports) } }
        batches = batches.filter { $0.value.waiter == nil }
        defer { closers = [] }
        return (waiting, closers)
    }
}

/// A message's place in its batch, in the one machine word that librdkafka keeps with each message.
///
/// A number instead of a pointer: nothing to allocate, to free or to leak, and a late report finds no batch.
struct Ticket: Hashable {
    static let indexBits: UInt64 = 24
    static let batchMask: UInt64 = .max >> indexBits
    /// So many messages go into one batch at most.
    static let maxCount = 1 << 24

    let batch: UInt64
    let index: Int

    init(batch: UInt64, index: Int) {
        self.batch = batch
        self.index = index
    }

    init(opaque: UnsafeMutableRawPointer?) {
        let bits = UInt64(UInt(bitPattern: opaque))
        batch = bits >> Self.indexBits
        index = Int(bits & (1 << Self.indexBits - 1))
    }

    var opaque: UnsafeMutableRawPointer? {
        UnsafeMutableRawPointer(bitPattern: UInt(batch << Self.indexBits | UInt64(index)))
    }
}
