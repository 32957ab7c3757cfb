import DeadLetters
import FoundationEssentials
import Kafka
import Store
import Testing

@Suite(.timeLimit(.minutes(1))) struct DeadLetterQueueTests {
    @Test func lettersAreListedNewestLast() async throws {
        let fixture = try DeadLettersFixture.make()
        let ids = [
            try await fixture.letter("a", partition: 1), try await fixture.letter("b", of: Topics.commands),
            try await fixture.letter("c", partition: 0), try await fixture.letter("d", partition: 1, key: nil),
        ]
        #expect(ids.map(\.description) == ["events.dlq/1/0", "commands.dlq/0/0", "events.dlq/0/0", "events.dlq/1/1"])
        let list = try await fixture.queue.list()
        // Two may come in one millisecond; then they stand in the order of their places.
        #expect(list.count == 4 && Set(list.letters.map(\.id)) == Set(ids))
        let times = try list.letters.map { try #require($0.time) }
        #expect(times == times.sorted())
        let letter = try #require(list.letters.first { $0.id == ids[1] })
        #expect(letter.originTopic == "commands" && letter.originPartition == "1" && letter.originOffset == "7")
        #expect(letter.type == "task.sung" && letter.eventID == "e-b" && letter.reason == "because")
        #expect(letter.key == "k" && letter.size == 1 && !letter.isValueOmitted)
        for topic in ["events", "events.dlq"] {
            #expect(
                try await fixture.queue.list(topic: topic).letters.map(\.id.topic) == Array(repeating: "events.dlq", count: 3))
        }
        let newest = try await fixture.queue.list(limit: 1)
        #expect(newest.count == 4 && newest.letters == list.letters.suffix(1))
        await #expect(throws: DeadLetterError.unknownTopic("users")) { try await fixture.queue.list(topic: "users") }
    }

    @Test func withoutTopicsThereAreNoLetters() async throws {
        let fixture = try DeadLettersFixture.make(topics: [Topics.events])
        #expect(try await fixture.queue.list() == DeadLetterList(letters: [], count: 0))
        let id = DeadLetterID(topic: "events.dlq", partition: 0, offset: 0)
        await #expect(throws: DeadLetterError.noSuchLetter(id)) { try await fixture.queue.show(id) }
        #expect(try await fixture.queue.retry([id]).map(\.outcome) == [.missing])
    }

    @Test func aBrokerThatIsAwayIsAnError() async throws {
        let fixture = try DeadLettersFixture.make()
        try await fixture.letter("a")
        try fixture.broker.setDown()
        await #expect(throws: KafkaError.self) { try await fixture.queue.list() }
    }

    @Test func aRetriedLetterIsInItsTopicAgainAndWaitsNoMore() async throws {
        let fixture = try DeadLettersFixture.make()
        let (a, b) = (try await fixture.letter("a", partition: 1), try await fixture.letter("b", partition: 1))
        let dry = try await fixture.queue.retry([a, b], dryRun: true)
        #expect(dry.map(\.outcome) == [.wouldBeSent(to: "events"), .wouldBeSent(to: "events")])
        #expect(try await fixture.count(of: Topics.events) == 0)

        let absent = DeadLetterID(topic: "events.dlq", partition: 1, offset: 99)
        let first = try await fixture.queue.retry([absent, a, a])
        #expect(first.map(\.id) == [absent, a, a] && first.map(\.isSuccess) == [false, true, true])
        let record = try #require(try await fixture.records(1, of: Topics.events).first)
        #expect(record.key == "k" && record.value == Array("a".utf8))
        #expect(
            record.headers == [
                KafkaHeader(name: "event_type", value: "task.sung"), KafkaHeader(name: "event_id", value: "e-a"),
                KafkaHeader(name: "request_id", value: "r-a"), KafkaHeader(name: "retried_from", value: "events.dlq/1/0"),
            ])
        #expect(
            first[1].outcome
                == .sent(
                    KafkaDelivery(topic: "events", partition: record.partition, offset: record.offset), markError: nil))
        #expect(try await fixture.queue.list().letters.map(\.id) == [b])

        let second = try await fixture.queue.retry([a])
        guard case .retriedBefore = second[0].outcome else { return #expect(second[0].outcome == .missing) }
        #expect(try await fixture.count(of: Topics.events) == 1)
        #expect(try await fixture.queue.retry([a], again: true).map(\.isSuccess) == [true])
        #expect(try await fixture.count(of: Topics.events) == 2)
        #expect(try await fixture.queue.show(a).retries.count == 2)
    }

    @Test func aLetterIsShownWithEverythingInIt() async throws {
        let fixture = try DeadLettersFixture.make()
        let (a, b) = (try await fixture.letter("a"), try await fixture.letter("b"))
        _ = try await fixture.queue.retry([a])
        let contents = try await fixture.queue.show(b)
        #expect(contents.letter.id == b && contents.value == Array("b".utf8) && contents.retries == [])
        #expect(
            contents.headers.map(\.name) == [
                "event_type", "event_id", "request_id", "reason", "origin_topic", "origin_partition", "origin_offset",
            ])
        let mark = DeadLetterID(topic: a.topic, partition: 0, offset: 2)
        await #expect(throws: DeadLetterError.noSuchLetter(mark)) { try await fixture.queue.show(mark) }
    }

    @Test func whatIsNoLetterOfOursIsNotSentAnywhere() async throws {
        let fixture = try DeadLettersFixture.make()
        func header(_ name: String, _ value: String) -> KafkaHeader { KafkaHeader(name: name, value: value) }
        let ids = [
            try await fixture.send(KafkaMessage(topic: "events.dlq", key: nil, value: [1], partition: 0)),
            try await fixture.send(
                KafkaMessage(
                    topic: "events.dlq", key: nil, value: [1], headers: [header("origin_topic", "commands")], partition: 0)),
            try await fixture.send(
                KafkaMessage(
                    topic: "events.dlq", key: nil, value: [],
                    headers: [header("origin_topic", "events"), header("value_omitted", "1048000")], partition: 0)),
        ]
        let results = try await fixture.queue.retry(ids)
        for result in results {
            guard case .unusable = result.outcome else { return #expect(result.outcome == .missing) }
        }
        #expect(results.count == 3)
        #expect(try await fixture.queue.list().letters.map(\.size) == [1, 1, 1_048_000])
        for topic in [Topics.events, Topics.commands] { #expect(try await fixture.count(of: topic) == 0) }
    }

    @Test func allAreSentBackInTheirOrderAPageAtATime() async throws {
        let fixture = try DeadLettersFixture.make()
        for partition in Int32(0)...1 {
            for index in 0..<250 {
                _ = try await fixture.letter("\(partition)-\(index)", partition: partition, key: "k\(partition)")
            }
        }
        try await fixture.letter("x", of: Topics.commands)
        // One was sent back before, one is unusable: neither stops the rest.
        _ = try await fixture.queue.retry([DeadLetterID(topic: "events.dlq", partition: 0, offset: 0)])
        try await fixture.send(KafkaMessage(topic: "events.dlq", key: nil, value: [1], partition: 1))

        let seen = Outcomes()
        try await fixture.queue.retryAll(topic: "events", dryRun: true) { seen.add($0) }
        #expect(seen.counts == [true: 499, false: 1])
        #expect(try await fixture.count(of: Topics.events) == 1)
        try await fixture.queue.retryAll(topic: "events") { seen.add($0) }
        #expect(seen.counts == [true: 998, false: 2])
        let records = try await fixture.records(500, of: Topics.events)
        for partition in 0...1 {
            let values = records.filter { $0.key == "k\(partition)" }.map { String(decoding: $0.value, as: UTF8.self) }
            #expect(values == (0..<250).map { "\(partition)-\($0)" })
        }
        let left = try await fixture.queue.list()
        #expect(left.letters.map(\.originTopic) == ["commands", nil] || left.letters.map(\.originTopic) == [nil, "commands"])
        try await fixture.queue.retryAll { seen.add($0) }
        #expect(try await fixture.count(of: Topics.events) == 500)
        #expect(try await fixture.count(of: Topics.commands) == 1)
    }

    @Test func idsAreReadAsTheyAreWritten() {
        let id = DeadLetterID(topic: "events.dlq", partition: 2, offset: 17)
        #expect(id.description == "events.dlq/2/17" && DeadLetterID("events.dlq/2/17") == id)
        for text in [
            "", "events.dlq", "events.dlq/2", "events.dlq/2/", "events.dlq/-1/3", "/2/17", "a/b/2/17", "e/2/1x", "e/+2/1",
        ] {
            #expect(DeadLetterID(text) == nil, "\(text)")
        }
    }
}
