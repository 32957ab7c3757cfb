import Kafka
import Testing

@Suite(.timeLimit(.minutes(1)))
struct LifecycleTests {
    @Test(arguments: [nil, "g"])
    func closingEndsAPendingNext(group: String?) async throws {
        let cluster = try Cluster(brokers: 1)
        try cluster.broker.createTopic("t", partitions: 1, replication: 1)
        let consumer = try cluster.consumer("t", group: group)
        _ = await consumer.waitUntilAssigned()
        async let one = consumer.next()
        async let other = consumer.next()
        await consumer.close()
        #expect(try await one == nil)
        #expect(try await other == nil)
        #expect(try await consumer.next() == nil)
        #expect(consumer.assignment().isEmpty)
        #expect(consumer.progress().isEmpty)
        #expect(!consumer.pause(topic: "t", partition: 0))
        await consumer.close()
    }

    @Test func aCancelledNextReturnsNothingAndLosesNothing() async throws {
        let cluster = try Cluster(brokers: 1)
        try cluster.broker.createTopic("t", partitions: 1, replication: 1)
        let producer = try cluster.producer()
        let consumer = try cluster.consumer("t")
        for _ in 0..<50 {
            let reader = Task { try await consumer.next() }
            await Task.yield()
            reader.cancel()
            #expect(try await reader.value == nil)
        }
        // Messages that come while readers are cancelled go to one of them or to the next one: each exactly once.
        var read: [String] = []
        for number in 0..<50 {
            let reader = Task { try await consumer.next() }
            _ = try await producer.send(KafkaMessage("t", "\(number)"))
            reader.cancel()
            if let record = try await reader.value { read.append(record.text) }
        }
        while read.count < 50, let record = try await consumer.next() { read.append(record.text) }
        #expect(read == (0..<50).map { "\($0)" })
        await consumer.close()
    }

    @Test func twoReadersShareTheRecords() async throws {
        let cluster = try Cluster(brokers: 1)
        try cluster.broker.createTopic("t", partitions: 1, replication: 1)
        let producer = try cluster.producer()
        let consumer = try cluster.consumer("t")
        async let some = consumer.next(100)
        async let others = consumer.next(100)
        _ = await producer.send(contentsOf: (0..<200).map { KafkaMessage("t", "\($0)") })
        let offsets = try await (some + others).map(\.offset).sorted()
        #expect(offsets == Array(0..<200))
        await consumer.close()
    }

    @Test func aCancelledSendReturnsAtOnce() async throws {
        let cluster = try Cluster(brokers: 1)
        try cluster.broker.createTopic("t", partitions: 1, replication: 1)
        try cluster.broker.setDown()
        let producer = try cluster.producer(["queue.buffering.max.messages": "5"])
        // The first fits the queue, the second has to wait for room.
        for count in [3, 100] {
            let sender = Task { await producer.send(contentsOf: (0..<count).map { KafkaMessage("t", "\($0)") }) }
            await Task.yield()
            sender.cancel()
            let results = await sender.value
            #expect(results.count == count)
            for result in results {
                let error = #expect(throws: KafkaError.self) { try result.get() }
                #expect(error?.kind == .cancelled)
            }
        }
        await producer.close(timeout: .zero)
    }

    @Test func closingFailsWhatIsNotDelivered() async throws {
        let cluster = try Cluster(brokers: 1)
        try cluster.broker.createTopic("t", partitions: 1, replication: 1)
        let producer = try cluster.producer(["queue.buffering.max.messages": "5"])
        try cluster.broker.setDown()
        async let few = producer.send(contentsOf: (0..<3).map { KafkaMessage("t", "\($0)") })
        async let many = producer.send(contentsOf: (0..<100).map { KafkaMessage("t", "\($0)") })
        async let one = producer.close(timeout: .milliseconds(100))
        async let two: Void = producer.close()
        for result in await few + many {
            let error = #expect(throws: KafkaError.self) { try result.get() }
            #expect(error?.kind == .closed)
        }
        await one
        await two
        let error = await #expect(throws: KafkaError.self) { try await producer.send(KafkaMessage("t", "late")) }
        #expect(error?.kind == .closed)
    }

    @Test func closingDeliversWhatIsOnItsWay() async throws {
        let cluster = try Cluster()
        try cluster.broker.createTopic("t", partitions: 1, replication: 1)
        let producer = try cluster.producer(["linger.ms": "20000"])
        async let results = producer.send(contentsOf: (0..<100).map { KafkaMessage("t", "\($0)") })
        // They linger until the end is near. Should the close come first, they fail, and are not there.
        await producer.close()
        let delivered = await results.filter { if case .success = $0 { true } else { false } }.count
        let watermarks = try await KafkaAdmin.watermarks(
            of: KafkaPartition(topic: "t", partition: 0), configuration: cluster.configuration())
        #expect(watermarks == KafkaWatermarks(low: 0, high: Int64(delivered)))
    }

    @Test func clientsThatAreDroppedEndByThemselves() async throws {
        let cluster = try Cluster(brokers: 1)
        try cluster.broker.createTopic("t", partitions: 1, replication: 1)
        weak var producer: KafkaProducer?
        weak var consumer: KafkaConsumer?
        do {
            let (p, c) = (try cluster.producer(), try cluster.consumer("t", group: "g"))
            _ = try await p.send(KafkaMessage("t", "x"))
            #expect(try await c.next()?.text == "x")
            (producer, consumer) = (p, c)
        }
        #expect(producer == nil)
        #expect(consumer == nil)
        // It left the group, so another one gets the partition long before the session would have ended.
        let next = try cluster.consumer("t", group: "g")
        #expect(try await next.next()?.text == "x")
        await next.close()
    }

    @Test func anEmbeddedBrokerEndsTwice() throws {
        let cluster = try Cluster()
        cluster.broker.close()
        cluster.broker.close()
        let error = #expect(throws: KafkaError.self) { try cluster.broker.createTopic("t", partitions: 1, replication: 1) }
        #expect(error?.kind == .closed)
    }
}
