import ArgumentParser
import TodoClient
import TodoCore

/// What is done to each of several tasks.
struct TaskChange: Sendable {
    /// `Done`.
    var done: String
    /// `Would tick off`.
    var planned: String
    /// The task as it is before; for what wants to show it first.
    var find: @Sendable (TodoClient, TaskReference) async throws -> TodoTask = { try await $0.task($1) }
    /// Gives the task as the change leaves it. The task is the one that `find` gave, where it was asked.
    var make: @Sendable (TodoClient, TaskReference, TodoTask?) async throws -> TodoTask
}

/// The options of commands that do the same to several tasks.
struct EachTaskOptions: ParsableArguments {
    @Argument(help: "The tasks: 12, or WEB-12 in a list; 3-6 or WEB-3..6 for several.", transform: Arguments.references)
    var tasks: [ReferenceRange]

    @OptionGroup var dryRun: DryRunOption
    @OptionGroup var output: OutputOptions

    func validate() throws {
        do throws(ReferenceRange.Fault) {
            _ = try ReferenceRange.all(tasks)
        } catch { throw ValidationError(error.message) }
    }
}

extension EachTaskOptions {
    /// Changes the tasks, several at once, and tells each outcome in the order in which they were named.
    ///
    /// One that fails does not keep the others from it: it is told, and the worst status is the command's. What would fail
    /// for all (no login, no server) ends it: what was not done then is told too.
    ///
    /// - Parameters:
    ///   - atOnce: 1 where questions are asked.
    ///   - confirm: Whether to go on with this task.
    func forEach(
        in context: CommandContext, _ change: TaskChange, atOnce: Int = 8, confirm: (@Sendable (TodoTask) -> Bool)? = nil
    ) async throws {
        let isDryRun = dryRun.dryRun
        let answer = try output.answer(isDryRun ? .request : .task, in: context)
        let client = try context.client(dryRun: isDryRun)
        let references = try ReferenceRange.all(tasks)
        var tally = Tally(answer: answer, isOnlyOne: references.count == 1)
        let supply = Supply(references)
        try await inOrder({ await supply.next() }, atOnce: atOnce) { reference in
            await TaskOutcome(reference) {
                if isDryRun {
                    let task = try await change.find(client, reference)
                    return .planned(task, try await DryRun.plan { _ = try await change.make(client, reference, task) })
                }
                guard let confirm else { return .changed(try await change.make(client, reference, nil)) }
                let task = try await change.find(client, reference)
                return confirm(task) ? .changed(try await change.make(client, reference, task)) : .refused
            }
        } report: { outcome in
            try tally.report(outcome, change)
        }
        try tally.finish(references.map(\.description))
    }
}

/// What became of one task.
struct TaskOutcome: Sendable {
    enum Result: Sendable {
        case changed(TodoTask)
        case planned(TodoTask, PlannedRequest)
        /// The answer to the question was no.
        case refused
        case failed(any Error)
    }

    let reference: String
    let result: Result

    init(_ reference: TaskReference, _ work: () async throws -> Result) async {
        self.reference = reference.description
        do { result = try await work() } catch { result = .failed(error) }
    }
}

/// Tells the outcomes one after the other, and knows the status of them all.
private struct Tally {
    var list: AnswerList
    let isOnlyOne: Bool
    /// How many are settled, from the first on.
    var settled: Set<String> = []
    var worst = CommandStatus.done
    /// What would fail for every task.
    var end: Failure?

    init(answer: Answer, isOnlyOne: Bool) {
        list = AnswerList(answer)
        self.isOnlyOne = isOnlyOne
    }

    /// - Returns: Whether to go on.
    mutating func report(_ outcome: TaskOutcome, _ change: TaskChange) throws -> Bool {
        switch outcome.result {
        case .changed(let task):
            try list.add(task, reference: task.reference, people: Tally.line(change.done, task))
        case .planned(let task, let request):
            try list.add(request, reference: task.reference, people: Tally.line(change.planned, task))
        case .refused: break
        case .failed(let error):
            guard error is ClientError else { throw error }
            var failure = Failure(error)
            if [.loginNeeded, .unreachable].contains(failure.status) {
                end = end ?? failure
                return false
            }
            if !isOnlyOne { failure.reference = outcome.reference }
            list.answer.tell(failure)
            if failure.status.isWorse(than: worst) { worst = failure.status }
        }
        settled.insert(outcome.reference)
        return end == nil
    }

    func finish(_ references: [String]) throws {
        try list.finish()
        if var end {
            if !isOnlyOne { end.notDone = references.filter { !settled.contains($0) } }
            throw Failed(failure: end)
        }
        if worst != .done { throw FailureTold(status: worst) }
    }

    private static func line(_ verb: String, _ task: TodoTask) -> String {
        "\(verb) \(Printable.line(task.reference)): \(Printable.line(task.title))"
    }
}
