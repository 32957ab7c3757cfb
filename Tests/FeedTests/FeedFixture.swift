import BackendTestSupport
import Feed
import FoundationEssentials
import Kafka
import Logging
import Postgres
import Relay
import Store
import TestSupport
import TodoCore

/// A database with a user, a broker, a relay and a feed.
struct FeedFixture {
    let database: PostgresConfiguration
    let pool: PostgresPool
    let broker: EmbeddedBroker
    let tasks: TaskStore
    var feed: Feed
    let user: UUID

    static func make() async throws -> FeedFixture {
        let database = try PostgresConfiguration(try await TestPostgres.shared.migratedDatabase())
        let pool = PostgresPool(database, logger: quiet)
        let broker = try EmbeddedBroker(logger: quiet)
        try broker.createTopic(Topics.events, partitions: 3, replication: 3)
        let user = try await UserStore(database: pool).create(email: "me@example.org", passwordHash: "x", requestID: nil)
        return FeedFixture(
            database: database, pool: pool, broker: broker, tasks: TaskStore(database: pool),
            feed: Feed(database: pool, logger: quiet), user: user.id)
    }

    /// Runs the relay and the feed beside `body`.
    func running<R: Sendable>(_ body: () async throws -> R) async throws -> R {
        let kafka = broker.configuration
        let services = [
            Task { try await Relay(database: database, kafka: kafka, logger: quiet).run() },
            Task { try await feed.run(kafka) },
        ]
        let result: Result<R, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        for service in services { service.cancel() }
        for service in services { _ = try? await service.value }
        return try result.get()
    }

    @discardableResult
    func add(_ title: String, user other: UUID? = nil) async throws -> StoredTask {
        try await tasks.create(user: other ?? user, TaskDraft(title: title), requestID: nil).task
    }

    func client(after position: OutboxPosition? = nil, expiry: Date = .distantFuture) async throws -> StreamClient {
        StreamClient(feed, try await feed.start(user: user, after: position), expiry: expiry)
    }
}

/// What a client sees of a stream.
final class StreamClient: Sendable {
    struct Event: Sendable, Equatable {
        /// `id`, or what came without an event.
        var id: OutboxPosition?
        var type = ""
        var title: String?
        var comment: String?
    }

    let subscription: Subscription
    private let events: AsyncStream<Event>
    private let task: Task<Void, any Error>

    init(_ feed: Feed, _ start: Feed.Start, expiry: Date) {
        let subscription = feed.subscribe(start, until: expiry) {}
        let (events, continuation) = AsyncStream.makeStream(of: Event.self)
        self.subscription = subscription
        self.events = events
        task = Task {
            defer {
                feed.end(subscription)
                continuation.finish()
            }
            try await feed.follow(start, subscription) { bytes in
                for event in StreamClient.events(String(decoding: bytes, as: UTF8.self)) { continuation.yield(event) }
            }
        }
    }

    /// The next ones, comments left out; fewer where the stream ends.
    func next(_ count: Int) async -> [Event] {
        var found: [Event] = []
        guard count > 0 else { return [] }
        for await event in events where !event.type.isEmpty {
            found.append(event)
            if found.count == count { break }
        }
        return found
    }

    /// Of the next tasks that are created.
    func titles(_ count: Int) async -> [String] {
        var titles: [String] = []
        while titles.count < count {
            let events = await next(1)
            if events.isEmpty { break }
            titles += events.compactMap(\.title)
        }
        return titles
    }

    /// All until the stream ends.
    func rest() async -> [Event] {
        var found: [Event] = []
        for await event in events { found.append(event) }
        return found
    }

    /// As when the connection breaks.
    func close() async {
        subscription.end(.clientGone)
        _ = try? await task.value
    }

    private static func events(_ text: String) -> [Event] {
        text.split(separator: "\n\n").map { block in
            var event = Event()
            for line in block.split(separator: "\n") {
                let value = String(line.drop { $0 != " " }.dropFirst())
                switch line.prefix(while: { $0 != ":" }) {
                case "id": event.id = OutboxPosition(value)
                case "event": event.type = value
                case "data": event.title = title(value)
                case "": event.comment = value
                default: break
                }
            }
            return event
        }
    }

    private static func title(_ json: String) -> String? {
        guard case .taskCreated(_, let title) = try? Wire.decode(DomainEvent.self, from: Array(json.utf8)).kind else {
            return nil
        }
        return title
    }
}
