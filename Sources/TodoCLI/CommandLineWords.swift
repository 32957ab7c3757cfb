import ArgumentParser

/// The words of a command line, brought into the form that the parser knows, and looked at before it does.
struct CommandLineWords {
    private(set) var words: [String] = []
    /// Whether errors are to be JSON. It must be known also where the rest can't be understood.
    private(set) var wantsJSON = false

    init(_ arguments: [String]) {
        let options = arguments.prefix { $0 != "--" }
        for word in options {
            if word == "--json" || word == "--ndjson" || word.hasPrefix("--json=") { wantsJSON = true }
            // The parser knows no options whose value may be left out.
            if word.hasPrefix("--json=") {
                let fields = word.dropFirst("--json=".count)
                words += ["--json", "--json-fields=\(fields.isEmpty ? "," : fields)"]
            } else {
                words.append(word)
            }
        }
        words += arguments[options.endIndex...]
    }

    /// A word in the place of a command that is none.
    func unknownCommand(of root: any ParsableCommand.Type) -> UsageError? {
        var command = root
        for word in words {
            let known = command.configuration.subcommands
            guard !known.isEmpty, !word.hasPrefix("-") else { return nil }
            if command == root, word == "help" {
                continue
            } else if let next = known.first(where: { CommandLineWords.names(of: $0).contains(word) }) {
                command = next
            } else {
                return CommandLineWords.unknown(word, of: command, isRoot: command == root)
            }
        }
        return nil
    }

    private static func names(of command: any ParsableCommand.Type) -> [String] {
        [command._commandName] + command.configuration.aliases
    }

    private static func unknown(_ word: String, of command: any ParsableCommand.Type, isRoot: Bool) -> UsageError {
        let prefix = isRoot ? "todo" : "todo \(command._commandName)"
        let near = command.configuration.subcommands.map { $0._commandName }
            .map { (name: $0, distance: distance(word, $0)) }
            .filter { $0.distance <= max(1, min(2, word.count / 2)) || $0.name.hasPrefix(word) }
            .min { $0.distance < $1.distance }
        let hint = near.map { "Did you mean: \(prefix) \($0.name)" } ?? "See what there is: \(prefix) --help"
        return UsageError("There is no command \(prefix) \(word).\n\(hint)")
    }

    /// How many letters to add, drop, change or swap with their neighbour (optimal string alignment distance).
    private static func distance(_ a: String, _ b: String) -> Int {
        let a = Array(a.prefix(40)), b = Array(b)
        var beforeLast: [Int] = [], last = Array(0...b.count)
        for i in a.indices {
            var row = [i + 1]
            for j in b.indices {
                var cost = min(last[j] + (a[i] == b[j] ? 0 : 1), last[j + 1] + 1, row[j] + 1)
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, beforeLast[j - 1] + 1) }
                row.append(cost)
            }
            (beforeLast, last) = (last, row)
        }
        return last[b.count]
    }
}
