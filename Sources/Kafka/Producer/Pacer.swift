internal import Crdkafka
internal import Synchronization

/// Holds a producer's sends back while the groups of its `KafkaPacing` are too far behind.
///
/// No signal tells of a commit, so it asks, over one client a group, and only while the bound is near.
final class Pacer: Sendable {
    /// Soon after an answer that made room, since the groups are at work; rarely while nothing moves.
    private static let shortest = Duration.milliseconds(6)
    private static let longest = Duration.milliseconds(50)
    /// How long a group's coordinator may take to answer; closing waits for it.
    private static let patience: Int32 = 1000

    private let state: Mutex<PacingState>
    private let configuration: KafkaConfiguration
    private let watch = Mutex(Watch())
    /// On a real cluster nothing else is looked at.
    private let isOff = Atomic(false)

    private struct Watch {
        var task: Task<Void, Never>?
        var clients: [String: KafkaHandle] = [:]
        var isClosed = false
    }

    init(_ pacing: KafkaPacing, _ configuration: KafkaConfiguration) {
        state = Mutex(PacingState(pacing))
        self.configuration = configuration
    }

    /// Whether the message may go now. Where it may not, its batch waits until ``ProducerCore`` says that there is room.
    func admit(_ message: KafkaMessage, _ ticket: Ticket, _ rk: OpaquePointer) -> Bool {
        if isOff.load(ordering: .relaxed) { return true }
        decide(rk, isConnected: false)
        return state.withLock { $0.admit(message, ticket) }
    }

    func withdraw(_ ticket: Ticket) { state.withLock { $0.withdraw(ticket) } }

    func leave(_ batch: UInt64) -> Bool { !isOff.load(ordering: .relaxed) && state.withLock { $0.leave(batch) } }

    func record(_ reports: [(ProducerState.Report, Ticket)]) {
        if isOff.load(ordering: .relaxed) { return }
        state.withLock { state in for (report, ticket) in reports { state.record(report, for: ticket) } }
    }

    /// Finds out whether the cluster is an embedded one. Never waits: `isConnected` says that a broker has taken a message,
    /// and so has told its cluster's id, if it has one.
    func decide(_ rk: OpaquePointer, isConnected: Bool) {
        guard state.withLock({ $0.mode }) == .undecided else { return }
        let id = rd_kafka_clusterid(rk, 0)
        defer { if let id { rd_kafka_mem_free(rk, id) } }
        guard id != nil || isConnected else { return }
        let isEmbedded = id.map { String(cString: $0).hasPrefix("mockCluster") } ?? false
        state.withLock { $0.decide(isEmbedded: isEmbedded) }
        if !isEmbedded { isOff.store(true, ordering: .relaxed) }
    }

    // MARK: What the groups have committed

    /// Begins to ask, where that is due; `onRoom` is called each time that there is room again.
    func tend(onRoom: @escaping @Sendable () -> Void) {
        guard !isOff.load(ordering: .relaxed), state.withLock({ $0.beginsWatch() }) else { return }
        watch.withLock { watch in
            if !watch.isClosed { watch.task = Task { await self.ask(onRoom) } }
        }
    }

    private func ask(_ onRoom: @Sendable () -> Void) async {
        var interval = Self.shortest
        while !Task.isCancelled, let questions = state.withLock({ $0.questions() }) {
            let hasRoom = await onThread { self.ask(questions) }
            if hasRoom { onRoom() }
            interval = hasRoom ? Self.shortest : min(interval * 2, Self.longest)
            try? await Task.sleep(for: interval)
        }
    }

    /// Returns whether there is more room now. A broker that doesn't answer is asked again: nothing goes without it anyway.
    private func ask(_ questions: [String: [KafkaPartition]]) -> Bool {
        var hasRoom = false
        for (group, partitions) in questions {
            let offsets = try? client(of: group)?.use { rk in
                withPartitionList(partitions) { list in
                    guard rd_kafka_committed(rk, list, Self.patience) == RD_KAFKA_RESP_ERR_NO_ERROR else { return [Int64]() }
                    return list.elements.map { $0.err == RD_KAFKA_RESP_ERR_NO_ERROR ? $0.offset : -1 }
                }
            }
            state.withLock { state in
                for (partition, offset) in zip(partitions, offsets ?? []) where offset >= 0 {
                    if state.committed(offset, by: group, in: partition) { hasRoom = true }
                }
            }
        }
        return hasRoom
    }

    /// A client that only asks: it never joins the group.
    private func client(of group: String) -> KafkaHandle? {
        watch.withLock { watch in
            if watch.isClosed { return nil }
            if let client = watch.clients[group] { return client }
            var configuration = configuration
            configuration.properties["group.id"] = group
            configuration.properties["group.instance.id"] = nil
            watch.clients[group] = try? KafkaHandle(.consumer, configuration, defaults: .admin)
            return watch.clients[group]
        }
    }

    /// Blocks while librdkafka ends its threads.
    func close() {
        let (task, clients) = watch.withLock { watch in
            watch.isClosed = true
            defer { (watch.task, watch.clients) = (nil, [:]) }
            return (watch.task, watch.clients)
        }
        task?.cancel()
        for client in clients.values { client.destroy() }
    }
}
