import ArgumentParser
import Logging
import TodoCore

struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Say what is wrong with the settings, the database, the broker and the mail server.",
        discussion: """
            It reads the settings as the roles do and tries every connection; it changes nothing and sends no mail. A line \
            each: what was looked at, ok, note, warning or wrong, and why. Ends with code 1 if anything is wrong, and with \
            --strict if anything is worth a warning.

            EXAMPLES
              todo-backend check
              todo-backend check --role mailer --json
            """)

    @Option(help: "Only what this role needs: api, scheduler or mailer.")
    var role: CheckedRole?

    @Flag(help: "Print a JSON array.")
    var json = false

    @Flag(help: "End with code 1 for a warning too.")
    var strict = false

    @OptionGroup var options: RoleOptions

    func run() async throws {
        try await reporting {
            let settings = try await Settings.load(devFolder: options.data)
            try Logs.bootstrap(settings, defaultLevel: .critical)
            var report = CheckReport()
            report.checkSettings(settings, role: role)
            await report.checkDatabase(settings, role: role)
            await report.checkBroker(settings)
            if role == nil || role == .mailer { await report.checkMail(settings) }
            FileHandleStream.standardOutput.write(json ? try report.json() : Array(report.table.utf8))
            if report.count(.wrong) > 0 || strict && report.count(.warning) > 0 { throw ExitCode.failure }
        }
    }
}

/// Whose needs are checked.
enum CheckedRole: String, ExpressibleByArgument, CaseIterable, Sendable {
    case api, scheduler, mailer
}
