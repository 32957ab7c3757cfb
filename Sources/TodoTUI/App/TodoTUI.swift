// TodoTUI: the program `todo-tui`: joins the pure Kit, the terminal and the server's client, and runs the one loop.
// The thread that starts it owns state and screen; requests run elsewhere, and their answers come through the mailbox.
// It must hold no rule of its own about what a key does or how the screen looks: that is Kit's.

internal import ArgumentParser
internal import Glibc
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

            TODO_URL and TODO_TOKEN stand for the server and the token, NO_COLOR=1 for a screen without colours.
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
        let service: any TaskService
        do throws(Failure) {
            service = try ClientService(url: url)
        } catch {
            throw TerminalError(error.message)
        }
        let mailbox = try Mailbox<Message>()
        let runtime = Runtime(
            terminal: try Terminal(), signals: signals, mailbox: mailbox, runner: EffectRunner(service, mailbox),
            server: service.serverName)
        if let signal = runtime.run() { signals.end(by: signal) }
    }
}
