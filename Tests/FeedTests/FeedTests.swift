import BackendTestSupport
import Feed
import FoundationEssentials
import Kafka
import Postgres
import Relay
import Store
import Synchronization
import Testing
import TodoCore

@Suite(.timeLimit(.minutes(1)))
struct FeedTests {
    @Test func aStreamShowsWhatHappensFromNowOnToItsUserAlone() async throws {
        let fixture = try await FeedFixture.make()
        let stranger = try await UserStore(database: fixture.pool).create(
            email: "you@example.org", passwordHash: "x", requestID: nil)
        try await fixture.running {
            try await fixture.add("before")
            let client = try await fixture.client()
            let task = try await fixture.add("one")
            try await fixture.add("not mine", user: stranger.id)
            _ = try await fixture.tasks.update(
                user: fixture.user, .id(task.id), TaskPatch(done: true), ifVersion: nil, requestID: nil)
            try await fixture.add("two")
            var events = await client.next(3)
            // What was written just before is shown where an older transaction may still have been running.
            while events.first?.title == "before" || events.first?.type == "user.registered" {
                events = Array(events.dropFirst()) + (await client.next(1))
            }
            #expect(events.map(\.type) == ["task.created", "task.completed", "task.created"])
            #expect(events.map(\.title) == ["one", nil, "two"])
            await client.close()
        }
    }

    /// Whatever was connected when: each event once, in order.
    @Test func breaksLeaveNoGapAndNoRepeat() async throws {
        let fixture = try await FeedFixture.make()
        try await fixture.running {
            async let writing: Void = {
                for number in 0..<300 { try await fixture.add("\(number)") }
            }()
            var seen: [String] = []
            var last = OutboxPosition.start
            while seen.count < 300 {
                let client = try await fixture.client(after: last)
                for event in await client.next(min(1 + seen.count % 13, 300 - seen.count)) {
                    if let title = event.title { seen.append(title) }
                    last = try #require(event.id)
                }
                await client.close()
            }
            try await writing
            #expect(seen == (0..<300).map(String.init))
        }
    }

    @Test func whatIsPublishedAgainIsShownOnce() async throws {
        var fixture = try await FeedFixture.make()
        try await fixture.running { [fixture] in
            let client = try await fixture.client(after: .start)
            try await fixture.add("one")
            #expect(await client.next(2).map(\.title) == [nil, "one"])
        }
        try await Relay.rewind(fixture.pool)
        fixture.feed = Feed(database: fixture.pool, logger: quiet)
        try await fixture.running { [fixture] in
            let client = try await fixture.client(after: .start)
            #expect(await client.next(2).map(\.title) == [nil, "one"])
            try await fixture.add("two")
            try await fixture.add("three")
            let titles = await client.titles(2)
            #expect(titles == ["two", "three"])
            await client.close()
        }
    }

    @Test func aLongHistoryComesInPages() async throws {
        let fixture = try await FeedFixture.make()
        try await fixture.pool.query(
            """
            INSERT INTO events (event_id, type, user_id, payload) SELECT gen_random_uuid(), 'task.deleted', \(fixture.user), '{}'
            FROM generate_series(1, 1300)
            """)
        try await fixture.running {
            let client = try await fixture.client(after: .start)
            let events = await client.next(1301)
            #expect(events.count == 1301 && events.dropFirst().allSatisfy { $0.type == "task.deleted" })
            #expect(zip(events, events.dropFirst()).allSatisfy { $0.0.id ?? .start < $0.1.id ?? .start })
            await client.close()
        }
    }

    @Test func aPlaceThatIsNoLongerKeptAsksForAFreshStart() async throws {
        let fixture = try await FeedFixture.make()
        try await fixture.pool.query("UPDATE relay_cursor SET pruned_xid = '5', pruned_seq = 9")
        try await fixture.running {
            for (position, isReset) in [("5-8", true), ("5-9", false), ("99999999-1", true)] {
                let client = try await fixture.client(after: OutboxPosition(position))
                try await fixture.add("a")
                let first = try #require(await client.next(1).first)
                #expect((first.type == "reset") == isReset, "\(position)")
                if isReset { #expect(await client.titles(1) == ["a"]) }
                await client.close()
            }
        }
    }

    @Test func theEndOfTheServerEndsEveryStream() async throws {
        let fixture = try await FeedFixture.make()
        let client = try await fixture.running { try await fixture.client() }
        #expect(await client.rest().last?.comment?.contains("the server is about to end") == true)
        let late = try await fixture.client()
        #expect(await late.rest().last?.comment?.contains("the server is about to end") == true)
    }

    @Test func anExpiredTokenEndsItsStream() async throws {
        let fixture = try await FeedFixture.make()
        try await fixture.running {
            let client = try await fixture.client(expiry: Date(timeIntervalSince1970: 1000))
            client.subscription.tick(isQuietTime: false, now: Date(timeIntervalSince1970: 999))
            client.subscription.tick(isQuietTime: true, now: Date(timeIntervalSince1970: 1000))
            #expect(await client.rest().last?.comment?.contains("expired") == true)
        }
    }

    @Test func aUserHasSoManyStreams() async throws {
        let fixture = try await FeedFixture.make()
        let start = try await fixture.feed.start(user: fixture.user, after: nil)
        let open = (0..<Feed.maxStreamsPerUser).map { _ in fixture.feed.subscribe(start, until: .distantFuture) {} }
        await #expect(throws: Feed.TooManyStreams.self) { try await fixture.feed.start(user: fixture.user, after: nil) }
        fixture.feed.end(open[0])
        _ = try await fixture.feed.start(user: fixture.user, after: nil)
    }
}

struct SubscriptionTests {
    private func event(_ number: Int, size: Int = 1000) -> ServerSentEvent {
        ServerSentEvent(
            position: OutboxPosition(xid: 1, seq: Int64(number)), type: "a",
            data: Array(repeating: UInt8(ascii: "x"), count: size))
    }

    @Test func aReaderWhoIsTooSlowIsLetGo() {
        let stalled = Mutex(0)
        let subscription = Subscription(user: UUID(), expiry: .distantFuture) { stalled.withLock { $0 += 1 } }
        var count = 0
        while !subscription.offer(event(count)) { count += 1 }
        #expect((400...530).contains(count))
        // It is told once, and what comes later is not kept.
        #expect(!subscription.offer(event(count)))
        for _ in 0..<4 { subscription.tick(isQuietTime: false, now: Date()) }
        #expect(stalled.withLock { $0 } == 0)
        for _ in 0..<4 { subscription.tick(isQuietTime: false, now: Date()) }
        #expect(stalled.withLock { $0 } == 1)
    }

    @Test func oneEventIsNeverTooMuch() {
        let subscription = Subscription(user: UUID(), expiry: .distantFuture) {}
        #expect(!subscription.offer(event(1, size: 2_000_000)))
        #expect(subscription.offer(event(2)))
    }

    @Test func textOfSeveralLinesStaysOneEvent() {
        let event = ServerSentEvent(position: OutboxPosition(xid: 7, seq: 9), type: "a\nid: 1", data: Array("b\nc\r".utf8))
        #expect(String(decoding: event.bytes, as: UTF8.self) == "id: 7-9\nevent: aid: 1\ndata: b\ndata: c\ndata: \n\n")
    }
}

/// Whichever way an event comes, it is passed on once and in the order of its partition.
struct TopicReaderTests {
    private final class Log: Sendable {
        let seen = Mutex<[String]>([])

        func add(_ text: String) { seen.withLock { $0.append(text) } }
    }

    @Test func whatWasPublishedHereIsNotPassedOnAgain() {
        let (reader, log) = (TopicReader(), Log())
        func read(_ partition: Int32, _ offset: Int64) -> Bool {
            reader.read(partition: partition, offset: offset) { log.add("read \(partition)/\(offset)") }
        }
        func publish(_ partition: Int32, _ offset: Int64) {
            reader.published(partition: partition, offset: offset) { log.add("published \(partition)/\(offset)") }
        }
        // Before anything was read, nobody knows what is next.
        publish(0, 7)
        #expect(read(0, 7) && read(1, 3))
        publish(0, 8)
        publish(0, 9)
        // Another process has published 10: 11 comes behind it.
        publish(0, 11)
        #expect(read(0, 8) && read(0, 9) && read(0, 10) && read(0, 11))
        publish(0, 12)
        publish(1, 4)
        #expect(read(1, 4) && read(1, 5) && read(0, 12) && read(0, 13))
        #expect(
            log.seen.withLock { $0 } == [
                "read 0/7", "read 1/3", "published 0/8", "published 0/9", "read 0/10", "read 0/11", "published 0/12",
                "published 1/4", "read 1/5", "read 0/13",
            ])
    }

    @Test func aGapIsNoticedOnce() {
        let reader = TopicReader()
        #expect(reader.read(partition: 0, offset: 5) {})
        #expect(!reader.read(partition: 0, offset: 9) {})
        #expect(reader.read(partition: 0, offset: 10) {})
        // Another topic under the same name.
        #expect(!reader.read(partition: 0, offset: 0) {})
        #expect(reader.read(partition: 0, offset: 1) {})
        reader.reset()
        #expect(reader.read(partition: 0, offset: 77) {})
    }
}
