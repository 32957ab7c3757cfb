import Kafka
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1)))
struct PacingTests {
    private let value = Array(repeating: UInt8(ascii: "x"), count: 1000)

    private func message(_ number: Int, key: String? = nil, partition: Int32? = nil) -> KafkaMessage {
        let number = KafkaHeader(name: "number", value: "\(number)")
        return KafkaMessage(topic: "t", key: key, value: value, headers: [number], partition: partition)
    }

    /// What `send` would take: the messages of one partition that are there, as the broker counts them.
    private func high(_ cluster: Cluster, _ partition: Int32) async throws -> KafkaWatermarks {
        try await KafkaAdmin.watermarks(
            of: KafkaPartition(topic: "t", partition: partition), configuration: cluster.configuration())
    }

    /// Returns once the producer has stood still: what it may send has arrived, and no more follows.
    private func standstill(_ cluster: Cluster, partitions: Int32) async throws -> Int64 {
        var (last, same) = (Int64(0), 0)
        while same < 20 || last == 0 {
            var sum: Int64 = 0
            for partition in 0..<partitions { sum += try await high(cluster, partition).high }
            same = sum == last ? same + 1 : 0
            last = sum
        }
        return last
    }

    @Test func aProducerWaitsForTheSlowestGroupAndNothingIsForgotten() async throws {
        let cluster = try Cluster()
        try cluster.broker.createTopic("t", partitions: 3, replication: 1)
        let count = 24_000  // 24 MB: the broker would forget a third of it
        let paced = try cluster.producer(pacing: ["t": ["fast", "slow"]])
        // From the start, and it commits everything; the other group isn't there yet.
        let fast = Task { try await read(cluster, group: "fast", count) }
        let messages = (0..<count).map { message($0, key: "user-\($0 % 17)") }
        async let results = paced.send(contentsOf: messages)
        let sent = try await standstill(cluster, partitions: 3)
        #expect(sent > 500 && sent < 3 * 1100, "\(sent)")
        let slow = try await read(cluster, group: "slow", count)
        let failures = await results.filter { if case .failure = $0 { true } else { false } }
        #expect(failures.isEmpty)
        for records in [slow, try await fast.value] {
            let got = Dictionary(grouping: records, by: \.key).mapValues { $0.map(\.number) }
            #expect(got == Dictionary(grouping: 0..<count) { "user-\($0 % 17)" })
        }
        await paced.close()
    }

    /// So many records, each fiftieth of a partition committed: all that is left uncommitted is well below the bound.
    private func read(_ cluster: Cluster, group: String, _ count: Int) async throws -> [KafkaRecord] {
        let consumer = try cluster.consumer("t", group: group)
        var records: [KafkaRecord] = []
        while records.count < count, let record = try await consumer.next() {
            records.append(record)
            if record.offset % 50 == 49 || records.count == count { try await consumer.commit(record) }
        }
        await consumer.close()
        return records
    }

    @Test func anotherClusterIsNotPaced() async throws {
        // Nothing tells a topic without groups, or a producer without pacing, from a cluster of another kind.
        let cluster = try Cluster(brokers: 1)
        try cluster.broker.createTopic("t", partitions: 1, replication: 1)
        let others = try cluster.producer(pacing: ["other": ["g"]])
        for result in await others.send(contentsOf: (0..<3000).map { message($0) }) { _ = try result.get() }
        #expect(try await high(cluster, 0).high == 3000)
        await others.close()
    }

    @Test func aMessageBeyondTheBoundGoesAloneAndTheOldestGoesFirst() async throws {
        let cluster = try Cluster(brokers: 1)
        try cluster.broker.createTopic("t", partitions: 2, replication: 1)
        let producer = try cluster.producer(pacing: ["t": ["g"]], bytes: 3000)
        let beyond = KafkaMessage(topic: "t", key: nil, value: Array(repeating: 0, count: 9000), partition: 1)
        #expect(try await producer.send(beyond).offset == 0)
        // The other partition has room, but for one only, and the small one behind the large ones doesn't pass them.
        _ = await producer.send(contentsOf: (0..<2).map { message($0, partition: 0) })
        let large = Task { await producer.send(contentsOf: (2..<5).map { message($0, partition: 0) }) }
        #expect(try await standstill(cluster, partitions: 2) == 3)
        let small = Task { try await producer.send(KafkaMessage("t", "small", partition: 0)) }
        let again = Task { try await producer.send(beyond) }
        let consumer = try cluster.consumer("t", group: "g")
        var order: [Int?] = []
        var count = 0
        while count < 8, let record = try await consumer.next() {
            if record.partition == 0 { order.append(record.number) }
            count += 1
            try await consumer.commit(record)
        }
        #expect(order == [0, 1, 2, 3, 4, nil])
        for result in await large.value { _ = try result.get() }
        _ = try await small.value
        #expect(try await again.value.offset == 1)
        await consumer.close()
        await producer.close()
    }

    @Test(arguments: [true, false])
    func aHeldBackSendEndsWithItsTaskOrWithTheProducer(isCancelled: Bool) async throws {
        let cluster = try Cluster(brokers: 1)
        try cluster.broker.createTopic("t", partitions: 1, replication: 1)
        let producer = try cluster.producer(pacing: ["t": ["g"]], bytes: 10_000)
        let sender = Task { await producer.send(contentsOf: (0..<100).map { message($0) }) }
        let sent = try await standstill(cluster, partitions: 1)
        #expect((8...10).contains(sent))
        if isCancelled { sender.cancel() } else { await producer.close() }
        let results = await sender.value
        let delivered = results.filter { if case .success = $0 { true } else { false } }
        #expect(delivered.count == sent)
        let error = #expect(throws: KafkaError.self) { try results.last?.get() }
        #expect(error?.kind == (isCancelled ? .cancelled : .closed))
        await producer.close()
    }

    @Test func aBrokerThatIsAwayStillTimesOut() async throws {
        let cluster = try Cluster(brokers: 1)
        try cluster.broker.createTopic("t", partitions: 1, replication: 1)
        try cluster.broker.setDown()
        let producer = try cluster.producer(["message.timeout.ms": "200"], pacing: ["t": ["g"]], bytes: 5000)
        let results = await producer.send(contentsOf: (0..<6).map { message($0) })
        for result in results {
            let error = #expect(throws: KafkaError.self) { try result.get() }
            #expect(error?.kind == .timedOut)
        }
        await producer.close()
    }
}

extension Cluster {
    fileprivate func producer(
        _ properties: [String: String] = [:], pacing groups: [String: Set<String>], bytes: Int = 1 << 20
    ) throws -> KafkaProducer {
        var configuration = configuration(properties)
        configuration.pacing = KafkaPacing(groups: groups, bytesPerPartition: bytes)
        return try KafkaProducer(configuration, logger: logs.logger)
    }
}

extension KafkaRecord {
    fileprivate var number: Int? { headers.first { $0.name == "number" }.flatMap { Int($0.value) } }
}
