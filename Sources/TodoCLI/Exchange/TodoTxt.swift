import TodoCore

/// todo.txt: one task a line. Source: https://github.com/todotxt/todo.txt.
///
///     x 2026-11-22 2026-11-20 Call Mum +Family @phone due:2026-11-23 pri:A
///
/// Priorities A, B, C are our 3, 2, 1; later letters are 1, and kept as `pri:` in the notes. The first `+project` is the
/// list, each `@context` a tag, `due:` the due day. `t:` and `rec:` are kept in the notes. All else is the title.
package enum TodoTxt {
    /// What an export gives back from the notes.
    static let kept: Set<String> = ["t", "rec", "pri"]

    package static func read(_ bytes: [UInt8]) -> ExchangeContent {
        var content = ExchangeContent()
        let lines = TextLines(bytes)
        content.faults = lines.faults
        for (number, text) in lines.lines { content.add(task(text, line: number, losses: &content.losses)) }
        return content
    }

    private static func task(_ text: String, line: Int, losses: inout Losses) -> ExchangeTask {
        var words = Words(text)
        let isDone = words.take { $0 == "x" } != nil
        var letter = words.take(priority)
        var dates: [LocalDate] = []
        while dates.count < (isDone ? 2 : 1), let date = words.take({ LocalDate($0) }) { dates.append(date) }
        // Some programs leave it there, after the dates.
        if isDone, letter == nil { letter = words.take(priority) }

        var task = ExchangeTask(line: line, identity: .content(""), title: "")
        task.isDone = isDone
        var title: [Substring] = []
        var attributes: [Attributes.Attribute] = []
        for word in words.rest {
            switch Token(word) {
            case .project(let name):
                if task.list == nil {
                    task.list = ExchangeList(name: name)
                } else {
                    title.append(word)
                    losses.add(.extraProjects, at: line)
                }
            case .context(let tag) where task.tags.count < Limits.tagCount.upperBound:
                if !task.tags.contains(tag) { task.tags.append(tag) }
            case .due(let date) where task.dueOn == nil: task.dueOn = date
            case .priority(let value) where letter == nil: letter = value
            case .kept(let key, let value) where !attributes.contains { $0.key == key }: attributes.append(.init(key, value))
            default: title.append(word)
            }
        }
        task.title = title.joined(separator: " ")
        // A line of nothing but tokens is its own title.
        if task.title.trimmingSpaces.isEmpty { task.title = words.rest.joined(separator: " ") }
        if let letter {
            task.priority = letter == "A" ? 3 : letter == "B" ? 2 : 1
            if letter > "C" { attributes.append(.init("pri", String(letter))) }
        }
        if !dates.isEmpty { losses.add(.times, at: line) }
        if !attributes.isEmpty {
            losses.add(.attributes, at: line)
            task.notes = Attributes(attributes).appended(to: "")
        }
        let created = isDone ? dates.dropFirst().first : dates.first
        task.identity = .content(
            [
                task.title, task.list?.name ?? "", task.tags.joined(separator: " "), task.dueOn?.description ?? "",
                created?.description ?? "",
            ].joined(separator: "\u{1F}"))
        return task
    }

    static func priority(_ word: Substring) -> Unicode.Scalar? {
        let scalars = Array(word.unicodeScalars)
        return scalars.count == 3 && scalars[0] == "(" && scalars[2] == ")" ? letter(scalars[1]) : nil
    }

    static func letter(_ scalar: Unicode.Scalar) -> Unicode.Scalar? { ("A"..."Z").contains(scalar) ? scalar : nil }

    /// A word that is more than a word.
    enum Token {
        case project(String), context(String), due(LocalDate), priority(Unicode.Scalar), kept(key: String, value: String)
        case plain

        init(_ word: Substring) {
            let rest = Substring(word.unicodeScalars.dropFirst())
            switch word.unicodeScalars.first {
            // A number or a sign alone is none: +1, +49 30 1234.
            case "+" where rest.unicodeScalars.contains { $0.properties.isAlphabetic || $0.properties.isEmoji && !$0.isASCII }:
                self = .project(String(rest))
            case "@" where (try? Limits.tags([String(rest)])) == [String(rest)]: self = .context(String(rest))
            default: self = Token.pair(word) ?? .plain
            }
        }

        private static func pair(_ word: Substring) -> Token? {
            guard let colon = word.unicodeScalars.firstIndex(of: ":") else { return nil }
            let key = String(word[..<colon])
            let value = word[word.unicodeScalars.index(after: colon)...]
            guard let first = value.unicodeScalars.first else { return nil }
            switch key {
            case "due": return LocalDate(value).map { .due($0) }
            case "pri": return value.unicodeScalars.count == 1 ? letter(first).map { .priority($0) } : nil
            case "t", "rec": return .kept(key: key, value: String(value))
            default: return nil
            }
        }
    }

    /// Words between single spaces, so that a title keeps its own double ones.
    private struct Words {
        private(set) var rest: ArraySlice<Substring>

        init(_ text: String) {
            // By bytes: to characters, a space and a combining mark after it are one.
            rest = text.utf8.split(separator: 0x20, omittingEmptySubsequences: false).map { Substring($0) }[...]
        }

        /// Takes the next word, if it is what is looked for.
        mutating func take<Value>(_ read: (Substring) -> Value?) -> Value? {
            guard let word = rest.first, let value = read(word) else { return nil }
            rest.removeFirst()
            return value
        }

        mutating func take(_ matches: (Substring) -> Bool) -> Substring? { take { matches($0) ? $0 : nil } }
    }
}
