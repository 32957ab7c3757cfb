// TodoTUI: the program `todo-tui`: joins the pure Kit, the terminal and the server's client, and runs the one loop.
// The thread that starts it owns state and screen; requests run elsewhere, and their answers come through the mailbox.
// It must hold no rule of its own about what a key does or how the screen looks: that is Kit's.

internal import ArgumentParser
internal import FoundationEssentials
internal import Glibc
internal import TodoClient
internal import TodoCore
internal import TodoTUIKit
internal import TodoTUITerminal

@main
struct TodoTUI: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "todo-tui",
        abstract: "Your tasks on the whole terminal.",
        discussion: """
            Keys are shown at the bottom of the screen; ? shows all of them. Without an account yet, make one
            right there.

            TODO_URL and TODO_TOKEN stand for the server and the token, NO_COLOR=1 for a screen without colours. Theme and
            keys are settings of ~/.config/todo/config.toml: see docs/tui.md.
            """,
        version: "todo-tui \(Product.version)")

    @Option(help: ArgumentHelp("The server, like http://localhost:8080.", valueName: "URL"))
    var url: String?

    func run() throws {
        do throws(TerminalError) {
            try start()
        } catch {
            StandardError.say("todo-tui: \(error.message)")
            throw ExitCode(2)
        }
    }

    private func start() throws(TerminalError) {
        // First of all, while there is but one thread: threads inherit which signals they are kept from.
        let signals = try SignalPort()
        let service: any TaskService, settings: ScreenSettings
        do throws(Failure) {
            let environment = ProcessInfo.processInfo.environment
            let configuration = try configuration(environment)
            settings = try ScreenSettings(configuration, wantsNoColor: environment["NO_COLOR"].map { !$0.isEmpty } ?? false)
            service = try ClientService(configuration)
        } catch {
            throw TerminalError(error.message)
        }
        let mailbox = try Mailbox<Message>()
        let runtime = Runtime(
            terminal: try Terminal(), signals: signals, mailbox: mailbox, runner: EffectRunner(service, mailbox),
            server: service.serverName, settings: settings)
        if let signal = runtime.run() { signals.end(by: signal) }
    }

    private func configuration(_ environment: [String: String]) throws(Failure) -> ClientConfiguration {
        var configuration: ClientConfiguration
        do throws(ConfigurationError) {
            configuration = try ClientConfiguration.load(environment: environment)
        } catch {
            throw Failure(.refused, error.message)
        }
        guard let url else { return configuration }
        do throws(ServerURL.Fault) {
            configuration.url = try ServerURL(url)
        } catch {
            throw Failure(.refused, "--url: \(url) \(error.reason)")
        }
        return configuration
    }
}
