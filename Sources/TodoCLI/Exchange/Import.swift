import ArgumentParser
import FoundationEssentials
import TodoClient
import TodoCore

struct Import: TodoCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Bring tasks in from a file of another program.",
        discussion: """
            Formats: todotxt (todo.txt), taskwarrior (what task export prints), csv (with a first row that names the columns) \
            and json (what todo export and todo ls --json write). Without --format the file's name and its first bytes tell.

            A project becomes a list, which is made where there is none of its name. What todo has no field for is kept in \
            the notes, as lines like wait:20261130T000000Z; what is not kept at all is told, with --verbose for each task.

            The same import again adds nothing twice: it goes on where it was interrupted, and leaves tasks alone that were \
            changed or deleted here. Bad lines are told with their numbers, and the others imported; the exit status is then 1.

            EXAMPLES
              todo import ~/todo.txt
              task export | todo import -
              todo import tasks.csv --dry-run
              todo import old.json --list OLD
            """)

    @Argument(help: "The file; - for standard input.", completion: .file())
    var file: String

    @Option(help: "todotxt, taskwarrior, csv or json.")
    var format: ExchangeFormat?

    @Option(
        name: [.short, .long],
        help: "Put all tasks into this list, which is made where there is none; their projects go to the notes.",
        transform: Arguments.list)
    var list: ListChoice?

    @Flag(name: [.short, .long], help: "Print bare references of what was added only.")
    var quiet = false

    @OptionGroup var dryRun: DryRunOption
    @OptionGroup var output: JSONOption
    @OptionGroup var common: CommonOptions

    func validate() throws {
        if quiet, output.json { throw ValidationError("--json and --quiet exclude each other.") }
    }

    func run(in context: CommandContext) async throws {
        let answer = try output.answer(.imported, in: context)
        let client = try context.client()
        let (content, format) = try read(in: context)
        // Before anything is sent: whether there is a login, and what is there.
        let account = try await client.me()
        let plan = try await ImportPlan(
            content, account: account.id, lists: client.lists(), tasks: ImportSource.allTasks(of: client))
        if dryRun.dryRun {
            let report = ImportReport(plan, faults: content.faults, format: format, tally: nil)
            tell(report, plan, answer, in: context)
            return try finish(report, answer, duration: nil, plan: plan)
        }
        let progress = ImportProgress(write: progressWriter(answer, in: context))
        if context.sender == nil { InterruptFlag.install() }
        let tally = await Importer(
            plan, client: client, isInterrupted: { InterruptFlag.isRaised }, onProgress: { progress.show($0, $1, of: $2) }
        ).run()
        if context.sender == nil { InterruptFlag.uninstall() }
        progress.clear()
        let duration = progress.elapsed
        let report = ImportReport(plan, faults: content.faults, format: format, tally: tally)
        tell(report, plan, answer, in: context)
        if tally.renamed > 0 {
            note("\(ImportReport.tasks(tally.renamed)) got new ids: somebody else on this server has theirs", answer, in: context)
        }
        if tally.isInterrupted || tally.stop != nil {
            try end(report, tally, answer, duration, of: plan, in: context)
        }
        try finish(report, answer, duration: duration, plan: plan)
    }

    // MARK: The file

    private func read(in context: CommandContext) throws -> (ExchangeContent, ExchangeFormat) {
        do throws(ExchangeError) {
            let bytes = TextEncoding.utf8(try ExchangeFiles.read(file))
            var format = format
            if format == nil {
                format = ExchangeFormat.guess(fileName: file, bytes: bytes)
                if let format, !quiet, !output.json { context.io.writeError("\(name) seems to be \(format.title).\n") }
            }
            guard let format else {
                throw ExchangeError("Can't tell what \(name) is. Say it with --format: todotxt, taskwarrior, csv or json.")
            }
            var content = try ImportSource.read(bytes, format, days: LocalDays(localTime: context.localTime))
            if let list { content.move(to: list.key) }
            return (content, format)
        } catch {
            var failure = Failure(UsageError(error.message))
            (failure.status, failure.code) = (.failed, "unreadable")
            throw Failed(failure: failure)
        }
    }

    private var name: String { file == "-" ? "Standard input" : Printable.line(file) }

    // MARK: Telling

    private func progressWriter(_ answer: Answer, in context: CommandContext) -> (@Sendable (String) -> Void)? {
        let isWanted = context.io.errorIsTerminal && context.environment["TERM"] != "dumb" && !quiet && !answer.isJSON
        guard isWanted, !context.isVerbose else { return nil }
        return { context.io.writeError($0) }
    }

    private func note(_ line: String, _ answer: Answer, in context: CommandContext) {
        if !answer.isJSON { context.io.writeError(Printable.line(line) + "\n") }
    }

    /// What went wrong or was lost, on standard error; in JSON it is part of the answer.
    private func tell(_ report: ImportReport, _ plan: ImportPlan, _ answer: Answer, in context: CommandContext) {
        for place in report.failed { note("line \(place.line): \(place.message ?? "")", answer, in: context) }
        let losses = plan.losses.lines(withPlaces: context.isVerbose, noun: "line")
        for line in losses { note(line, answer, in: context) }
        if context.isVerbose {
            for (verb, places) in [("changed", report.changed), ("deleted", report.deletedHere)] {
                for place in places {
                    let reference = place.reference.map { "\($0): " } ?? ""
                    note("\(verb) here: \(reference)\(place.title ?? "") (line \(place.line))", answer, in: context)
                }
            }
        }
    }

    private func finish(_ report: ImportReport, _ answer: Answer, duration: Duration?, plan: ImportPlan) throws {
        let io = answer.context.io
        if answer.isJSON {
            try answer.write(report) { "" }
        } else if quiet {
            for reference in report.added { try io.write(Printable.line(reference) + "\n") }
        } else {
            if report.dryRun { for line in ImportSource.preview(of: plan) { try io.write(Printable.line(line) + "\n") } }
            try io.write(report.summary(in: duration) + "\n")
        }
        if !report.failed.isEmpty { throw FailureTold(status: .failed) }
    }

    /// Of an import that was ended early: how far it got, and how it goes on.
    private func end(
        _ report: ImportReport, _ tally: Importer.Tally, _ answer: Answer, _ duration: Duration, of plan: ImportPlan,
        in context: CommandContext
    ) throws {
        let left = plan.steps.count - tally.added.count - tally.finished - tally.changed.count - tally.failures.count
        do { try finish(report, answer, duration: duration, plan: plan) } catch is FailureTold {}
        var failure = tally.stop.map { Failure($0) } ?? Failure(Interrupted())
        failure.message +=
            "\n\(ImportReport.tasks(left)) of the file \(left == 1 ? "is" : "are") left. The same command again goes on."
        throw Failed(failure: failure)
    }
}

extension ExchangeFormat: ExpressibleByArgument {}

extension JSONShape {
    /// What `todo import --json` gives.
    static let imported = JSONShape(
        "import", "format", "dry_run", "complete", "added", "added_count", "finished", "present", "changed", "deleted_here",
        "failed", "lists_added", "losses")
}
