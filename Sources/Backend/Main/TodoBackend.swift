// TodoBackend: the program `todo-backend`. It reads the configuration, makes the parts and joins them. It is the only
// place that knows all services, and has no logic of its own.

import ArgumentParser
import TodoCore

@main
struct TodoBackend: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "todo-backend",
        abstract: "The services behind todo: API, relay, scheduler and mailer.",
        discussion: """
            Settings come from environment variables and from a file .env, which they override. \
            `todo-backend dev` needs none of them: it brings its own PostgreSQL and its own broker.
            """,
        version: Product.version,
        subcommands: [
            DevCommand.self, APICommand.self, SchedulerCommand.self, MailerCommand.self, MigrateCommand.self,
            ReplayCommand.self, DeadLettersCommand.self, CheckCommand.self, HealthCommand.self,
        ])
}
