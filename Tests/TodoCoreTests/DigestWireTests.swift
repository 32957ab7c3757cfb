import FoundationEssentials
import Testing
import TodoCore

/// What is on the wire of a digest: the event's field `digest`, and the answer of GET `/digest`.
struct DigestWireTests {
    private let head = """
        "event_id": "0198a5b2-7c1e-7000-8000-0000000000ff", "user_id": "0198a5b2-7c1e-7000-8000-000000000001",
        "type": "email.daily_digest.requested", "occurred_at": "2026-11-22T00:00:00Z", "email": "me@example.org",
        "stats": {"total": 3, "done": 1, "undone": 2}, "undone_titles": ["a", "b"]
        """

    private func digest() throws -> DailyDigest {
        DailyDigest(
            date: try #require(LocalDate("2026-11-22")), timeZone: "Europe/Berlin",
            overdue: [.init(reference: "WEB-12", title: "a", dueOn: LocalDate("2026-11-20"), priority: 3)],
            open: [.init(reference: "1", title: "b")], more: 5, counts: .init(overdue: 1, dueToday: 0, open: 6, done: 0))
    }

    @Test func anEventWithTitlesAloneIsRead() throws {
        let event = try Wire.decode(DomainEvent.self, from: Array("{\(head)}".utf8))
        let stats = DomainEvent.DigestStats(total: 3, done: 1, undone: 2)
        #expect(event.kind == .digestRequested(email: "me@example.org", stats: stats, undoneTitles: ["a", "b"]))
        guard case .object(let fields) = try Wire.decode(JSONValue.self, from: Wire.encode(event)) else { return }
        #expect(fields["digest"] == nil, "what isn't known isn't there")
    }

    @Test func anEventKeepsItsDigest() throws {
        let kind = DomainEvent.Kind.digestRequested(
            email: "me@example.org", stats: .init(total: 7, done: 0, undone: 7), undoneTitles: ["a", "b"], digest: try digest())
        let event = DomainEvent(occurredAt: Date(timeIntervalSince1970: 1_795_305_600), user: .v7(), kind: kind)
        #expect(try Wire.decode(DomainEvent.self, from: Wire.encode(event)) == event)
    }

    /// From whoever sends the sections and no counts of them.
    @Test func countsAreMadeUpFromTheSections() throws {
        let json = """
            {\(head), "digest": {"date": "2026-11-22", "time_zone": "UTC", "overdue": [], "due_today": [],
            "open": [{"reference": "1", "title": "b", "due_on": null, "priority": 0}], "done": [], "more": 5}}
            """
        let event = try Wire.decode(DomainEvent.self, from: Array(json.utf8))
        guard case .digestRequested(_, _, _, let digest?) = event.kind else { throw Limits.Fault("no digest", type: "test") }
        #expect(digest.counts == .init(overdue: 0, dueToday: 0, open: 6, done: 0))
    }

    @Test func theAnswerHasEveryFieldAndNoOther() throws {
        let answer = DigestAnswer(
            subject: "1 overdue", stats: .init(total: 7, done: 0, undone: 7), digest: try digest())
        guard case .object(let fields) = try Wire.decode(JSONValue.self, from: Wire.encode(answer)) else { return }
        #expect(
            Set(fields.keys) == ["date", "time_zone", "subject", "stats", "overdue", "due_today", "open", "done", "more"])
        #expect(fields["open"] == [["reference": "1", "title": "b", "due_on": nil, "priority": 0]])
        #expect(try Wire.decode(DigestAnswer.self, from: Wire.encode(answer)) == answer)
    }

    @Test func statsHaveEveryField() throws {
        let stats = TaskStats(
            total: 3, done: 1, undone: 2, overdue: 1, dueToday: 0,
            donePerDay: [.init(date: try #require(LocalDate("2026-11-22")), done: 1)])
        #expect(
            try Wire.decode(JSONValue.self, from: Wire.encode(stats))
                == [
                    "total": 3, "done": 1, "undone": 2, "overdue": 1, "due_today": 0,
                    "done_per_day": [["date": "2026-11-22", "done": 1]],
                ])
    }
}

extension JSONValue: ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral {
    init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(Dictionary(elements) { _, last in last })
    }
}
