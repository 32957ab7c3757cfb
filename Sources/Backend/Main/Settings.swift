import API
import Configuration
import Embedded
import FoundationEssentials
import Glibc
import Kafka
import Postgres
import SystemPackage
import TodoCore

/// A setting that is missing or can't be used: one line that says which and why.
struct SettingError: Error, CustomStringConvertible {
    let description: String

    static func missing(_ name: String, _ hint: String) -> SettingError {
        SettingError(description: "\(name) is not set. \(hint)")
    }
}

/// The environment over the file `.env` in the working folder.
struct Settings: Sendable {
    private let reader: ConfigReader
    /// What a running `todo-backend dev` tells; used only where nothing is set.
    private let dev: DevFile?

    /// - Parameter devFolder: where to look for a running `todo-backend dev` when `DATABASE_URL` is not set.
    static func load(devFolder: String? = nil) async throws -> Settings {
        let environment = EnvironmentVariablesProvider()
        let file: EnvironmentVariablesProvider
        do {
            file = try await EnvironmentVariablesProvider(environmentFilePath: ".env", allowMissing: true)
        } catch {
            throw SettingError(description: "The file .env can't be read: \(error)")
        }
        return Settings(reader: ConfigReader(providers: [environment, file]), dev: devFolder.flatMap { DevFile.running(in: $0) })
    }

    /// The value of a variable such as `SMTP_URL`; nil when it is not set or empty.
    func string(_ name: String) -> String? {
        let value = reader.string(forKey: ConfigKey(name.split(separator: "_").map { $0.lowercased() }))
        return value?.isEmpty == false ? value : nil
    }

    func integer(_ name: String, in range: ClosedRange<Int>) throws -> Int? {
        guard let text = string(name) else { return nil }
        guard let value = Int(text), range.contains(value) else {
            throw SettingError(
                description: "\(name) is \(text): it must be a whole number from \(range.lowerBound) to \(range.upperBound).")
        }
        return value
    }

    /// A length of time such as `24h`, `30m`, `90s` or `7d`, in seconds.
    func seconds(_ name: String) throws -> Int? {
        guard let text = string(name) else { return nil }
        guard let seconds = Settings.seconds(text) else {
            throw SettingError(description: "\(name) is \(text): it must be a length of time such as 24h, 30m or 7d.")
        }
        return seconds
    }

    /// Nil for what is no length of time.
    static func seconds(_ text: String) -> Int? {
        let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        guard let unit = text.last.flatMap({ units[$0] }), let count = Int(text.dropLast()), count > 0, count < 1_000_000 else {
            return nil
        }
        return count * unit
    }

    /// A limit such as `10/1m` (ten times a minute), or `off`.
    func rateLimit(_ name: String) throws -> RateLimit? {
        guard let text = string(name) else { return nil }
        guard let limit = RateLimit(text) else {
            throw SettingError(description: "\(name) is \(text): it must be a count per time such as 10/1m, or off.")
        }
        return limit
    }

    func trustedProxies() throws -> TrustedProxies {
        guard let text = string("TRUSTED_PROXIES") else { return .none }
        guard let proxies = TrustedProxies(text) else {
            throw SettingError(
                description: "TRUSTED_PROXIES is \(text): it must be addresses or blocks such as 10.0.0.0/8, with commas between."
            )
        }
        return proxies
    }

    /// The origins of other sites whose pages may call the API.
    func cors() throws -> CORSPolicy? {
        guard let text = string("CORS_ORIGINS") else { return nil }
        do throws(CORSPolicy.Malformed) {
            return try CORSPolicy(parsing: text)
        } catch {
            throw SettingError(description: "CORS_ORIGINS \(error).")
        }
    }

    func database() throws -> PostgresConfiguration {
        guard let url = string("DATABASE_URL") ?? dev?.databaseURL else {
            throw SettingError.missing(
                "DATABASE_URL", "Give the database, such as postgresql://todo:PASSWORD@localhost/todo, or start todo-backend dev."
            )
        }
        do throws(PostgresError) {
            return try PostgresConfiguration(url)
        } catch {
            throw SettingError(description: "DATABASE_URL can't be used: \(error.message)")
        }
    }

    func kafka() throws -> KafkaConfiguration {
        guard let servers = string("KAFKA_BOOTSTRAP_SERVERS") ?? dev?.kafka else {
            throw SettingError.missing(
                "KAFKA_BOOTSTRAP_SERVERS", "Give the broker, such as localhost:9092, or start todo-backend dev.")
        }
        let configuration = KafkaConfiguration(bootstrapServers: servers, properties: kafkaProperties(), pacing: .services)
        do {
            try configuration.validate()
        } catch {
            throw SettingError(description: "The KAFKA_ settings can't be used: \(error)")
        }
        return configuration
    }

    /// `KAFKA_SECURITY_PROTOCOL` is librdkafka's `security.protocol`, and so for every property that it has.
    func kafkaProperties() -> [String: String] {
        var properties: [String: String] = [:]
        for property in KafkaConfiguration.propertyNames() where property != "bootstrap.servers" {
            let variable = "KAFKA_" + String(property.map { $0 == "." || $0 == "-" ? "_" : $0 }).uppercased()
            if let value = string(variable) { properties[property] = value }
        }
        return properties
    }

    func jwtSecret() throws -> [UInt8] {
        guard let secret = try secret("JWT_SECRET") else {
            throw SettingError.missing("JWT_SECRET", "Give at least 32 random bytes, such as from: openssl rand -hex 32")
        }
        return secret
    }

    /// The secret before this one, whose tokens are still accepted while it is changed; nil: none.
    func previousJWTSecret() throws -> [UInt8]? { try secret("JWT_SECRET_PREVIOUS") }

    /// What signs the links in the mails, for API and mailer: a secret of their own, so that the mailer need not have the one
    /// that makes tokens; where there is none, `JWT_SECRET`.
    func unsubscribeSecret() throws -> [UInt8]? { try secret("UNSUBSCRIBE_SECRET") ?? secret("JWT_SECRET") }

    private func secret(_ name: String) throws -> [UInt8]? {
        guard let secret = string(name) else { return nil }
        guard secret.utf8.count >= 32 else {
            throw SettingError(description: "\(name) has \(secret.utf8.count) bytes: it must have at least 32.")
        }
        return Array(secret.utf8)
    }
}
