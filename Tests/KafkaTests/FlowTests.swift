import Kafka
import Testing

@Suite(.timeLimit(.minutes(1)))
struct FlowTests {
    @Test(arguments: [nil, "g"])
    func seekGoesBack(group: String?) async throws {
        let cluster = try Cluster()
        try cluster.broker.createTopic("t", partitions: 1, replication: 1)
        _ = await (try cluster.producer()).send(contentsOf: (0..<10).map { KafkaMessage("t", "\($0)") })
        let consumer = try cluster.consumer("t", group: group)
        let records = try await consumer.next(5)
        #expect(consumer.seek(to: records[1]))
        #expect(try await consumer.next(9).map(\.text) == (1..<10).map { "\($0)" })
        #expect(consumer.progress().map(\.position) == [10])
        #expect(consumer.progress().map(\.lag) == [0])
        await consumer.close()
    }

    @Test(arguments: [nil, "g"])
    func aPausedPartitionHoldsItsRecordsWhileOthersGoOn(group: String?) async throws {
        let cluster = try Cluster()
        try cluster.broker.createTopic("t", partitions: 2, replication: 1)
        let producer = try cluster.producer()
        let old = (0..<10).map { KafkaMessage("t", "\($0)", partition: Int32($0 % 2)) }
        _ = await producer.send(contentsOf: old)
        let consumer = try cluster.consumer("t", group: group)
        // A record of partition 0 fails: it is to come again, but later.
        var failed: KafkaRecord?
        while failed == nil, let record = try await consumer.next() { if record.partition == 0 { failed = record } }
        let record = try #require(failed)
        #expect(consumer.seek(to: record))
        #expect(consumer.pause(topic: "t", partition: 0))
        _ = await producer.send(contentsOf: (0..<50).map { _ in KafkaMessage("t", "other", partition: 1) })
        var seen = 0
        while seen < 50, let other = try await consumer.next() {
            #expect(other.partition == 1)
            if other.text == "other" { seen += 1 }
        }
        #expect(consumer.resume(topic: "t", partition: 0))
        #expect(try await consumer.next(5).map(\.offset) == Array(record.offset..<(record.offset + 5)))
        await consumer.close()
    }

    @Test func aLonerReadsEverythingOrWhatIsNew() async throws {
        let cluster = try Cluster()
        try cluster.broker.createTopic("t", partitions: 3, replication: 1)
        let producer = try cluster.producer()
        _ = await producer.send(contentsOf: (0..<6).map { KafkaMessage("t", "old", partition: Int32($0 % 3)) })
        let all = try cluster.consumer("t", start: .earliest)
        #expect(try await all.next(6).map(\.text) == Array(repeating: "old", count: 6))
        let new = try cluster.consumer("t", start: .latest)
        #expect(await new.waitUntilAssigned().count == 3)
        _ = await producer.send(contentsOf: (0..<3).map { KafkaMessage("t", "new", partition: $0) })
        #expect(try await new.next(3).map(\.text) == ["new", "new", "new"])
        let error = await #expect(throws: KafkaError.self) {
            try await new.commit(try #require(try await all.next()))
        }
        #expect(error?.message.contains("without a group") == true)
        await all.close()
        await new.close()
    }

    /// librdkafka looks about once a second whether its full queue has been emptied.
    @Test func whatDoesNotFitTheQueueIsFetchedLater() async throws {
        let cluster = try Cluster(brokers: 1)
        try cluster.broker.createTopic("t", partitions: 1, replication: 1)
        let value = String(repeating: "x", count: 10_000)
        let producer = try cluster.producer(["compression.codec": "none", "batch.num.messages": "10"])
        _ = await producer.send(contentsOf: (0..<40).map { _ in KafkaMessage("t", value) })
        let consumer = try cluster.consumer("t", ["queued.max.messages.kbytes": "150"])
        #expect(try await consumer.next(40).map(\.offset) == Array(0..<40))
        await consumer.close()
    }
}
