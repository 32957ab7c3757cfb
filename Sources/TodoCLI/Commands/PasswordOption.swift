import ArgumentParser

/// Where a password comes from. Never from an argument: those are for all to see in the list of processes.
struct PasswordOption: ParsableArguments {
    @Flag(help: "Read the password from the first line of standard input.")
    var passwordStdin = false

    /// Reads it; asks on the terminal, where there is one, without showing what is typed.
    func read(prompt: String = "Password: ", in context: CommandContext) throws -> String {
        if passwordStdin {
            guard let line = context.io.readLine() else { throw UsageError("There is no password on standard input.") }
            return line
        }
        switch context.io.readSecret(prompt) {
        case .text(let password): return password
        case .interrupted: throw Interrupted()
        case .noTerminal: throw UsageError("There is no terminal to ask for the password. Use --password-stdin.")
        }
    }
}
