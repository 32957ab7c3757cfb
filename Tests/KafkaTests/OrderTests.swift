import Kafka
import Testing

/// What a producer and a group promise together while things fail.
@Suite(.timeLimit(.minutes(1)))
struct OrderTests {
    private let keys = 3
    private let count = 240

    private func messages() -> [KafkaMessage] { (0..<count).map { KafkaMessage("t", key: "user-\($0 % keys)", "\($0)") } }

    /// Reads as a service does: each record is committed, tried again while that may go through.
    private func work(_ consumer: KafkaConsumer, until isDone: ([KafkaRecord]) -> Bool) async throws -> [KafkaRecord] {
        var records: [KafkaRecord] = []
        while !isDone(records), let record = try await consumer.next() {
            records.append(record)
            var isCommitted = false
            while !isCommitted {
                do throws(KafkaError) {
                    try await consumer.commit(record)
                    isCommitted = true
                } catch {
                    try #require(error.isRetriable)
                }
            }
        }
        return records
    }

    private func expectOrder(_ records: [KafkaRecord]) {
        let got = Dictionary(grouping: records, by: \.key).mapValues { $0.map(\.text) }
        #expect(got == Dictionary(grouping: 0..<count) { "user-\($0 % keys)" }.mapValues { $0.map(String.init) })
    }

    /// Each of them, where it came first.
    private func firsts(_ records: [KafkaRecord]) -> [KafkaRecord] {
        var seen: Set<String> = []
        return records.filter { seen.insert($0.text).inserted }
    }

    @Test func nothingIsLostNorTwiceOverASlowNetworkWithFailingBrokers() async throws {
        let cluster = try Cluster()
        try cluster.broker.createTopic("t", partitions: 3, replication: 3)
        let producer = try cluster.producer(["retry.backoff.ms": "20", "max.in.flight.requests.per.connection": "1"])
        let consumer = try cluster.consumer("t", group: "g")
        _ = await consumer.waitUntilAssigned()
        let (away, later) = (KafkaError.Code.notLeaderForPartition, KafkaError.Code.requestTimedOut)
        try cluster.broker.pushErrors([away, 0, later, KafkaError.Code.storage, 0, away], to: .produce)
        try cluster.broker.pushErrors([KafkaError.Code.storage, 0, later], to: .fetch)
        try cluster.broker.pushErrors([KafkaError.Code.coordinatorNotAvailable], to: .offsetCommit)
        try cluster.broker.setRoundTrip(nil, .milliseconds(300))
        async let results = producer.send(contentsOf: messages())
        // Committing each of them would take a minute: those of the first ones show what there is to show.
        var records = try await work(consumer) { $0.count == 3 }
        // One whom a slow machine keeps from its heartbeats is asked to join again, and reads again from its last commit.
        while Set(records.map(\.text)).count < count, let record = try await consumer.next() { records.append(record) }
        for result in await results { _ = try result.get() }
        expectOrder(firsts(records))
        let offsets = try await KafkaAdmin.offsets(ofGroup: "g", topics: ["t"], configuration: cluster.configuration())
        // As many as were sent, and so none twice.
        #expect(offsets.map(\.watermarks.high).reduce(0, +) == Int64(count))
        #expect(offsets.contains { $0.committed != nil })
        await consumer.close()
        await producer.close()
    }

    /// Here a message may come twice: this broker forgets which it took when it goes down, as a real one does not.
    @Test func nothingIsLostWhileBrokersComeAndGo() async throws {
        let cluster = try Cluster()
        try cluster.broker.createTopic("t", partitions: 3, replication: 3)
        let producer = try cluster.producer(["retry.backoff.ms": "20", "reconnect.backoff.max.ms": "100"])
        let consumer = try cluster.consumer("t", group: "g", ["reconnect.backoff.max.ms": "100"])
        let sender = Task {
            for (broker, start) in zip([1, nil, 2, 3] as [Int32?], stride(from: 0, to: count, by: 60)) {
                try cluster.broker.setDown(broker)
                async let results = producer.send(contentsOf: Array(messages()[start..<start + 60]))
                // The connections to it are to be made anew, also those that nothing is sent over meanwhile.
                if broker != nil { try await producer.ping(timeout: .seconds(10)) }
                try cluster.broker.setUp(broker)
                for result in await results { _ = try result.get() }
            }
        }
        var seen: Set<String> = []
        let records = try await work(consumer) { records in
            if let record = records.last { seen.insert(record.text) }
            return seen.count == count
        }
        try await sender.value
        expectOrder(firsts(records))
        await consumer.close()
        await producer.close()
    }

    @Test func whatFollowsAFailureStaysBehindWhereThatIsAskedFor() async throws {
        let cluster = try Cluster(brokers: 1)
        try cluster.broker.createTopic("t", partitions: 1, replication: 1)
        let producer = try cluster.producer()
        let bad = KafkaMessage(topic: "t", key: nil, value: Array(repeating: 0, count: 2_000_000))
        let batch = [KafkaMessage("t", "a"), bad, KafkaMessage("t", "b"), KafkaMessage("t", "c")]
        let results = await producer.send(contentsOf: batch, untilFailure: true)
        #expect(try results[0].get().offset == 0)
        let errors = results.dropFirst().map { result in #expect(throws: KafkaError.self) { try result.get() } }
        #expect(errors.map { $0?.kind } == [.tooLarge, .other, .other])
        #expect(errors.map { $0?.isRetriable } == [false, true, true])
        #expect(try await producer.send(KafkaMessage("t", "d")).offset == 1)
        await producer.close()
    }

    @Test func aGapEndsTheProducerAndNothingWaitsForEver() async throws {
        let cluster = try Cluster()
        try cluster.broker.createTopic("t", partitions: 3, replication: 1)
        try cluster.broker.pushErrors([KafkaError.Code.messageTooLarge], to: .produce)
        let producer = try cluster.producer([
            "enable.gapless.guarantee": "true", "linger.ms": "0", "message.timeout.ms": "0", "batch.num.messages": "10",
        ])
        let results = await producer.send(contentsOf: messages(), untilFailure: true)
        let errors = results.compactMap { result in if case .failure(let error) = result { error } else { nil } }
        #expect(!errors.isEmpty && errors.allSatisfy { $0.isFatal || $0.isRetriable })
        let later = await #expect(throws: KafkaError.self) { try await producer.send(KafkaMessage("t", "x")) }
        #expect(later?.isFatal == true)
        await producer.close()
    }
}
