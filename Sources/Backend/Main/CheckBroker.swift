import Kafka
import Store

extension CheckReport {
    /// The cluster, and the topics with their partitions and copies.
    mutating func checkBroker(_ settings: Settings) async {
        let configuration: KafkaConfiguration
        do {
            configuration = try settings.kafka()
        } catch {
            add("broker", "KAFKA_BOOTSTRAP_SERVERS", .wrong, "\(error)")
            return
        }
        let metadata: KafkaMetadata
        do {
            metadata = try await KafkaAdmin.metadata(configuration: configuration, timeout: .seconds(5))
        } catch {
            add("broker", "connection", .wrong, error.message)
            return
        }
        let brokers = metadata.brokers.map { "\($0.host):\($0.port)" }.joined(separator: ", ")
        add("broker", "connection", .ok, "\(metadata.brokers.count) up: \(brokers)")
        for name in Topics.all {
            if let topic = metadata[topic: name] {
                check(topic, brokers: metadata.brokers.count)
            } else {
                add("broker", "topic \(name)", .wrong, "there is none. Make it: todo-backend migrate --topics")
            }
        }
    }

    private mutating func check(_ topic: KafkaMetadata.Topic, brokers: Int) {
        let partitions = topic.partitions
        let copies = partitions.map(\.replicas.count).min() ?? 0
        let subject = "topic \(topic.name)"
        let size = "\(partitions.count) partitions, \(copies) \(copies == 1 ? "copy" : "copies") each"
        let leaderless = partitions.filter { $0.leader == nil }
        let behind = partitions.filter { $0.inSyncReplicas.count < $0.replicas.count }
        if !leaderless.isEmpty || partitions.isEmpty {
            add(
                "broker", subject, .wrong,
                "\(size); no leader for \(CheckReport.list(leaderless)): nothing can be sent or read there")
        } else if !behind.isEmpty {
            add("broker", subject, .warning, "\(size); copies are behind or lost for \(CheckReport.list(behind))")
        } else if copies < 3, brokers >= 3 {
            add("broker", subject, .warning, "\(size), though there are \(brokers) brokers: the loss of one may lose messages")
        } else {
            add("broker", subject, .ok, size)
        }
    }

    private static func list(_ partitions: [KafkaMetadata.Partition]) -> String {
        partitions.map { "\($0.partition)" }.joined(separator: ", ")
    }
}
