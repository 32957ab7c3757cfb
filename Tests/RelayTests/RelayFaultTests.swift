import FoundationEssentials
import Kafka
import Postgres
import Relay
import Store
import Telemetry
import Testing
import TodoCore

@Suite(.timeLimit(.minutes(1)))
struct RelayFaultTests {
    /// The server process of the relay that leads; nil: none does.
    private func leader(_ it: RelayFixture) async throws -> Int? {
        try await it.pool.query(
            """
            SELECT l.pid::int8 FROM pg_locks AS l JOIN pg_stat_activity AS a USING (pid)
            WHERE l.locktype = 'advisory' AND l.granted AND a.application_name = 'todo-relay' AND a.datname = current_database()
            """
        ).decode(Int.self).first
    }

    private func leader(_ it: RelayFixture, after old: Int?) async throws -> Int {
        while true { if let leader = try await leader(it), leader != old { return leader } }
    }

    /// The samples of the metrics' text, such as `todo_relay_is_leader`.
    private func value(_ name: String, in registry: Registry) -> String? {
        String(decoding: registry.text(), as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("\(name) ") }
            .map { String($0.dropFirst(name.count + 1)) }
    }

    /// One refused request: what comes behind it may not be in the topic before it.
    @Test(arguments: [0, 2]) func whatTheBrokerRefusesComesAgainInOrder(request: Int) async throws {
        let it = try await RelayFixture()
        try await it.write(600)
        let ids = try await it.ids()
        let codes = Array(repeating: Int32(0), count: request) + [KafkaError.Code.messageTooLarge]
        try it.broker.pushErrors(codes, to: .produce)
        let consumer = try it.consumer()
        // One request a partition: this broker checks no sequence numbers, and would take one that follows a refused one.
        let records = try await it.running([it.relay(["linger.ms": "100"])]) { try await it.records(of: ids, from: consumer) }
        try await it.expectOrder(records, of: ids)
        await consumer.close()
        await it.close()
    }

    @Test(arguments: [
        [KafkaError.Code.notLeaderForPartition, KafkaError.Code.storage, 0, KafkaError.Code.requestTimedOut],
        [0, KafkaError.Code.transport, KafkaError.Code.transport],
        [0, 0, KafkaError.Code.notEnoughReplicas, 0, KafkaError.Code.leaderNotAvailable],
    ])
    func whatTheBrokerPutsOffComesInOrder(codes: [Int32]) async throws {
        let it = try await RelayFixture()
        try await it.write(3000)
        let ids = try await it.ids()
        try it.broker.pushErrors(codes, to: .produce)
        let consumer = try it.consumer()
        // Small requests, so that there are many.
        let relay = it.relay(["batch.num.messages": "100", "retry.backoff.ms": "20"])
        let records = try await it.running([relay]) { try await it.records(of: ids, from: consumer) }
        try await it.expectOrder(records, of: ids)
        await consumer.close()
        await it.close()
    }

    @Test func aRelayWithoutABrokerGoesOnWhereItWas() async throws {
        let it = try await RelayFixture()
        let registry = Registry()
        let relay = it.relay(metrics: try RelayMetrics(registry))
        try it.broker.setDown()
        let consumer = try it.consumer()
        let records = try await it.running([relay]) {
            let first = try await leader(it, after: nil)
            try await it.write(50)
            while value("todo_relay_lag_events", in: registry) != "50" { await Task.yield() }
            #expect(value("todo_relay_is_leader", in: registry) == "1")
            #expect(try await it.cursor() == [0, 0])
            // It waits for the broker, and sees all the same that its connection is gone, and the leadership with it.
            try await it.pool.query("SELECT pg_terminate_backend(\(first)::int4)")
            while value("todo_relay_is_leader", in: registry) != "0" { await Task.yield() }
            _ = try await leader(it, after: first)
            while value("todo_relay_is_leader", in: registry) != "1" { await Task.yield() }
            try it.broker.setUp()
            return try await it.records(of: it.ids(), from: consumer)
        }
        try await it.expectOrder(records, of: it.ids())
        #expect(value("todo_relay_is_leader", in: registry) == "0")
        await consumer.close()
        await it.close()
    }

    @Test func anotherRelayTakesOverUnderLoad() async throws {
        let it = try await RelayFixture()
        let consumer = try it.consumer()
        let records = try await it.running([it.relay(), it.relay()]) {
            var old: Int?
            for _ in 0..<3 {
                let current = try await leader(it, after: old)
                async let writing: Void = it.write(700)
                try await it.pool.query("SELECT pg_terminate_backend(\(current)::int4)")
                try await writing
                old = current
            }
            return try await it.records(of: it.ids(), from: consumer)
        }
        try await it.expectOrder(records, of: it.ids())
        await consumer.close()
        await it.close()
    }

    @Test func aRelayThatEndsLeavesTheCursorWhereItWas() async throws {
        let it = try await RelayFixture()
        try await it.write(5000)
        let consumer = try it.consumer()
        let ids = try await it.ids()
        _ = try await it.running([it.relay()]) { try await it.records(of: ids, from: consumer) }
        let last = try await it.pool.query("SELECT xid, seq FROM events ORDER BY xid DESC, seq DESC LIMIT 1")
            .decode(Int64.self, Int64.self).flatMap { [$0.0, $0.1] }
        // All were read, and so stored; only the reports of the last batch may have come too late to count.
        let cursor = try await it.cursor()
        #expect(cursor == last || cursor[1] >= 1000, "\(cursor)")
        await consumer.close()
        await it.close()
    }
}
