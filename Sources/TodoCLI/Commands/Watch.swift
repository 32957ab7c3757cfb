import ArgumentParser
import FoundationEssentials
import TodoClient
import TodoCore

struct Watch: TodoCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Show what changes, as it happens.",
        discussion: """
            A line for each change, from now on or from behind --since, until Ctrl-C ends it. A broken connection is made \
            again, and nothing in between is missed.

            With --json, each line is an object: cursor (give it to --since later), kind, and event. The kind reset says \
            that some changes are no longer known: read the tasks anew. It ends by the signal that stops it: shells show \
            130 for Ctrl-C and 143 for kill.

            EXAMPLES
              todo watch
              todo watch --json | while read -r line; do ./refresh-bar; done
              todo watch --json --since 7421-93
            """)

    @Option(help: "Begin behind this cursor, which an earlier --json gave.")
    var since: String?

    @OptionGroup var output: JSONOption
    @OptionGroup var common: CommonOptions

    func run(in context: CommandContext) async throws {
        let answer = try output.answer(.change, in: context)
        let client = try context.client()
        var words = ChangeWords(client: client, context: context)
        do {
            for try await event in client.events(after: since) {
                try await tell(event, answer, &words)
                // Whoever follows sees each change when it happens, through a pipe too.
                try context.io.flush()
            }
        } catch {
            guard since != nil, case ClientError.invalid = error else { throw error }
            throw UsageError("--since needs a cursor that todo watch --json gave, such as 7421-93.")
        }
    }

    private func tell(_ event: LiveEvent, _ answer: Answer, _ words: inout ChangeWords) async throws {
        let io = answer.context.io
        switch event.kind {
        case .event(let change, let json):
            if answer.isJSON {
                try io.write(answer.json(Change(cursor: event.cursor, kind: "event", event: json)) + "\n")
            } else if let line = await words.line(change) {
                try io.write(line + "\n")
            }
        case .reset:
            if answer.isJSON {
                try io.write(answer.json(Change(cursor: event.cursor, kind: "reset", event: nil)) + "\n")
            } else {
                try io.write("Some changes are not known any more. See what there is now: todo ls\n")
            }
        case .connected: if !answer.isJSON, words.hasLost { words.tellBack() }
        case .disconnected(let error, _): if !answer.isJSON { words.tellLost(error) }
        }
    }

    /// A line of `--json`.
    private struct Change: Encodable {
        var cursor: String
        var kind: String
        var event: JSONValue?

        init(cursor: String, kind: String, event: [UInt8]?) {
            self.cursor = cursor
            self.kind = kind
            self.event = event.flatMap { try? Wire.decode(JSONValue.self, from: $0) }
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(cursor, forKey: .cursor)
            try container.encode(kind, forKey: .kind)
            try container.encode(event, forKey: .event)
        }

        enum CodingKeys: String, CodingKey { case cursor, kind, event }
    }
}
