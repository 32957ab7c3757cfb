import FoundationEssentials
import Kafka
import Logging
import Postgres
import Relay
import Store
import TestSupport
import Testing
import TodoCore

@Suite(.timeLimit(.minutes(1)))
struct RelayTests {
    @Test func publishesEveryEventOnceInTheOrderOfTheUser() async throws {
        let it = try await RelayFixture()
        let users = UserStore(database: it.pool)
        let tasks = TaskStore(database: it.pool)
        let ids = try await [
            users.create(email: "a@example.org", passwordHash: "x", requestID: "req-1").id,
            users.create(email: "b@example.org", passwordHash: "x", requestID: nil).id,
        ]
        let consumer = try it.consumer()
        // Two relays at once: one leads, the other waits.
        let seen = try await it.running([it.relay(), it.relay()]) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for id in ids {
                    for index in 0..<40 {
                        group.addTask { _ = try await tasks.create(user: id, TaskDraft(title: "t\(index)"), requestID: nil) }
                    }
                }
                try await group.waitForAll()
            }
            return try await it.records(of: try await it.ids(), from: consumer)
        }
        await consumer.close()
        let events = try seen.map { try Wire.decode(DomainEvent.self, from: $0.value) }
        #expect(Set(events.map(\.id)).count == 82)
        for (record, event) in zip(seen, events) {
            #expect(record.key == event.user.lowercase)
            #expect(record.headers.contains(KafkaHeader(name: "event_type", value: event.type)))
            #expect(record.headers.contains(KafkaHeader(name: "event_id", value: event.id.lowercase)))
            let place = try await it.pool.query("SELECT xid, seq FROM events WHERE event_id = \(event.id)")
            let (xid, seq) = try #require(try place.decode(Int64.self, Int64.self).first)
            #expect(record.position == OutboxPosition(xid: UInt64(xid), seq: seq))
        }
        #expect(seen.contains { $0.headers.contains(KafkaHeader(name: "request_id", value: "req-1")) })
        for id in ids {
            let rows = try await it.pool.query("SELECT event_id FROM events WHERE user_id = \(id) ORDER BY xid, seq")
            #expect(try events.filter { $0.user == id }.map(\.id) == rows.map { try $0.decode(UUID.self) })
        }
        await it.close()
    }

    @Test func aTransactionThatCommitsLateIsNotSkipped() async throws {
        let it = try await RelayFixture()
        let late = UUID.v7(), early = UUID.v7(), user = UUID.v7()
        func insert(_ id: UUID) -> SQL {
            "INSERT INTO events (event_id, type, user_id, payload) VALUES (\(id), 'task.sung', \(user), '{}')"
        }
        // The first transaction takes its id and its place, and stays open while the second one commits.
        let first = try await PostgresConnection.connect(it.database, logger: it.logger)
        try await first.query("BEGIN")
        try await first.query(insert(late))
        _ = try await it.pool.query(insert(early))
        let consumer = try it.consumer()
        let seen = try await it.running([it.relay()]) {
            // Wait until the relay has looked and found that it must wait: its cursor has not moved.
            var hasLooked = false
            while !hasLooked {
                let rows = try await it.pool.query(
                    """
                    SELECT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = 'todo-relay'
                        AND datname = current_database() AND state = 'idle' AND query LIKE 'SELECT xid <%')
                    """)
                hasLooked = try rows.first?.decode(Bool.self) ?? false
            }
            #expect(try await it.pool.query("SELECT seq FROM relay_cursor").first?.decode(Int.self) == 0)
            try await first.query("COMMIT")
            return try await it.records(of: try await it.ids(), from: consumer)
        }
        await first.close()
        await consumer.close()
        #expect(seen.map(\.eventID) == [late.lowercase, early.lowercase])
        await it.close()
    }

    @Test func aRewindFillsAnEmptyBroker() async throws {
        let it = try await RelayFixture()
        try await it.write(20)
        let ids = try await it.ids()
        let first = try it.consumer()
        _ = try await it.running([it.relay()]) { try await it.records(of: ids, from: first) }
        await first.close()
        let empty = try it.emptyBroker()
        try await Relay.rewind(it.pool)
        let consumer = try it.consumer(of: empty)
        let relay = Relay(database: it.database, kafka: it.kafka(of: empty), logger: it.logger)
        let records = try await it.running([relay]) { try await it.records(of: ids, from: consumer) }
        try await it.expectOrder(records, of: ids)
        await consumer.close()
        empty.close()
        await it.close()
    }
}
