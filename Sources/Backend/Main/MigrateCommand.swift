import ArgumentParser
import Logging
import Postgres
import Store

struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate", abstract: "Bring the database's schema up to date. Safe to run at any time, and twice at once.")

    @OptionGroup var options: RoleOptions

    func run() async throws {
        try await reporting {
            let settings = try await Settings.load(devFolder: options.data)
            try Logs.bootstrap(settings)
            let applied = try await PostgresMigrator.apply(
                StoreMigrations.all, to: settings.database(), logger: Logger(label: "migrate"))
            FileHandleStream.standardOutput.write(
                applied.isEmpty ? "The schema is up to date.\n" : "Applied \(applied.joined(separator: ", ")).\n")
        }
    }
}
