import ArgumentParser
import TodoClient
import TodoCore

struct AccountPassword: TodoCommand {
    static let configuration = CommandConfiguration(
        commandName: "password",
        abstract: "Change your password.",
        discussion: """
            Asks for the old one, and for the new one twice. With --password-stdin the first line is the old one and the \
            second the new one. Logins that are kept stay good until they expire.

            EXAMPLES
              todo account password
              printf '%s\\n' "$OLD" "$NEW" | todo account password --password-stdin
            """)

    @OptionGroup var password: PasswordOption
    @OptionGroup var dryRun: DryRunOption
    @OptionGroup var output: JSONOption
    @OptionGroup var common: CommonOptions

    func run(in context: CommandContext) async throws {
        let change = try AccountChange(dryRun, output, in: context)
        let old = try password.read(prompt: "Old password: ", in: context)
        let new = try password.readNew("New password: ", in: context)
        try await change.run(planned: "Would change the password.") { client in
            do {
                return try await client.changePassword(from: old, to: new)
            } catch {
                guard case ClientError.invalid(let problem) = error, problem.errors?.first?.type == "wrong_password" else {
                    throw error
                }
                throw ClientError.invalid(
                    Problem(title: "The old password is wrong. Nothing was changed", status: problem.status))
            }
        } words: { _ in
            "The password is changed."
        }
    }
}
