import Consumption
import Kafka
import Store
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct ConsumptionTests {
    @Test func eachOutcomeHasItsEffectAndWhatIsThroughDoesNotComeBack() async throws {
        let fixture = try ConsumptionFixture.make(), consumer = fixture.consumer()
        let headers = [
            KafkaHeader(name: "event_type", value: "x"), KafkaHeader(name: "request_id", value: "r1"),
            // A letter that was sent back and fails again must not keep the old reason.
            KafkaHeader(name: "reason", value: "of an earlier time"), KafkaHeader(name: "retried_from", value: "events.dlq/0/7"),
        ]
        for value in ["one", "poison", "later", "four"] {
            try await fixture.send(value, key: "k-\(value)", headers: value == "poison" ? headers : [])
        }
        let tries = Counter()
        let seen = try await fixture.run(consumer, until: { $0.last == "four" }) { value in
            switch value {
            case "poison": .dead(reason: "bad\nthing")
            case "later": tries.next() < 3 ? .later(reason: "not now") : .done
            default: .done
            }
        }
        #expect(seen == ["one", "poison", "later", "later", "later", "four"])
        #expect(consumer.counters.retries == 2 && consumer.counters.dead == 1)
        let letter = try #require(try await fixture.letters(1).first)
        #expect(letter.key == "k-poison" && letter.value == Array("poison".utf8))
        #expect(
            letter.headers == [headers[0], headers[1], headers[3]] + [
                KafkaHeader(name: "reason", value: "bad\nthing"), KafkaHeader(name: "origin_topic", value: "events"),
                KafkaHeader(name: "origin_partition", value: "0"), KafkaHeader(name: "origin_offset", value: "1"),
            ])

        try await fixture.send("five")
        let next = try await fixture.run(fixture.consumer(), until: { $0.count == 1 }) { _ in .done }
        #expect(next == ["five"])
    }

    @Test func onePartitionIsHeldWhileAnotherGoesOn() async throws {
        let fixture = try ConsumptionFixture.make(partitions: 2), consumer = fixture.consumer(), isOver = Mutex(false)
        for value in ["held", "behind"] { try await fixture.send(value, partition: 0) }
        let isFirst = Mutex(true)
        let seen = try await fixture.run(consumer, until: { $0.contains("behind") && $0.contains("c") }) { value in
            if value == "c" { isOver.withLock { $0 = true } }
            if value == "held", isFirst.withLock({ $0 }) {
                isFirst.withLock { $0 = false }
                for other in ["a", "b", "c"] where (try? await fixture.send(other, partition: 1)) == nil {
                    return .dead(reason: "")
                }
            }
            return value == "held" && !isOver.withLock { $0 } ? .later(reason: "held") : .done
        }
        #expect(seen.filter { ["a", "b", "c"].contains($0) } == ["a", "b", "c"])
        #expect(seen.last == "behind", "it was behind the held one, which was behind c")
        #expect(seen.filter { $0 == "held" }.count == consumer.counters.retries + 1 && consumer.counters.retries >= 1)
    }

    @Test func aLetterThatCannotBeKeptHoldsThePartition() async throws {
        let fixture = try ConsumptionFixture.make(), consumer = fixture.consumer()
        for value in ["poison", "next"] { try await fixture.send(value) }
        try fixture.broker.pushErrors([KafkaError.Code.topicAuthorizationFailed], to: .produce)
        let seen = try await fixture.run(consumer, until: { $0.last == "next" }) { value in
            value == "poison" ? .dead(reason: "bad") : .done
        }
        // The producer takes the topic for forbidden until it asks again.
        #expect(seen.dropLast() == Array(repeating: "poison", count: seen.count - 1)[...])
        #expect(consumer.counters.retries == seen.count - 2 && consumer.counters.retries >= 1)
        #expect(consumer.counters.dead == 1)
        let letters = try await fixture.letters(1)
        #expect(letters.map(\.offset) == [0] && letters.first?.header("reason") == "bad")
    }

    @Test func whatIsTooLargeForALetterIsKeptWithoutItsValue() async throws {
        // The limit leaves 16 KiB for our headers, which the larger message exceeds by itself.
        let fixture = try ConsumptionFixture.make(), consumer = fixture.consumer(["message.max.bytes": "2000"])
        let large = String(repeating: "x", count: 1990), tooLarge = String(repeating: "y", count: 30_000)
        for value in [large, tooLarge, "end"] { try await fixture.send(value, key: "k") }
        let reason = String(repeating: "because ", count: 10_000)
        _ = try await fixture.run(consumer, until: { $0.last == "end" }) { value in
            value == "end" ? .done : .dead(reason: reason)
        }
        let letters = try await fixture.letters(2)
        #expect(letters.map(\.value.count) == [1990, 0] && letters.map(\.key) == ["k", "k"])
        #expect(letters.map { $0.header("value_omitted") } == [nil, "30000"])
        #expect(letters.map { $0.header("origin_offset") } == ["0", "1"])
        #expect(letters.map { $0.header("reason")?.count } == [2000, 2000])
    }

    @Test func everyTopicHasItsDeadLetters() {
        #expect(DeadLetterFormat.topic(of: Topics.events) == Topics.eventsDeadLetters)
        #expect(DeadLetterFormat.topic(of: Topics.commands) == Topics.commandsDeadLetters)
        #expect(DeadLetterFormat.origin(of: Topics.commandsDeadLetters) == Topics.commands)
        #expect(DeadLetterFormat.origin(of: Topics.commands) == nil && DeadLetterFormat.origin(of: ".dlq") == nil)
    }

    @Test func theRecordUnderWayIsFinishedAndCommittedBeforeTheEnd() async throws {
        let fixture = try ConsumptionFixture.make(), consumer = fixture.consumer()
        for value in ["one", "two"] { try await fixture.send(value) }
        let (started, startedFeed) = AsyncStream.makeStream(of: Void.self)
        let (go, goFeed) = AsyncStream.makeStream(of: Void.self)
        let wasCancelled = Mutex(false)
        let run = Task {
            try await consumer.run { _ in
                startedFeed.yield()
                for await _ in go { break }
                wasCancelled.withLock { $0 = Task.isCancelled }
                return .done
            }
        }
        for await _ in started { break }
        run.cancel()
        goFeed.yield()
        try await run.value
        #expect(!wasCancelled.withLock { $0 })
        let next = try await fixture.run(fixture.consumer(), until: { $0.count == 1 }) { _ in .done }
        #expect(next == ["two"])
    }

    @Test func recordsAreWorkedAtSideBySide() async throws {
        let fixture = try ConsumptionFixture.make(), consumer = fixture.consumer(concurrency: 3)
        for value in ["one", "two", "three", "four"] { try await fixture.send(value) }
        let underWay = Mutex((now: 0, most: 0))
        let (started, startedFeed) = AsyncStream.makeStream(of: Void.self)
        let (go, goFeed) = AsyncStream.makeStream(of: Void.self)
        let run = Task {
            try await consumer.run { _ in
                underWay.withLock { ($0.now, $0.most) = ($0.now + 1, max($0.most, $0.now + 1)) }
                startedFeed.yield()
                for await _ in go { break }
                underWay.withLock { $0.now -= 1 }
                return .done
            }
        }
        var starts = started.makeAsyncIterator()
        for _ in 1...3 { await starts.next() }
        for _ in 1...4 { goFeed.yield() }
        await starts.next()
        run.cancel()
        try await run.value
        #expect(underWay.withLock { $0.most } == 3 && underWay.withLock { $0.now } == 0)
        try await fixture.send("five")
        #expect(try await fixture.run(fixture.consumer(), until: { $0.count == 1 }) { _ in .done } == ["five"])
    }

    /// The first one of the partition fails again and again: what others did behind it is not committed.
    @Test func nothingIsCommittedBehindARecordThatIsNotThrough() async throws {
        let fixture = try ConsumptionFixture.make(), consumer = fixture.consumer(concurrency: 3)
        for value in ["one", "two", "three"] { try await fixture.send(value) }
        let asked = try await fixture.run(consumer, until: { $0.filter { $0 == "one" }.count > 2 && $0.contains("three") }) {
            $0 == "one" ? .later(reason: "not yet") : .done
        }
        #expect(Set(asked) == ["one", "two", "three"])
        let next = try await fixture.run(fixture.consumer(), until: { $0.count == 3 }) { _ in .done }
        #expect(next == ["one", "two", "three"])
    }
}
