import ArgumentParser
import TodoCore

/// `todo` itself.
struct Todo: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "todo",
        abstract: "Your tasks, from the command line.",
        discussion: """
            EXAMPLES
              todo register me@example.org            make an account and log in
              todo add Pay rent due:fri p:high @home  add a task
              todo ls                                 see your tasks
              todo done 1                             tick one off

            Settings: TODO_URL (the server, http://127.0.0.1:8080 by default), TODO_TOKEN, TODO_TIMEOUT, or the file \
            ~/.config/todo/config.toml with a line like: url = "https://todo.example.org"

            Exit status: 0 done, 1 failed, 2 wrong usage, 3 not found, 4 login needed, 5 conflict, 6 server not reached.
            """,
        version: "todo \(Product.version)",
        groupedSubcommands: [
            CommandGroup(
                name: "Task",
                subcommands: [
                    Add.self, List.self, Show.self, Done.self, Undone.self, Edit.self, Remove.self, Restore.self,
                ]),
            CommandGroup(
                name: "Overview",
                subcommands: [Lists.self, Stats.self, Digest.self, Watch.self]),
            CommandGroup(name: "Exchange", subcommands: [Import.self, Export.self]),
            CommandGroup(
                name: "Account",
                subcommands: [
                    Register.self, Login.self, Logout.self, WhoAmI.self, Account.self,
                ]),
            CommandGroup(name: "Program", subcommands: [TUI.self, Completion.self, Version.self]),
        ])
}
