import BackendTestSupport
import Digest
import FoundationEssentials
import Kafka
import Mailer
import Postgres
import Store
import Synchronization
import TestSupport
import Testing
import TodoCore

@Suite(.timeLimit(.minutes(1))) struct MailerTests {
    @Test func oneRequestIsOneMail() async throws {
        let fixture = try await MailerFixture.make(), transport = ScriptedTransport()
        let mailer = try fixture.mailer(transport)
        // A digest of the 22nd in a zone east of UTC: its slot is still the 21st there.
        var event = try digestRequest()
        event.occurredAt = try #require(Timestamp.date("2026-11-21T18:15:00Z"))
        event.id = DigestID.of(user: event.user, date: try #require(LocalDate("2026-11-22")))
        try await fixture.running(mailer) {
            try await fixture.send(event)
            #expect(await transport.recipients(1) == ["me@example.org"])
        }
        let mail = try #require(transport.all.first)
        #expect(transport.all.count == 1)
        #expect(mail.from == "todo@example.org" && mail.id == event.id)
        let text = String(decoding: mail.message, as: UTF8.self)
        for part in [
            "From: Todo <todo@example.org>\r\n", "To: me@example.org\r\n", "Message-ID: <\(event.id.lowercase)@example.org>\r\n",
            "Subject: 1 open, 1 done\r\n", "\r\nSunday, 22 November 2026: ", "\r\n1. Buy milk\r\n",
            "Auto-Submitted: auto-generated\r\n",
            "List-Unsubscribe: <https://todo.example.org/unsubscribe/\(event.user.lowercase)>\r\n",
        ] { #expect(text.contains(part)) }
        #expect(try await fixture.processed() == [event.id])
        #expect(mailer.counters.sent == 1)
    }

    @Test func theSectionsOfTheEventAreInTheMail() async throws {
        let fixture = try await MailerFixture.make(), transport = ScriptedTransport()
        let digest = DailyDigest(
            date: try #require(LocalDate("2026-11-22")), timeZone: "Asia/Kathmandu",
            overdue: [.init(reference: "WEB-12", title: "Renew", dueOn: LocalDate("2026-11-20"))],
            dueToday: [.init(reference: "3", title: "\r\nBcc: evil@example.org\r\n\r\n", dueOn: LocalDate("2026-11-22"))],
            more: 7, counts: .init(overdue: 1, dueToday: 1, open: 7, done: 0))
        var event = try digestRequest()
        event.kind = .digestRequested(
            email: "me@example.org", stats: .init(total: 9, done: 0, undone: 9), undoneTitles: ["other"], digest: digest)
        try await fixture.running(try fixture.mailer(transport)) {
            try await fixture.send(event)
            #expect(await transport.recipients(1) == ["me@example.org"])
        }
        let text = String(decoding: try #require(transport.all.first).message, as: UTF8.self)
        for part in [
            "Subject: 1 due today, 1 overdue\r\n", "\r\nSunday, 22 November 2026: 9 open",
            "\r\nOverdue\r\nWEB-12 Renew\r\n       todo done WEB-12   due 20 Nov\r\n", "\r\nand 7 more\r\n",
        ] { #expect(text.contains(part), "\(part)") }
        #expect(!text.contains("\r\nBcc") && !text.contains("other"))
    }

    @Test func aRedeliveredRequestIsNotMailedAgain() async throws {
        let fixture = try await MailerFixture.make(), transport = ScriptedTransport()
        let mailer = try fixture.mailer(transport)
        let first = try digestRequest("first@example.org")
        try await fixture.running(mailer) {
            for event in [first, first, try digestRequest("last@example.org")] { try await fixture.send(event) }
            #expect(await transport.recipients(2) == ["first@example.org", "last@example.org"])
        }
        #expect(mailer.counters.duplicates == 1 && mailer.counters.sent == 2)
    }

    /// The second mailer would send again what the first one had not committed, since nothing says any more that it was sent.
    @Test func whatIsDoneIsCommitted() async throws {
        let fixture = try await MailerFixture.make(), first = ScriptedTransport(), second = ScriptedTransport()
        try await fixture.running(try fixture.mailer(first)) {
            try await fixture.send(try digestRequest("one@example.org"))
            // Nothing to mail in these, but they are done too.
            for _ in 1...5 { try await fixture.send(DomainEvent(user: .v7(), kind: .userRegistered)) }
            try await fixture.send(try digestRequest("two@example.org"))
            #expect(await first.recipients(2) == ["one@example.org", "two@example.org"])
        }
        try await fixture.pool.query("DELETE FROM processed_events")
        try await fixture.running(try fixture.mailer(second)) {
            try await fixture.send(try digestRequest("three@example.org"))
            #expect(await second.recipients(1) == ["three@example.org"])
        }
    }

    @Test func otherTypesArePassedOver() async throws {
        let fixture = try await MailerFixture.make(), transport = ScriptedTransport()
        let mailer = try fixture.mailer(transport)
        try await fixture.running(mailer) {
            try await fixture.send(DomainEvent(user: .v7(), kind: .taskCreated(task: .v7(), title: "x")))
            _ = try await fixture.send(Array(#"{"type": "something.new", "other": 1}"#.utf8))
            _ = try await fixture.send([0xFF], headers: [KafkaHeader(name: "event_type", value: "something.new")])
            // No header: the value says what it is.
            _ = try await fixture.send(try Wire.encode(try digestRequest()))
            #expect(await transport.recipients(1) == ["me@example.org"])
        }
        #expect(mailer.counters.ignored == 3 && mailer.counters.sent == 1 && mailer.counters.deadLetters == 0)
    }

    @Test func whatCannotBeDoneGoesToTheDeadLettersAndTheRestGoesOn() async throws {
        let fixture = try await MailerFixture.make()
        let transport = ScriptedTransport { to, _ throws(MailError) in
            if to == "refused@example.org" { throw .permanent("SMTP 550: no such user") }
        }
        let mailer = try fixture.mailer(transport)
        let refused = try digestRequest("refused@example.org"), injected = try digestRequest("a@b.c\r\nBcc: d@e.f")
        let headers = [KafkaHeader(name: "request_id", value: "r1")]
        try await fixture.running(mailer) {
            _ = try await fixture.send(Array("not JSON".utf8), key: "k", headers: headers)
            _ = try await fixture.send(Array(#"{"type": "email.daily_digest.requested", "event_id": 1}"#.utf8))
            _ = try await fixture.send([])
            try await fixture.send(refused)
            try await fixture.send(injected)
            try await fixture.send(try digestRequest("good@example.org"))
            #expect(await transport.recipients(1) == ["good@example.org"])
        }
        let letters = try await fixture.deadLetters(5)
        #expect(
            letters.map { letter in letter.headers.first { $0.name == "reason" }?.value } == [
                "the message can't be parsed: it is not JSON",
                "the message can't be parsed: the field event_id has the wrong type",
                "the message can't be parsed: it is not JSON", "SMTP 550: no such user",
                "the email address must be an email address like me@example.org",
            ])
        #expect(letters.map(\.value).first == Array("not JSON".utf8) && letters.first?.key == "k")
        #expect(
            letters.first?.headers == headers + [
                KafkaHeader(name: "reason", value: "the message can't be parsed: it is not JSON"),
                KafkaHeader(name: "origin_topic", value: "events"), KafkaHeader(name: "origin_partition", value: "0"),
                KafkaHeader(name: "origin_offset", value: "0"),
            ])
        #expect(letters.map { letter in letter.headers.last?.value } == ["0", "1", "2", "3", "4"])
        #expect(try Wire.decode(DomainEvent.self, from: letters[3].value) == refused)
        #expect(mailer.counters.deadLetters == 5 && mailer.counters.sent == 1)
        #expect(try await !fixture.processed().contains(refused.id), "sent again from the dead letters, it is mailed")
    }

    @Test func aTransientFailureHoldsThePartitionUntilItIsOver() async throws {
        let fixture = try await MailerFixture.make()
        let transport = ScriptedTransport { _, attempt throws(MailError) in
            if attempt <= 5 { throw .transient("SMTP 451: later") }
        }
        let mailer = try fixture.mailer(transport)
        try await fixture.running(mailer) {
            try await fixture.send(try digestRequest("one@example.org"))
            try await fixture.send(try digestRequest("two@example.org"))
            try await fixture.send(try digestRequest("three@example.org"))
            #expect(await transport.recipients(3) == ["one@example.org", "two@example.org", "three@example.org"])
        }
        #expect(transport.attemptCount == 8)
        #expect(mailer.counters.retries == 5 && mailer.counters.sent == 3 && mailer.counters.deadLetters == 0)
    }

    @Test func anotherPartitionGoesOnWhileOneIsHeld() async throws {
        let fixture = try await MailerFixture.make(partitions: 2), (logger, log) = SignallingLog.make()
        let isOver = Gate()
        let transport = ScriptedTransport { to, _ throws(MailError) in
            if to == "held@example.org", !isOver.isOpen { throw .transient("SMTP 451: later") }
            if to == "last@example.org" { isOver.open() }
        }
        let mailer = try fixture.mailer(transport, logger: logger)
        try await fixture.running(mailer) {
            try await fixture.send(try digestRequest("held@example.org"), partition: 0)
            var waits = log.filter { $0 == "a message waits for another try" }.makeAsyncIterator()
            _ = await waits.next()
            try await fixture.send(try digestRequest("first@example.org"), partition: 1)
            try await fixture.send(try digestRequest("last@example.org"), partition: 1)
            let recipients = await transport.recipients(3)
            #expect(recipients == ["first@example.org", "last@example.org", "held@example.org"])
        }
        #expect(mailer.counters.sent == 3)
    }

    /// The database goes away between the mail and the record of it: the mail must not be sent twice.
    @Test func aDatabaseThatIsAwayLosesNothingAndSendsNothingTwice() async throws {
        let fixture = try await MailerFixture.make(), (logger, log) = SignallingLog.make()
        let transport = ScriptedTransport { _, attempt throws(MailError) in
            guard attempt == 1 else { return }
            do {
                try await fixture.pool.query("ALTER TABLE processed_events RENAME TO away")
            } catch {
                throw .permanent("\(error)")
            }
        }
        let mailer = try fixture.mailer(transport, logger: logger)
        let one = try digestRequest("one@example.org"), two = try digestRequest("two@example.org")
        try await fixture.running(mailer) {
            try await fixture.send(one)
            try await fixture.send(two)
            var waits = log.filter { $0 == "a message waits for another try" }.makeAsyncIterator()
            for _ in 1...3 { _ = await waits.next() }
            try await fixture.pool.query("ALTER TABLE away RENAME TO processed_events")
            #expect(await transport.recipients(2) == ["one@example.org", "two@example.org"])
        }
        #expect(transport.attemptCount == 2)
        #expect(try await fixture.processed() == [one.id, two.id])
        #expect(mailer.counters.sent == 2 && mailer.counters.retries >= 3)
    }

    @Test func aMailUnderWayIsFinishedBeforeTheEnd() async throws {
        let fixture = try await MailerFixture.make()
        let (started, startedFeed) = AsyncStream.makeStream(of: Void.self)
        let (go, goFeed) = AsyncStream.makeStream(of: Void.self)
        let transport = ScriptedTransport { _, _ throws(MailError) in
            startedFeed.yield()
            var signals = go.makeAsyncIterator()
            if await signals.next() == nil { throw .permanent("cancelled in the middle of a mail") }
        }
        let mailer = try fixture.mailer(transport)
        let event = try digestRequest()
        try await fixture.send(event)
        let run = Task { try await mailer.run() }
        var signals = started.makeAsyncIterator()
        _ = await signals.next()
        run.cancel()
        goFeed.yield()
        try await run.value
        #expect(mailer.counters.sent == 1)
        #expect(try await fixture.processed() == [event.id])
    }

    @Test func theWholeWayIntoAMaildir() async throws {
        let fixture = try await MailerFixture.make(), (logger, log) = SignallingLog.make()
        let event = try digestRequest(titles: ["Überraschung 🎂"])
        try await TemporaryFolder.with { folder in
            let transport = try MailerSettings.transport(url: "maildir:\(folder)/mail")
            try await fixture.running(try fixture.mailer(transport, logger: logger)) {
                try await fixture.send(event)
                var mailed = log.filter { $0 == "digest mailed" }.makeAsyncIterator()
                _ = await mailed.next()
            }
            let bytes = Array(try Data(contentsOf: URL(filePath: "\(folder)/mail/new/\(event.id.lowercase).todo")))
            guard let mail = try EmailParser.parse([bytes])?.first else { return }
            #expect(mail.defects == [] && mail.subject == "1 open, 1 done")
            #expect(mail.text.contains("1. Überraschung 🎂\n") && mail.html.contains("Überraschung 🎂"))
        }
    }

    @Test func severalMailsAreUnderWayAtATime() async throws {
        let fixture = try await MailerFixture.make(), count = 4
        let arrivals = Counter(), (allThere, feed) = AsyncStream.makeStream(of: Void.self)
        let transport = ScriptedTransport { _, _ throws(MailError) in
            // The last one lets all of them go: alone none would ever leave.
            if arrivals.next() == count { feed.finish() }
            for await _ in allThere {}
        }
        let mailer = try fixture.mailer(transport, concurrency: count)
        let events = try (1...count).map { try digestRequest("\($0)@example.org") }
        try await fixture.running(mailer) {
            for event in events { try await fixture.send(event) }
            #expect(await Set(transport.recipients(count)).count == count)
        }
        #expect(try await fixture.processed() == Set(events.map(\.id)))
        #expect(mailer.counters.sent == count && mailer.counters.retries == 0)
    }

    /// One mail waits, others fail for now, for good, or go: each has its effect once.
    @Test func sideBySideEachMailGoesOnce() async throws {
        let fixture = try await MailerFixture.make(partitions: 2)
        let attempts = Mutex<[String: Int]>([:])
        let transport = ScriptedTransport { to, _ throws(MailError) in
            let attempt = attempts.withLock { attempts in
                attempts[to, default: 0] += 1
                return attempts[to, default: 0]
            }
            if to.hasPrefix("never") { throw .permanent("SMTP 550: no such user") }
            if to.hasPrefix("later"), attempt < 3 { throw .transient("SMTP 451: later") }
        }
        let mailer = try fixture.mailer(transport, concurrency: 8)
        let kinds = ["now", "now", "later", "now", "never"]
        let events = try (0..<50).map { try digestRequest("\(kinds[$0 % kinds.count])\($0)@example.org") }
        try await fixture.running(mailer) {
            for (number, event) in events.enumerated() { try await fixture.send(event, partition: Int32(number % 2)) }
            #expect(await Set(transport.recipients(40)).count == 40)
        }
        #expect(transport.all.count == 40)
        #expect(mailer.counters.sent == 40 && mailer.counters.deadLetters == 10 && mailer.counters.retries >= 20)
        #expect(try await fixture.processed() == Set(transport.all.map(\.id)))
    }

    /// The same request comes again while its mail is under way, as after a failure before it.
    @Test func aRequestThatComesAgainMeanwhileWaits() async throws {
        let fixture = try await MailerFixture.make(), (logger, log) = SignallingLog.make()
        let (go, goFeed) = AsyncStream.makeStream(of: Void.self)
        let transport = ScriptedTransport { _, _ throws(MailError) in for await _ in go { break } }
        let mailer = try fixture.mailer(transport, concurrency: 2, logger: logger)
        let event = try digestRequest()
        try await fixture.running(mailer) {
            try await fixture.send(event)
            try await fixture.send(event)
            var messages = log.makeAsyncIterator()
            while let message = await messages.next(), message != "a message waits for another try" {}
            goFeed.yield()
            while let message = await messages.next(), message != "digest was mailed before" {}
        }
        #expect(transport.all.count == 1 && transport.attemptCount == 1)
        #expect(mailer.counters.sent == 1 && mailer.counters.duplicates == 1)
    }

    /// Another mailer has the lock of one of the mails: that one waits, the others go.
    @Test func whatAnotherMailerIsAtIsLeftToIt() async throws {
        let fixture = try await MailerFixture.make(partitions: 2), (logger, log) = SignallingLog.make()
        let transport = ScriptedTransport()
        let mailer = try fixture.mailer(transport, concurrency: 4, logger: logger)
        let mine = try digestRequest("mine@example.org"), other = try digestRequest("other@example.org")
        let key = withUnsafeBytes(of: other.id.uuid) {
            $0.loadUnaligned(as: Int64.self) ^ $0.loadUnaligned(fromByteOffset: 8, as: Int64.self)
        }
        try await fixture.running(mailer) {
            try await fixture.pool.withAdvisoryLock(key) {
                try await fixture.send(other, partition: 0)
                try await fixture.send(mine, partition: 1)
                #expect(await transport.recipients(1) == ["mine@example.org"])
                for await message in log where message == "a message waits for another try" { break }
                // That one was at it has no meaning once it has mailed it.
                try await fixture.pool.query("INSERT INTO processed_events (event_id) VALUES (\(other.id))")
            }
            for await message in log where message == "digest was mailed before" { break }
        }
        #expect(transport.all.map(\.id) == [mine.id])
    }
}
