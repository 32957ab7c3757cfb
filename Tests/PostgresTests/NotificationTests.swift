import Postgres
import Testing

@Suite struct NotificationTests {
    @Test func notificationsArriveInOrder() async throws {
        let configuration = try await freshDatabase()
        let listener = try await PostgresConnection.connect(configuration, logger: quiet)
        let notifier = try await PostgresConnection.connect(configuration, logger: quiet)
        try await listener.query("LISTEN news")
        let waiting = Task { try await listener.waitForNotification(timeout: .seconds(20)) }
        try await notifier.query("SELECT pg_notify('news', 'one'), pg_notify('news', 'two')")
        try await notifier.query("NOTIFY news")
        let first = try #require(try await waiting.value)
        #expect(first.channel == "news" && first.payload == "one")
        #expect(first.processID == (try await notifier.run { try $0.processID }))
        #expect(try await listener.waitForNotification(timeout: .seconds(20))?.payload == "two")
        #expect(try await listener.waitForNotification(timeout: .seconds(20))?.payload == "")
    }

    @Test func oneThatCameWithAnAnswerIsNotLost() async throws {
        let connection = try await freshConnection()
        try await connection.query("LISTEN own_answer")
        try await connection.query("NOTIFY own_answer, 'x'")
        try await connection.query("SELECT 1")
        #expect(try await connection.waitForNotification(timeout: .zero)?.payload == "x")
        #expect(try await connection.waitForNotification(timeout: .zero) == nil)
    }

    @Test func nothingWithinTheTimeIsNil() async throws {
        let connection = try await freshConnection()
        try await connection.query("LISTEN quiet")
        let start = ContinuousClock.now
        #expect(try await connection.waitForNotification(timeout: .milliseconds(50)) == nil)
        #expect(ContinuousClock.now - start >= .milliseconds(50))
    }

    @Test func anInterruptEndsTheWait() async throws {
        let connection = try await freshConnection()
        let waiting = Task { try await connection.waitForNotification(timeout: .seconds(60)) }
        connection.interrupt()
        #expect(try await waiting.value == nil)
        // One from before counts, also when a statement was in between, and only once.
        connection.interrupt()
        try await connection.query("SELECT pg_sleep(0.01)")
        #expect(try await connection.waitForNotification(timeout: .seconds(60)) == nil)
        try await connection.query("LISTEN interrupted")
        try await connection.query("NOTIFY interrupted")
        #expect(try await connection.waitForNotification(timeout: .seconds(60)) != nil)
    }

    @Test func cancellationEndsTheWait() async throws {
        let connection = try await freshConnection()
        let waiting = Task { try await connection.run { try $0.waitForNotification(timeout: .seconds(60)) } }
        waiting.cancel()
        #expect(try await postgresError { _ = try await waiting.value }.kind == .cancelled)
        #expect(try await connection.query("SELECT 1").count == 1)
    }

    @Test func aLostServerIsAnError() async throws {
        let configuration = try await freshDatabase()
        let listener = try await PostgresConnection.connect(configuration, logger: quiet)
        let process = try await listener.run { try $0.processID }
        let other = try await PostgresConnection.connect(configuration, logger: quiet)
        let waiting = Task { try await listener.waitForNotification(timeout: .seconds(60)) }
        try await other.query("SELECT pg_terminate_backend(\(process))")
        let error = try await postgresError { _ = try await waiting.value }
        #expect(error.kind == .closed && error.isUnavailable)
        #expect(await !listener.isUsable)
    }
}
