// TodoCLI: the program `todo`: reads arguments, calls TodoClient, writes tables or JSON, and ends with a status that
// scripts can rely on. It must not know how requests travel, nor keep a state of its own: one file a command, and all
// that a command touches comes in through its context.

import ArgumentParser
import Glibc
import TodoCore

/// The program without its process: what main calls, and tests too.
package enum Program {
    /// What an output that nobody reads any more throws.
    package static var outputClosed: any Error { BrokenPipe() }

    /// The fields of each kind of JSON that commands give, by its name in the schema.
    package static var jsonFields: [String: [String]] {
        Dictionary(uniqueKeysWithValues: JSONShape.all.map { ($0.name, $0.fields) })
    }

    /// Runs the command line of this process to its end, which is the process's.
    package static func main() async -> Never {
        // A reader that has seen enough (`todo ls | head -1`) is told by write(2), not by a signal.
        signal(SIGPIPE, SIG_IGN)
        exit(await run(Array(CommandLine.arguments.dropFirst()), in: .live()).rawValue)
    }

    /// Runs one command line, without the program's name, to its end.
    package static func run(_ arguments: [String], in context: CommandContext) async -> CommandStatus {
        let line = CommandLineWords(arguments)
        do {
            if let error = line.unknownCommand(of: Todo.self) { throw error }
            var command = try Todo.parseAsRoot(line.words)
            if let command = command as? any TodoCommand {
                var context = context
                context.isVerbose = command.common.verbose
                try await command.run(in: context)
            } else {
                try command.run()
            }
            try context.io.flush()
            return .done
        } catch is BrokenPipe {
            return .done
        } catch {
            return report(error, asJSON: line.wantsJSON, in: context)
        }
    }

    private static func report(_ error: any Error, asJSON: Bool, in context: CommandContext) -> CommandStatus {
        var failure = Failure(error)
        do {
            // Help or the version, as asked for.
            if failure.status == .done { try context.io.write(failure.message + "\n") }
            try context.io.flush()
        } catch is BrokenPipe {
            if failure.status == .done { return .done }
        } catch let outputError {
            failure = Failure(outputError)
        }
        if !failure.isTold {
            context.io.writeError(asJSON ? failure.json + "\n" : Style(context, .standardError).error(failure.text))
        }
        return failure.status
    }
}

/// A command of `todo`. Its configuration gives its name: what argument-parser makes of the type's own name otherwise costs
/// each start a third of its time.
protocol TodoCommand: ParsableCommand {
    var common: CommonOptions { get }

    func run(in context: CommandContext) async throws
}
