import Kafka
import Testing

@Suite(.timeLimit(.minutes(1)))
struct RoundTripTests {
    @Test func aRecordIsTheMessageThatWasSent() async throws {
        let cluster = try Cluster()
        try cluster.broker.createTopic("t", partitions: 3, replication: 3)
        let producer = try cluster.producer()
        let headers = [
            KafkaHeader(name: "event_type", value: "task.created"), KafkaHeader(name: "event_type", value: "twice"),
            KafkaHeader(name: "empty", value: ""), KafkaHeader(name: "ünï", value: "✓ 任务"),
        ]
        let message = KafkaMessage(topic: "t", key: "Jürgen", value: Array(0...255), headers: headers, partition: 2)
        let delivery = try await producer.send(message)
        #expect(delivery == KafkaDelivery(topic: "t", partition: 2, offset: 0))

        let consumer = try cluster.consumer("t")
        let record = try #require(try await consumer.next())
        #expect(record.topic == "t")
        #expect(record.partition == 2)
        #expect(record.offset == 0)
        #expect(record.key == "Jürgen")
        #expect(record.value == Array(0...255))
        #expect(record.headers == headers)
        #expect(record.timestamp > 1_700_000_000_000)
        await consumer.close()
        await producer.close()
    }

    @Test func nothingAndEmptyAreDifferentKeys() async throws {
        let cluster = try Cluster()
        try cluster.broker.createTopic("t", partitions: 1, replication: 1)
        let producer = try cluster.producer()
        let keys: [String?] = [nil, "", "k", "with\0zero"]
        let results = await producer.send(contentsOf: keys.map { KafkaMessage(topic: "t", key: $0, value: []) })
        #expect(try results.map { try $0.get().offset } == [0, 1, 2, 3])
        let consumer = try cluster.consumer("t")
        let records = try await consumer.next(4)
        #expect(records.map(\.key) == keys)
        #expect(records.allSatisfy { $0.value.isEmpty && $0.headers.isEmpty })
    }

    /// Java's `Utils.murmur2("foobar")` is -790332482, which makes it partition 2 of 4.
    @Test func keysGoWhereJavaClientsPutThem() async throws {
        let cluster = try Cluster()
        try cluster.broker.createTopic("t", partitions: 4, replication: 1)
        let producer = try cluster.producer()
        #expect(try await producer.send(KafkaMessage("t", key: "foobar", "x")).partition == 2)
    }

    @Test func aBatchKeepsTheOrderOfEachKey() async throws {
        let cluster = try Cluster()
        try cluster.broker.createTopic("t", partitions: 4, replication: 3)
        let producer = try cluster.producer()
        let messages = (0..<1000).map { KafkaMessage("t", key: "user-\($0 % 13)", "\($0)") }
        let results = await producer.send(contentsOf: messages)
        #expect(results.count == 1000)
        for (message, result) in zip(messages, results) { #expect(try result.get().topic == message.topic) }

        let consumer = try cluster.consumer("t")
        let records = try await consumer.next(1000)
        let sent = Dictionary(grouping: messages, by: \.key).mapValues { $0.map { String(decoding: $0.value, as: UTF8.self) } }
        let got = Dictionary(grouping: records, by: \.key).mapValues { $0.map(\.text) }
        #expect(got == sent)
        for (message, result) in zip(messages, results) {
            let delivery = try result.get()
            let record = try #require(
                records.first { $0.partition == delivery.partition && $0.offset == delivery.offset })
            #expect(record.value == message.value)
        }
    }

    @Test func aBatchLargerThanTheQueueWaitsForRoom() async throws {
        let cluster = try Cluster()
        try cluster.broker.createTopic("t", partitions: 2, replication: 1)
        let producer = try cluster.producer(["queue.buffering.max.messages": "200", "batch.num.messages": "100"])
        let messages = (0..<20_000).map { KafkaMessage("t", key: "\($0 % 2)", "\($0)") }
        // Reading starts first: the embedded broker keeps a few megabytes, and drops the oldest.
        let consumer = try cluster.consumer("t")
        async let results = producer.send(contentsOf: messages)
        let records = try await consumer.next(20_000)
        let failures = await results.filter { if case .failure = $0 { true } else { false } }
        #expect(failures.isEmpty)
        for key in ["0", "1"] {
            let expected = messages.filter { $0.key == key }.map(\.value)
            #expect(records.filter { $0.key == key }.map(\.value) == expected)
        }
    }

    @Test func oneBadMessageDoesNotStopTheOthers() async throws {
        let cluster = try Cluster()
        try cluster.broker.createTopic("t", partitions: 1, replication: 1)
        let producer = try cluster.producer()
        _ = try await producer.send(KafkaMessage("t", "so that the number of partitions is known"))
        let results = await producer.send(contentsOf: [
            KafkaMessage("t", "a"),
            KafkaMessage(topic: "t", key: nil, value: Array(repeating: 0, count: 2_000_000)),
            KafkaMessage("t", "no such partition", partition: 7),
            KafkaMessage(String(repeating: "x", count: 600), "no such name"),
            KafkaMessage("t", "b"),
        ])
        #expect(try results[0].get().offset == 1)
        #expect(try results[4].get().offset == 2)
        let errors = [1, 2, 3].map { index in #expect(throws: KafkaError.self) { try results[index].get() } }
        #expect(errors.map { $0?.kind } == [.tooLarge, .unknownTopic, .configuration])
        #expect(errors.allSatisfy { $0?.isRetriable == false && $0?.isFatal == false })
        #expect(errors[0]?.description.contains("Sending to t failed") == true)
    }

    @Test func nothingToSendIsDoneAtOnce() async throws {
        let cluster = try Cluster(brokers: 1)
        #expect(await (try cluster.producer()).send(contentsOf: []).isEmpty)
    }
}
