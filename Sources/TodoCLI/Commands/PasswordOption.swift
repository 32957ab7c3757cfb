import ArgumentParser
import TodoCore

/// Where a password comes from. Never from an argument: those are for all to see in the list of processes.
struct PasswordOption: ParsableArguments {
    @Flag(help: "Read passwords from standard input, one a line.")
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

    /// Reads a new password that keeps the rules; who types it types it twice.
    func readNew(_ prompt: String, in context: CommandContext) throws -> String {
        let password = try read(prompt: prompt, in: context)
        do throws(Limits.Fault) {
            _ = try Limits.password(password)
        } catch { throw UsageError("The password \(error.message).") }
        if !passwordStdin, try read(prompt: "The same again: ", in: context) != password {
            throw UsageError("The two passwords differ. Nothing was done.")
        }
        return password
    }
}
