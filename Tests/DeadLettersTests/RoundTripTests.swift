import BackendTestSupport
import Commands
import DeadLetters
import FoundationEssentials
import Kafka
import Logging
import Postgres
import Store
import TestSupport
import Testing
import TodoCore

@Suite(.timeLimit(.minutes(1))) struct RoundTripTests {
    /// A command fails for good, its cause is mended, an operator sends it back, and its effect comes once.
    @Test func aCommandThatIsSentBackHasItsEffectOnce() async throws {
        let fixture = try DeadLettersFixture.make()
        let database = try PostgresConfiguration(try await TestPostgres.shared.migratedDatabase())
        let pool = PostgresPool(database, size: 2, logger: quiet)
        let user = try await UserStore(database: pool).create(email: "me@example.org", passwordHash: "x", requestID: nil).id
        let command = TaskCommand(user: user, draft: TaskDraft(title: "x", list: "WEB"))
        try await fixture.send(
            KafkaMessage(
                topic: Topics.commands, key: user.lowercase, value: try Wire.encode(command),
                headers: [
                    KafkaHeader(name: "event_type", value: TaskCommand.type), KafkaHeader(name: "request_id", value: "r1"),
                ]))
        let (logger, messages) = SignallingLog.make()
        let consumer = CommandConsumer(database: pool, kafka: fixture.broker.configuration, logger: logger)
        let run = Task {
            defer { (logger.handler as? SignallingLog)?.finish() }
            try await consumer.run()
        }
        var log = messages.makeAsyncIterator()
        func wait(for message: String) async { while let line = await log.next(), line != message {} }

        await wait(for: "a message went to commands.dlq")
        let letter = try #require(try await fixture.queue.list().letters.first)
        #expect(letter.reason == "the user has no list WEB" && letter.type == TaskCommand.type)
        _ = try await ListStore(database: pool).create(user: user, key: try #require(ListKey("WEB")), name: "Web")
        #expect(try await fixture.queue.retry([letter.id]).map(\.isSuccess) == [true])
        await wait(for: "task created")
        #expect(try await fixture.queue.list().count == 0)
        #expect(try await fixture.queue.retry([letter.id], again: true).map(\.isSuccess) == [true])
        await wait(for: "task was created before")
        run.cancel()
        try await run.value
        #expect(consumer.counters.created == 1 && consumer.counters.duplicates == 1 && consumer.counters.dead == 1)
        #expect(try await pool.query("SELECT id FROM tasks").decode(UUID.self) == [command.taskID])
        let requests = try await pool.query("SELECT request_id FROM events WHERE type = 'task.created'").decode(String?.self)
        #expect(requests == ["r1"])
    }
}
