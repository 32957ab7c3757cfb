import Kafka
import Testing

@Suite(.timeLimit(.minutes(1)))
struct AdminTests {
    @Test func topicsKeepTheirPartitions() async throws {
        let cluster = try Cluster()
        try cluster.broker.createTopic("events", partitions: 7, replication: 2)
        try cluster.broker.createTopic("events", partitions: 9, replication: 1)
        // Clients ask for it in all their ways.
        _ = try await (try cluster.producer()).send(KafkaMessage("events", "x"))
        #expect(try await (try cluster.consumer("events")).next()?.text == "x")
        let metadata = try await KafkaAdmin.metadata(configuration: cluster.configuration())
        #expect(metadata.topics.map(\.name) == ["events"])
        #expect(metadata[topic: "events"]?.partitions.map(\.partition) == Array(0..<7))
        #expect(metadata[topic: "events"]?.partitions.allSatisfy { !$0.replicas.isEmpty && $0.leader != nil } == true)
        #expect(metadata.brokers.map(\.id).sorted() == [1, 2, 3])
        let addresses = metadata.brokers.map { "\($0.host):\($0.port)" }
        #expect(Set(addresses) == Set(cluster.broker.bootstrapServers.split(separator: ",").map(String.init)))
    }

    @Test func creatingWhatIsThereIsFine() async throws {
        let cluster = try Cluster()
        try cluster.broker.createTopic("events", partitions: 2, replication: 1)
        let events = KafkaTopic(name: "events", partitions: 5, replication: 3)
        try await KafkaAdmin.createTopics([events], configuration: cluster.configuration())
        let commands = KafkaTopic(name: "commands", partitions: 5, replication: 3)
        let error = await #expect(throws: KafkaError.self) {
            try await KafkaAdmin.createTopics([events, commands], configuration: cluster.configuration())
        }
        #expect(error?.kind == .unsupported)
        #expect(error?.message == "This broker creates no topics on request; missing: commands")
        let metadata = try await KafkaAdmin.metadata(configuration: cluster.configuration())
        #expect(metadata.topics.map(\.name) == ["events"])
        #expect(metadata.topics.map(\.partitions.count) == [2])
    }

    @Test func lagIsWhatIsNotCommitted() async throws {
        let cluster = try Cluster()
        try cluster.broker.createTopic("t", partitions: 2, replication: 1)
        _ = await (try cluster.producer()).send(contentsOf: (0..<10).map { KafkaMessage("t", "\($0)", partition: 0) })
        let consumer = try cluster.consumer("t", group: "g")
        try await consumer.commit(try await consumer.next(4)[3])
        let offsets = try await KafkaAdmin.offsets(
            ofGroup: "g", topics: ["t", "missing"], configuration: cluster.configuration())
        #expect(offsets.map(\.partition.partition) == [0, 1])
        #expect(offsets.map(\.committed) == [4, nil])
        #expect(offsets.map(\.lag) == [6, 0])
        let watermarks = try await KafkaAdmin.watermarks(of: offsets[0].partition, configuration: cluster.configuration())
        #expect(watermarks == KafkaWatermarks(low: 0, high: 10))
        await consumer.close()
    }

    @Test func noAnswerIsSaidSo() async throws {
        let cluster = try Cluster(brokers: 1)
        try cluster.broker.setDown()
        let error = await #expect(throws: KafkaError.self) {
            try await KafkaAdmin.metadata(configuration: cluster.configuration(), timeout: .milliseconds(200))
        }
        #expect(error?.isRetriable == true)
        #expect(error?.message.contains(cluster.broker.bootstrapServers) == true)
    }
}
