import BackendTestSupport
import DeadLetters
import Kafka
import Store
import Telemetry
import Testing

@Suite(.timeLimit(.minutes(1))) struct DeadLetterMetricsTests {
    /// The lines of the metric without comments.
    private func lines(_ registry: Registry) -> [Substring] {
        String(decoding: registry.text(), as: UTF8.self).split(separator: "\n").filter { !$0.hasPrefix("#") }
    }

    @Test func waitingLettersAreCountedWhileTheBrokerTells() async throws {
        let fixture = try DeadLettersFixture.make(topics: [Topics.events, Topics.eventsDeadLetters])
        let registry = Registry(), metrics = try DeadLetterMetrics(registry)
        #expect(lines(registry) == [])
        let (looks, feed) = AsyncStream.makeStream(of: Void.self)
        let (go, goFeed) = AsyncStream.makeStream(of: Void.self)
        let watch = Task {
            let source = LetterSource(
                kafka: fixture.broker.configuration, timeout: .seconds(1), logger: quiet)
            await metrics.watch(source, every: .milliseconds(1)) {
                feed.yield()
                for await _ in go { break }
            }
        }
        var seen = looks.makeAsyncIterator()
        func look() async -> [Substring] {
            goFeed.yield()
            await seen.next()
            return lines(registry)
        }
        await seen.next()
        #expect(lines(registry) == [#"todo_dead_letters{topic="commands.dlq"} 0"#, #"todo_dead_letters{topic="events.dlq"} 0"#])

        let ids = [try await fixture.letter("a"), try await fixture.letter("b", partition: 1), try await fixture.letter("c")]
        #expect(await look().last == #"todo_dead_letters{topic="events.dlq"} 3"#)
        _ = try await fixture.queue.retry([ids[0], ids[1]])
        _ = try await fixture.queue.retry([ids[0]], again: true)
        #expect(await look().last == #"todo_dead_letters{topic="events.dlq"} 1"#)
        // A topic that came later.
        try fixture.broker.createTopic(Topics.commandsDeadLetters, partitions: 2, replication: 1)
        try await fixture.letter("d", of: Topics.commands)
        #expect(
            await look() == [#"todo_dead_letters{topic="commands.dlq"} 1"#, #"todo_dead_letters{topic="events.dlq"} 1"#])
        try fixture.broker.setDown()
        #expect(await look() == [])
        try fixture.broker.setUp()
        #expect(
            await look() == [#"todo_dead_letters{topic="commands.dlq"} 1"#, #"todo_dead_letters{topic="events.dlq"} 1"#])
        watch.cancel()
        goFeed.finish()
        await watch.value
        #expect(lines(registry) == [])
    }
}
