internal import Crdkafka
internal import Glibc

/// Where the brokers are, and what else librdkafka should know.
public struct KafkaConfiguration: Sendable {
    /// Addresses to ask first, such as `kafka-1:9092,kafka-2:9092`; the brokers tell the rest.
    public var bootstrapServers: String
    /// Any property of librdkafka's, by its own name (`security.protocol`); they win over this module's defaults.
    public var properties: [String: String]
    /// The groups that producers must not run away from; acts on embedded brokers only. `nil`: none.
    public var pacing: KafkaPacing?

    /// A configuration; nothing is checked until `validate()` or a client is made from it.
    public init(bootstrapServers: String, properties: [String: String] = [:], pacing: KafkaPacing? = nil) {
        self.bootstrapServers = bootstrapServers
        self.properties = properties
        self.pacing = pacing
    }

    /// The same for a producer whose messages may come twice, since whoever reads them does nothing twice.
    ///
    /// An idempotent producer is of no use any more once its sequence of messages is broken. This one has none, so that
    /// no error ends it; all replicas still acknowledge, and one request at a time keeps the order. What the configuration
    /// says itself wins.
    public var allowingRepeats: Self {
        var configuration = self
        let properties = [
            "enable.idempotence": "false", "acks": "all", "max.in.flight.requests.per.connection": "1",
        ]
        configuration.properties.merge(properties) { own, _ in own }
        return configuration
    }

    /// The names of all properties that this librdkafka knows, sorted.
    ///
    /// From librdkafka's own table, since its dump of a fresh configuration leaves out what has no default,
    /// such as `sasl.username`.
    public static func propertyNames() -> [String] {
        var text: UnsafeMutablePointer<CChar>?
        var size = 0
        guard let file = open_memstream(&text, &size) else { return [] }
        rd_kafka_conf_properties_show(file)
        fclose(file)
        defer { free(text) }
        guard let text else { return [] }
        var names: Set<String> = []
        for line in String(cString: text).split(separator: "\n") where line.contains("|") {
            let name = line.prefix { $0 != "|" }.filter { $0 != " " }
            // Callbacks and opaques are set by code, never by a value.
            let isValue = name.contains { $0.isLowercase } && !name.hasSuffix("_cb") && !name.hasSuffix("opaque")
            if isValue, name != "Property" { names.insert(String(name)) }
        }
        return names.sorted()
    }

    /// The property that an environment variable stands for: `KAFKA_SECURITY_PROTOCOL` is `security.protocol`.
    public static func propertyName(forEnvironmentVariable variable: String) -> String? {
        func plain(_ name: some StringProtocol) -> String {
            String(name.uppercased().map { $0.isLetter || $0.isNumber ? $0 : "_" })
        }
        guard variable.hasPrefix("KAFKA_") else { return nil }
        let wanted = plain(variable.dropFirst("KAFKA_".count))
        return propertyNames().first { plain($0) == wanted }
    }

    /// Checks every name and value, also against each other, without connecting to anything.
    /// - Throws: an error of kind `.configuration` that names the first wrong property.
    public func validate() throws(KafkaError) {
        guard bootstrapServers.contains(where: { !$0.isWhitespace && $0 != "," }) else {
            throw .configuration("bootstrap.servers is empty: give at least one broker as host:port")
        }
        // Some values are only checked when a client is made; without an address it connects to nobody.
        let client = try KafkaHandle(.producer, Self(bootstrapServers: "", properties: properties), defaults: .producer)
        client.destroy()
    }
}
