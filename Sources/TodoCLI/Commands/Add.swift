import ArgumentParser
import TodoClient
import TodoCore

struct Add: TodoCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Add a task, or one for each line of standard input.",
        discussion: """
            Words of the title that say something are taken out of it, and what they say is shown: due:DAY (today, tomorrow, \
            fri, next-fri, 24.12., 2026-12-24, in-3-days, eom), p:high (medium, low) or !!!, +LIST, @tag. A backslash before \
            such a word, or --raw, leaves it in the title. The options win over the words.

            The title needs no quotes, but for what the shell would take. Put -- before a title that begins with a dash. \
            With - for a title, each line of standard input is a task; the exit status is 1 if one of them was not added.

            EXAMPLES
              todo add Buy milk
              todo add "Pay rent due:fri p:high +home @work"
              todo add Call Anna --due tomorrow --priority 2 --tag home
              todo add --raw "Read about C++ and @property"
              id=$(todo add --quiet Water the plants)
              todo add - --list WEB < ideas.txt
            """)

    @Argument(help: "The title, in as many words as it has; - for one task a line.")
    var title: [String]

    @Flag(help: "Take the title as it is.")
    var raw = false

    @Option(help: "The day it is due: fri, tomorrow, 24.12., in-3-days, 2026-12-24 …", transform: Arguments.day)
    var due: DayChoice?

    @Option(name: [.short, .long], help: "0 (none) to 3 (high).", transform: Arguments.priority)
    var priority: Int?

    @Option(name: [.short, .long], help: "A tag; give it again for more.", transform: Arguments.tag)
    var tag: [String] = []

    @Option(name: [.short, .long], help: "The key of a list, like WEB. Without it: the inbox.", transform: Arguments.list)
    var list: ListChoice?

    @Option(name: [.short, .long], help: "More about it.", transform: Arguments.notes)
    var notes: String?

    @OptionGroup var dryRun: DryRunOption
    @OptionGroup var output: OutputOptions
    @OptionGroup var common: CommonOptions

    func run(in context: CommandContext) async throws {
        let answer = try output.answer(dryRun.dryRun ? .request : .task, in: context)
        if title == ["-"] { return try await addLines(answer, in: context) }
        let draft = try draft(title.joined(separator: " "), in: context)
        switch try await add(draft, with: context.client(dryRun: dryRun.dryRun)) {
        case .changed(let task): try answer.write(task, reference: task.reference) { Add.words("Added", task, in: context) }
        case .planned(let request): try answer.write(request) { Add.words("Would add", draft, in: context) }
        case .failed(let error): throw error
        }
    }

    private enum Outcome: Sendable {
        case changed(TodoTask)
        case planned(PlannedRequest)
        case failed(any Error)
    }

    private func add(_ draft: TaskDraft, with client: TodoClient) async throws -> Outcome {
        dryRun.dryRun
            ? .planned(try await DryRun.plan { _ = try await client.create(draft) })
            : .changed(try await client.create(draft))
    }

    // MARK: Standard input

    private struct Line: Sendable {
        var number: Int
        var draft: TaskDraft?
        var outcome: Outcome
    }

    /// Adds a task for each line that has something on it. A line that is no task does not keep the others from it.
    private func addLines(_ answer: Answer, in context: CommandContext) async throws {
        let client = try context.client(dryRun: dryRun.dryRun)
        let lines = Supply(context.io.lines())
        var list = AnswerList(answer)
        var worst = CommandStatus.done, end: Failure?
        // One after the other: the lines' order is that of the numbers.
        try await inOrder({ await lines.nextTask() }, atOnce: 1) { number, text in
            var line = Line(number: number, outcome: .failed(FailureTold(status: .failed)))
            do {
                let draft = try draft(text, in: context)
                line.draft = draft
                line.outcome = try await add(draft, with: client)
            } catch { line.outcome = .failed(error) }
            return line
        } report: { line in
            switch line.outcome {
            case .changed(let task):
                try list.add(task, reference: task.reference, people: Add.words("Added", task, in: context))
            case .planned(let request):
                try list.add(request, reference: nil, people: line.draft.map { Add.words("Would add", $0, in: context) } ?? "")
            case .failed(let error):
                var failure = Failure(error)
                failure.line = line.number
                // A wrong line is no wrong usage of the command.
                if failure.status == .usage { failure.status = .failed }
                if [.loginNeeded, .unreachable].contains(failure.status) {
                    end = end ?? failure
                } else {
                    answer.tell(failure)
                    if failure.status.isWorse(than: worst) { worst = failure.status }
                }
            }
            return end == nil
        }
        try list.finish()
        if let end { throw Failed(failure: end) }
        if worst != .done { throw FailureTold(status: worst) }
    }

    // MARK: What was said

    private func draft(_ text: String, in context: CommandContext) throws -> TaskDraft {
        var draft = TaskDraft(title: text)
        if !raw {
            let quick = QuickAdd(text, today: try context.day())
            if !quick.faults.isEmpty { throw UsageError(quick.faults.map(\.message).joined(separator: ".\n") + ".") }
            draft = quick.draft
        }
        do throws(Limits.Fault) {
            draft.title = try Limits.title(draft.title)
            let tags = try Limits.tags((draft.tags ?? []) + tag)
            draft.tags = tags.isEmpty ? nil : tags
        } catch {
            throw UsageError("The \(error.type.contains("tag") || error.type == "too_long" ? "tags" : "title") \(error.message).")
        }
        if let due { draft.dueOn = try due.date(today: context.today) }
        if let list { draft.list = list.key }
        draft.priority = priority ?? draft.priority
        draft.notes = notes
        return draft
    }

    private static func words(_ verb: String, _ task: TodoTask, in context: CommandContext) -> String {
        let draft = TaskDraft(
            title: task.title, list: task.list, dueOn: task.dueOn, priority: task.priority > 0 ? task.priority : nil,
            tags: task.tags)
        return words("\(verb) \(Printable.line(task.reference))", draft, in: context)
    }

    /// The title, and what is known besides: `Added 12: Pay rent (due Fri 27 Nov, priority high)`.
    private static func words(_ verb: String, _ draft: TaskDraft, in context: CommandContext) -> String {
        var parts: [String] = []
        if let due = draft.dueOn {
            parts.append("due \(context.today.map { DayExpression.words(for: due, today: $0) } ?? due.description)")
        }
        if let priority = draft.priority, QuickAdd.priorities.indices.contains(priority) {
            parts.append("priority \(QuickAdd.priorities[priority])")
        }
        if let list = draft.list { parts.append("list \(list)") }
        parts += (draft.tags ?? []).map { "tag @\($0)" }
        let summary = parts.isEmpty ? "" : " (\(parts.joined(separator: ", ")))"
        return "\(verb): \(Printable.line(draft.title + summary))"
    }
}

extension Supply<String> {
    /// The next line that isn't blank, with its number.
    fileprivate func nextTask() async -> (number: Int, text: String)? {
        while let line = await next() {
            count += 1
            if line.contains(where: { !$0.isWhitespace }) { return (count, line) }
        }
        return nil
    }
}
