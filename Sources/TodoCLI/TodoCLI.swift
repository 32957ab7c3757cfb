// TodoCLI: the program `todo`: reads arguments, calls TodoClient, writes tables or JSON, and ends with a status that
// scripts can rely on. It must not know how requests travel, nor keep a state of its own: one file a command, and all
// that a command touches comes in through its context.

import ArgumentParser
import Glibc
import TodoCore

@main struct Main {
    static func main() async {
        // A reader that has seen enough (`todo ls | head -1`) is told by write(2), not by a signal.
        signal(SIGPIPE, SIG_IGN)
        exit(await Program.run(Array(CommandLine.arguments.dropFirst()), in: .live()).rawValue)
    }
}

/// The program without its process: what main calls, and tests too.
package enum Program {
    /// What an output that nobody reads any more throws.
    package static var outputClosed: any Error { BrokenPipe() }

    /// Runs one command line, without the program's name, to its end.
    package static func run(_ arguments: [String], in context: CommandContext) async -> CommandStatus {
        let wantsJSON = arguments.prefix { $0 != "--" }.contains("--json")
        do {
            var command = try Todo.parseAsRoot(arguments)
            if let command = command as? any TodoCommand {
                try await command.run(in: context)
            } else {
                try command.run()
            }
            try context.io.flush()
            return .done
        } catch is BrokenPipe {
            return .done
        } catch {
            return report(error, asJSON: wantsJSON, in: context)
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
            context.io.writeError(asJSON ? failure.json + "\n" : Style(context, .standardError).error(failure.message))
        }
        return failure.status
    }
}

/// A command of `todo`.
protocol TodoCommand: ParsableCommand {
    func run(in context: CommandContext) async throws
}

/// `todo` itself.
struct Todo: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "todo",
        abstract: "Your tasks, from the command line.",
        discussion: """
            EXAMPLES
              todo register me@example.org      make an account and log in
              todo add Buy milk --due tomorrow  add a task
              todo ls                           see your tasks
              todo done 1                       tick one off

            Settings: TODO_URL (the server, http://127.0.0.1:8080 by default), TODO_TOKEN, TODO_TIMEOUT, or the file
            ~/.config/todo/config.toml with a line like: url = "https://todo.example.org"

            Exit status: 0 done, 1 failed, 2 wrong usage, 3 not found, 4 login needed, 5 conflict, 6 server not reached.
            """,
        version: "todo \(Product.version)",
        subcommands: [
            Add.self, List.self, Show.self, Done.self, Undone.self, Edit.self, Remove.self, Restore.self, Digest.self,
            Register.self, Login.self, Logout.self, WhoAmI.self, Version.self,
        ])
}
