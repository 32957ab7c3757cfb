import ArgumentParser
import TodoClient
import TodoCore

struct Digest: TodoCommand {
    static let configuration = CommandConfiguration(
        commandName: "digest",
        abstract: "Show today's digest, as it would be mailed.",
        discussion: """
            EXAMPLES
              todo digest
              todo digest --json=subject
            """)

    @OptionGroup var output: JSONOption
    @OptionGroup var common: CommonOptions

    func run(in context: CommandContext) async throws {
        let answer = try output.answer(.digest, in: context)
        let client = try context.client()
        if answer.isJSON { return try answer.write(await client.digest()) { "" } }
        // The server has wrapped it; what others wrote into a title can't reach the terminal as anything but text.
        for line in Printable.lines(try await client.digestText()).dropTrailingEmpty() { try context.io.write(line + "\n") }
    }
}

extension [String] {
    fileprivate func dropTrailingEmpty() -> ArraySlice<String> {
        prefix((lastIndex { !$0.isEmpty } ?? -1) + 1)
    }
}
