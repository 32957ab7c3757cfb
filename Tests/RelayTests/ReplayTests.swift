import FoundationEssentials
import Kafka
import Postgres
import Relay
import Store
import Synchronization
import Testing
import TodoCore

@Suite(.timeLimit(.minutes(1)))
struct ReplayTests {
    private let long = Date(timeIntervalSince1970: 1_700_000_000)
    private let lately = Date(timeIntervalSince1970: 1_800_000_000)

    @Test func aReplaySendsTheSameAgainAndLeavesTheCursor() async throws {
        let it = try await RelayFixture()
        try await it.write(1200, at: long)
        try await it.write(30, at: lately)
        try await it.write(20, type: "task.hummed", at: lately)
        let consumer = try it.consumer()
        let all = try await it.ids()
        let first = try await it.running([it.relay()]) { try await it.records(of: all, from: consumer) }
        let cursor = try await it.cursor()

        let counts = Mutex<[Int]>([])
        let progress: @Sendable (Int) -> Void = { count in counts.withLock { $0.append(count) } }
        let count = try await Relay.replay(
            database: it.pool, kafka: it.kafka(), since: .distantPast, logger: it.logger, progress: progress)
        #expect(count == 1250)
        #expect(counts.withLock(\.self) == [1000, 1250])
        let again = try await it.records(of: all, from: consumer)
        func content(_ records: [KafkaRecord]) -> [String?: [[String]]] {
            Dictionary(grouping: records, by: \.key).mapValues { records in
                records.map { [String(decoding: $0.value, as: UTF8.self)] + $0.headers.map { "\($0.name)=\($0.value)" } }
            }
        }
        #expect(content(again) == content(first))

        #expect(try await Relay.replay(database: it.pool, kafka: it.kafka(), since: lately, logger: it.logger) == 50)
        let some = try await it.ids("occurred_at = \(lately)")
        #expect(Set(try await it.records(of: some, from: consumer).map(\.eventID)) == Set(some))
        let hummed = try await Relay.replay(
            database: it.pool, kafka: it.kafka(), since: .distantPast, types: ["task.hummed", "no.such"], logger: it.logger)
        #expect(hummed == 20)
        #expect(try await it.records(of: it.ids("type = 'task.hummed'"), from: consumer).count == 20)
        #expect(try await it.cursor() == cursor)
        await consumer.close()
        await it.close()
    }

    @Test func onlyWhatThisDatabaseHasPublishedIsReplayed() async throws {
        let it = try await RelayFixture()
        try await it.write(10)
        #expect(try await Relay.replay(database: it.pool, kafka: it.kafka(), since: .distantPast, logger: it.logger) == 0)
        await it.close()
    }

    @Test func anEmptyBrokerIsFilledAgainWhileTheRelayGoesOn() async throws {
        let it = try await RelayFixture()
        try await it.write(2500)
        let old = try it.consumer()
        let before = try await it.ids()
        _ = try await it.running([it.relay()]) { try await it.records(of: before, from: old) }
        await old.close()

        let empty = try it.emptyBroker()
        let relay = Relay(database: it.database, kafka: it.kafka(of: empty), logger: it.logger)
        let consumer = try it.consumer(of: empty)
        let records = try await it.running([relay]) {
            async let count = Relay.replay(database: it.pool, kafka: it.kafka(of: empty), since: .distantPast, logger: it.logger)
            try await it.write(100)
            #expect(try await count >= 2500)
            return try await it.records(of: try await it.ids(), from: consumer)
        }
        // The replay in its order, and what is new in its own.
        let new = Set(try await it.ids()).subtracting(before)
        try await it.expectOrder(records.filter { !new.contains($0.eventID) }, of: before)
        try await it.expectOrder(records.filter { new.contains($0.eventID) }, of: Array(new))
        await consumer.close()
        empty.close()
        await it.close()
    }

    @Test func aBrokerThatDoesNotTakeThemFailsTheReplay() async throws {
        let it = try await RelayFixture()
        try await it.write(10)
        let consumer = try it.consumer()
        _ = try await it.running([it.relay()]) { try await it.records(of: it.ids(), from: consumer) }
        try it.broker.pushErrors([KafkaError.Code.messageTooLarge], to: .produce)
        let error = await #expect(throws: KafkaError.self) {
            try await Relay.replay(database: it.pool, kafka: it.kafka(), since: .distantPast, logger: it.logger)
        }
        #expect(error?.isFatal == true)
        await consumer.close()
        await it.close()
    }
}
