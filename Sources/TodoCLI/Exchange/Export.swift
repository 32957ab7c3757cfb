import ArgumentParser
import FoundationEssentials
import TodoClient
import TodoCore

struct Export: TodoCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write tasks to a file for another program.",
        discussion: """
            Formats: json (everything, to keep or to bring into another account), taskwarrior (for task import), todotxt and \
            csv. Without --format the name after --output tells; without both it is json.

            Without filters json and taskwarrior have the deleted tasks too. What a format has no place for is told on \
            standard error, with --verbose for each task. In CSV a cell that a spreadsheet would run as a formula (it begins \
            with =, +, - or @) has a ' before it; todo import takes it away again.

            EXAMPLES
              todo export --output backup.json
              todo export --format taskwarrior | task import
              todo export --open --list WEB --output web.csv
              todo export --format todotxt > todo.txt
            """)

    @Option(help: "json, taskwarrior, todotxt or csv.")
    var format: ExchangeFormat?

    @Option(
        name: [.short, .long], help: "The file to write, in place of an earlier one. Without it: standard output.",
        completion: .file())
    var output: String?

    @OptionGroup var filter: FilterOptions
    @OptionGroup var common: CommonOptions

    func run(in context: CommandContext) async throws {
        let format = try chosenFormat()
        let client = try context.client()
        let world = ExchangeWorld(lists: try await client.lists(), days: LocalDays(localTime: context.localTime))
        let tasks = try await tasks(of: client, format, today: context.today)
        let (text, losses) = try ExchangeFormat.write(tasks, as: format, world)
        if let output, output != "-" {
            do throws(ExchangeError) {
                try ExchangeFiles.write(Array(text.utf8), to: output)
            } catch {
                var failure = Failure(UsageError(error.message))
                (failure.status, failure.code) = (.failed, "output")
                throw Failed(failure: failure)
            }
            try context.io.write(
                "Exported \(ImportReport.tasks(tasks.count)) to \(Printable.line(output)), as \(format.title).\n")
        } else {
            try context.io.write(context.io.outputIsTerminal ? ExchangeFormat.safe(text) : text)
        }
        for line in losses.lines(withPlaces: context.isVerbose, noun: "task") {
            context.io.writeError(Printable.line(line) + "\n")
        }
    }

    private func chosenFormat() throws -> ExchangeFormat {
        if let format { return format }
        guard let output, output != "-" else { return .json }
        if let format = ExchangeFormat(fileName: output) { return format }
        if output.lowercased().hasSuffix(".json") { return .json }
        throw UsageError(
            "Can't tell the format from the name \(output).\nSay it with --format: json, taskwarrior, todotxt or csv.")
    }

    /// The oldest first, so that an import gives numbers in the same order.
    private func tasks(of client: TodoClient, _ format: ExchangeFormat, today: LocalDate?) async throws -> [TodoTask] {
        let filter = try filter.filter(today: today)
        var tasks = try await client.tasks(filter)
        if filter == TaskFilter(), !self.filter.all, format == .json || format == .taskwarrior {
            var deleted = TaskFilter()
            deleted.deleted = true
            tasks += try await client.tasks(deleted)
        }
        return tasks.sorted { ($0.createdAt, $0.number) < ($1.createdAt, $1.number) }
    }
}

extension ExchangeFormat {
    /// The text of a file with these tasks, and what it doesn't hold.
    static func write(
        _ tasks: [TodoTask], as format: ExchangeFormat, _ world: ExchangeWorld
    ) throws -> (text: String, losses: Losses) {
        switch format {
        case .todotxt: TodoTxt.write(tasks, world)
        case .taskwarrior: Taskwarrior.write(tasks, world)
        case .csv: CSVTasks.write(tasks, world)
        case .json: try TodoJSON.write(tasks, world)
        }
    }

    /// What may be shown on a terminal, whoever wrote the titles: its line breaks stay.
    static func safe(_ text: String) -> String {
        Printable.lines(text).joined(separator: "\n")
    }
}
