import Kafka
import Testing

struct ConfigurationTests {
    private func error(_ properties: [String: String], servers: String = "localhost:9092") -> KafkaError? {
        #expect(throws: KafkaError.self) {
            try KafkaConfiguration(bootstrapServers: servers, properties: properties).validate()
        }
    }

    @Test func goodPropertiesPass() throws {
        try KafkaConfiguration(bootstrapServers: "a:1,b:2").validate()
        try KafkaConfiguration(
            bootstrapServers: "a:1",
            properties: [
                "security.protocol": "SASL_SSL", "sasl.mechanisms": "SCRAM-SHA-512", "sasl.username": "u",
                "sasl.password": "p", "linger.ms": "50", "session.timeout.ms": "10000",
            ]
        ).validate()
    }

    @Test func aWrongNameOrValueIsNamed() {
        #expect(error(["secruity.protocol": "SSL"])?.message == #"There is no Kafka property "secruity.protocol""#)
        let value = error(["linger.ms": "soon"])?.message
        #expect(value?.contains("linger.ms") == true)
        #expect(value?.contains("soon") == true)
        #expect(error(["security.protocol": "TLS"])?.message.contains("security.protocol") == true)
        // Only found when all are taken together.
        let together = error(["security.protocol": "SSL", "ssl.ca.location": "/nonexistent/ca.pem"])
        #expect(together?.message.contains("ssl.ca.location") == true)
        #expect(error([:], servers: " , ")?.message.contains("bootstrap.servers") == true)
        for error in [error(["x": "y"]), together] {
            #expect(error?.kind == .configuration)
            #expect(error?.isRetriable == false)
        }
    }

    @Test func clientsRefuseWhatIsWrong() throws {
        let logger = LogRecorder().logger
        let wrong = KafkaConfiguration(bootstrapServers: "localhost:1", properties: ["acks.": "all"])
        let right = KafkaConfiguration(bootstrapServers: "localhost:1")
        let errors = [
            #expect(throws: KafkaError.self) { try KafkaProducer(wrong, logger: logger) },
            #expect(throws: KafkaError.self) { try KafkaConsumer(wrong, group: nil, topics: ["t"], logger: logger) },
            #expect(throws: KafkaError.self) { try KafkaConsumer(right, group: "g", topics: [], logger: logger) },
            #expect(throws: KafkaError.self) { try KafkaConsumer(right, group: "", topics: ["t"], logger: logger) },
            #expect(throws: KafkaError.self) { try EmbeddedBroker(brokers: 0, logger: logger) },
        ]
        #expect(errors.allSatisfy { $0?.kind == .configuration })
    }

    @Test func allPropertiesAreKnownByName() {
        let names = KafkaConfiguration.propertyNames()
        #expect(names == names.sorted())
        for name in ["bootstrap.servers", "sasl.username", "security.protocol", "ssl.ca.location", "linger.ms", "partitioner"] {
            #expect(names.contains(name))
        }
        #expect(!names.contains { $0.hasSuffix("_cb") || $0.contains(" ") })
        for name in ["SECURITY_PROTOCOL": "security.protocol", "SASL_USERNAME": "sasl.username", "LINGER_MS": "linger.ms"] {
            #expect(KafkaConfiguration.propertyName(forEnvironmentVariable: "KAFKA_" + name.key) == name.value)
        }
        #expect(KafkaConfiguration.propertyName(forEnvironmentVariable: "KAFKA_NONSENSE") == nil)
        #expect(KafkaConfiguration.propertyName(forEnvironmentVariable: "LINGER_MS") == nil)
    }
}
