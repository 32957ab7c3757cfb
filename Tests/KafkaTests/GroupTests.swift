import Kafka
import Logging
import Testing

@Suite(.timeLimit(.minutes(1)))
struct GroupTests {
    @Test func aGroupGoesOnWhereItCommitted() async throws {
        let cluster = try Cluster()
        try cluster.broker.createTopic("t", partitions: 1, replication: 1)
        let producer = try cluster.producer()
        _ = await producer.send(contentsOf: (0..<5).map { KafkaMessage("t", "\($0)") })

        let other = try cluster.consumer("t", group: "other")
        let first = try cluster.consumer("t", group: "g")
        let records = try await first.next(4)
        try await first.commit(records[1])
        await first.close()
        // What was read but not committed comes again, at once: the first one left the group.
        let second = try cluster.consumer("t", group: "g")
        #expect(try await second.next(3).map(\.text) == ["2", "3", "4"])
        await second.close()
        // Another group is on its own.
        #expect(try await other.next()?.text == "0")
        await other.close()
    }

    @Test func aMemberThatHasNothingMoreToDoStays() async throws {
        let cluster = try Cluster()
        try cluster.broker.createTopic("t", partitions: 1, replication: 1)
        let consumer = try cluster.consumer("t", group: "g", ["max.poll.interval.ms": "4000"])
        _ = try await cluster.producer().send(KafkaMessage("t", "0"))
        let record = try #require(try await consumer.next())
        // What must not happen has no signal: one and a half times as long as librdkafka waits for a poll.
        try await Task.sleep(for: .seconds(6))
        #expect(!cluster.logs.lines.contains { $0.text.contains("maximum poll interval") })
        try await consumer.commit(record)
        #expect(
            try await KafkaAdmin.offsets(ofGroup: "g", topics: ["t"], configuration: cluster.configuration()).first?.committed
                == 1)
        await consumer.close()
    }

    @Test(arguments: ["range", "cooperative-sticky"])
    func aSecondMemberTakesOver(strategy: String) async throws {
        let cluster = try Cluster()
        try cluster.broker.createTopic("t", partitions: 2, replication: 1)
        let producer = try cluster.producer()
        _ = await producer.send(contentsOf: [KafkaMessage("t", "0", partition: 0), KafkaMessage("t", "1", partition: 1)])
        let properties = ["partition.assignment.strategy": strategy]

        let first = try cluster.consumer("t", group: "g", properties)
        let records = try await first.next(2)
        #expect(Set(records.map(\.partition)) == [0, 1])
        let second = try cluster.consumer("t", group: "g", properties)
        let kept = await first.waitForAssignment { $0.count == 1 }
        let moved = await second.waitForAssignment { $0.count == 1 }
        #expect(Set(kept + moved).count == 2)

        // The partition that moved isn't ours to commit. With "range" all were given up in between.
        for record in records { try await first.commit(record) }
        let offsets = try await KafkaAdmin.offsets(ofGroup: "g", topics: ["t"], configuration: cluster.configuration())
        let committed = Set(offsets.filter { $0.committed != nil }.map(\.partition))
        #expect(committed == (strategy == "range" ? [] : Set(kept)))
        #expect(cluster.logs.lines.contains { $0.level == .debug && $0.text.hasPrefix("No commit of t/\(moved[0].partition)") })
        #expect(!first.pause(topic: "t", partition: moved[0].partition))
        #expect(!first.seek(to: try #require(records.first { $0.partition == moved[0].partition })))

        // So the other member gets its record again, and may commit it.
        let again = try #require(try await second.next())
        #expect(again.partition == moved[0].partition)
        #expect(again.offset == 0)
        try await second.commit(again)

        await first.close()
        await second.close()
    }

    @Test func theOneWhoStaysGetsEverything() async throws {
        let cluster = try Cluster()
        try cluster.broker.createTopic("t", partitions: 2, replication: 1)
        let producer = try cluster.producer()
        let old = [KafkaMessage("t", "old", partition: 0), KafkaMessage("t", "old", partition: 1)]
        _ = await producer.send(contentsOf: old)
        let staying = try cluster.consumer("t", group: "g")
        let leaving = try cluster.consumer("t", group: "g")
        _ = await staying.waitForAssignment { $0.count == 1 }
        try await leaving.commit(try #require(try await leaving.next()))
        await leaving.close()
        #expect(await staying.waitForAssignment { $0.count == 2 }.count == 2)
        // What the other one committed does not come again; our own, uncommitted one does.
        let new = [KafkaMessage("t", "new", partition: 0), KafkaMessage("t", "new", partition: 1)]
        _ = await producer.send(contentsOf: new)
        var texts: [String] = []
        while texts.count(where: { $0 == "new" }) < 2, let record = try await staying.next() { texts.append(record.text) }
        #expect(texts.sorted() == ["new", "new", "old"])
        await staying.close()
    }

    @Test func aRecordOfOnesOwnMakingIsNotCommitted() async throws {
        let cluster = try Cluster(brokers: 1)
        try cluster.broker.createTopic("t", partitions: 1, replication: 1)
        let consumer = try cluster.consumer("t", group: "g")
        #expect(await consumer.waitUntilAssigned() == [KafkaPartition(topic: "t", partition: 0)])
        try await consumer.commit(KafkaRecord(topic: "t", partition: 0, offset: 7, key: nil, value: []))
        let offsets = try await KafkaAdmin.offsets(ofGroup: "g", topics: ["t"], configuration: cluster.configuration())
        #expect(offsets.map(\.committed) == [nil])
        await consumer.close()
    }

    @Test func aNewGroupMayStartAtTheEnd() async throws {
        let cluster = try Cluster(brokers: 1)
        try cluster.broker.createTopic("t", partitions: 1, replication: 1)
        let producer = try cluster.producer()
        _ = try await producer.send(KafkaMessage("t", "old"))
        let consumer = try cluster.consumer("t", group: "g", start: .latest)
        _ = await consumer.waitUntilAssigned()
        // Where the end is, the group asks the broker a moment later: so send until something comes.
        let sender = Task {
            while !Task.isCancelled { _ = try await producer.send(KafkaMessage("t", "new")) }
        }
        #expect(try await consumer.next()?.text == "new")
        sender.cancel()
        await consumer.close()
    }
}
