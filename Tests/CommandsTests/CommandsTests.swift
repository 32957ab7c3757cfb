import Commands
import FoundationEssentials
import Kafka
import Postgres
import Store
import Testing
import TodoCore

@Suite(.timeLimit(.minutes(1))) struct CommandsTests {
    @Test func aCommandIsATaskOnceHoweverOftenItIsDelivered() async throws {
        let fixture = try await CommandsFixture.make()
        let draft = TaskDraft(
            title: "Ü 🎉", notes: "a\nb", dueOn: LocalDate("2026-12-24"), priority: 2, tags: ["x", "y"])
        let command = TaskCommand(user: fixture.user, draft: draft)
        for request in ["r1", "r2", "r3"] { try await fixture.send(command, requestID: request) }
        // What the database can't keep must not stand in the way.
        try await fixture.send(TaskCommand(user: fixture.user, draft: TaskDraft(title: "last")), requestID: "\u{0}")
        let counters = try await fixture.run(untilLogged: "task created", times: 2)
        #expect(counters.created == 2 && counters.duplicates == 2)
        #expect(counters.dead == 0 && counters.retries == 0 && counters.ignored == 0)
        #expect(try await fixture.titles() == ["Ü 🎉", "last"])
        let task = try await fixture.tasks.task(user: fixture.user, .id(command.taskID)).task()
        #expect(task.notes == "a\nb" && task.dueOn == draft.dueOn && task.priority == 2 && task.tags == ["x", "y"])
        #expect(task.reference == "1")
        #expect(try await fixture.requestIDs("task.created") == ["r1", nil])
        #expect(try await fixture.processed().contains(command.id))
    }

    @Test func poisonGoesToTheDeadLettersAndTheRestGoesOn() async throws {
        let fixture = try await CommandsFixture.make()
        let theirs = try await fixture.tasks.create(user: fixture.other, TaskDraft(title: "theirs"), requestID: nil).task.id
        let ours = [KafkaHeader(name: "event_type", value: TaskCommand.type)]
        try await fixture.send(Array("not JSON".utf8), headers: ours)
        try await fixture.send(Array(#"{"type": "task.creation.requested"}"#.utf8))
        try await fixture.send(TaskCommand(user: fixture.user, draft: TaskDraft(title: " ")))
        try await fixture.send(TaskCommand(user: fixture.user, draft: TaskDraft(title: "x", id: theirs)))
        try await fixture.send(TaskCommand(user: .v7(), draft: TaskDraft(title: "x")))
        try await fixture.send(TaskCommand(user: fixture.user, draft: TaskDraft(title: "x", list: "WEB")))
        // Of a later version: none of our business.
        try await fixture.send([0xFF], headers: [KafkaHeader(name: "event_type", value: "task.deletion.requested")])
        try await fixture.send(Array(#"{"type": "task.deletion.requested"}"#.utf8))
        try await fixture.send(TaskCommand(user: fixture.user, draft: TaskDraft(title: "good")))
        let counters = try await fixture.run(untilLogged: "task created")
        #expect(counters.dead == 6 && counters.ignored == 2 && counters.created == 1 && counters.retries == 0)
        let letters = try await fixture.letters(6)
        #expect(
            letters.map { letter in letter.headers.last { $0.name == "reason" }?.value } == [
                "the message can't be parsed: it is not JSON",
                "the message can't be parsed: the field title is missing",
                "the message can't be parsed: the field title: must not be empty",
                "the task_id is taken by another user's task", "there is no such user", "the user has no list WEB",
            ])
        #expect(letters.first?.value == Array("not JSON".utf8))
        #expect(try await fixture.titles() == ["theirs", "good"])
        #expect(try await fixture.processed().count == 1, "sent again from the dead letters, a command is done")
    }

    /// Everything may end between the task and the record of the command. By the time the command comes again, its owner
    /// may have done anything with the task.
    @Test func anEndBetweenTheTaskAndItsRecordMakesNoSecondTask() async throws {
        let fixture = try await CommandsFixture.make(partitions: 4)
        _ = try await ListStore(database: fixture.pool).create(user: fixture.user, key: try #require(ListKey("WEB")), name: "Web")
        // Each in a partition of its own: a held one must not keep another from being tried.
        let commands = ["left", "completed", "deleted", "moved"].map { title in
            TaskCommand(user: fixture.user, draft: TaskDraft(title: title, list: title == "moved" ? "WEB" : nil))
        }
        for (partition, command) in commands.enumerated() { try await fixture.send(command, partition: Int32(partition)) }
        try await fixture.pool.query(
            """
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'the disk is on fire'; END $$
            """)
        try await fixture.pool.query(
            "CREATE TRIGGER refuse BEFORE INSERT ON processed_events FOR EACH ROW EXECUTE FUNCTION refuse()")
        let first = try await fixture.run(untilLogged: "a message waits for another try", times: 12)
        #expect(first.created == 0 && first.dead == 0 && first.retries >= 12)
        #expect(Set(try await fixture.titles()) == ["left", "completed", "deleted", "moved"])
        #expect(try await fixture.processed().isEmpty)

        let ids = commands.map(\.taskID), tasks = fixture.tasks
        _ = try await tasks.update(
            user: fixture.user, .id(ids[1]), TaskPatch(title: "changed", done: true), ifVersion: nil, requestID: nil)
        try await tasks.delete(user: fixture.user, .id(ids[2]), ifVersion: nil, requestID: nil)
        _ = try await tasks.update(
            user: fixture.user, .id(ids[3]), TaskPatch(list: .some(nil)), ifVersion: nil, requestID: nil)
        try await fixture.pool.query("DELETE FROM lists WHERE key = 'WEB'")
        try await fixture.pool.query("DROP TRIGGER refuse ON processed_events")

        let second = try await fixture.run(untilLogged: "task was created before", times: 4)
        #expect(second.duplicates == 4 && second.created == 0 && second.dead == 0 && second.retries == 0)
        #expect(Set(try await fixture.titles()) == ["left", "changed", "deleted", "moved"])
        #expect(try await fixture.processed() == Set(commands.map(\.id)))
        #expect(try await fixture.requestIDs("task.created").count == 4)
    }

    /// The offset is committed after the database: where the commit never came, the command comes again.
    @Test func anEndBeforeTheCommitMakesNoSecondTask() async throws {
        let fixture = try await CommandsFixture.make()
        let command = TaskCommand(user: fixture.user, draft: TaskDraft(title: "x"))
        try await fixture.send(command)
        // OFFSET_METADATA_TOO_LARGE: nothing that librdkafka or we would try again.
        try fixture.broker.pushErrors(Array(repeating: 12, count: 100), to: .offsetCommit)
        let first = try await fixture.run(untilLogged: "an offset was not committed; its message may come again")
        #expect(first.created == 1)
        // Deleted for good, as after 30 days: now the record of the command alone knows.
        try await fixture.pool.query("DELETE FROM tasks")
        try fixture.broker.clearErrors(of: .offsetCommit)
        let second = try await fixture.run(untilLogged: "task was created before")
        #expect(second.duplicates == 1 && second.created == 0)
        #expect(try await fixture.titles() == [])
        let offsets = try await KafkaAdmin.offsets(
            ofGroup: CommandConsumer.group, topics: [Topics.commands], configuration: fixture.broker.configuration)
        #expect(offsets.map(\.committed) == [1], "this time it was committed")
    }
}
