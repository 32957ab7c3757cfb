import FoundationEssentials
import Testing
import TodoCLI
import TodoCore

/// Seeded: the same cases each time.
@Suite struct ExchangeFuzzTests {
    private static let words = [
        "a", "+b", "@c", "due:2026-01-01", "due:x", "t:1", "pri:D", "pri:A", "x", "(A)", "2026-11-22", "家", "🎉", "e\u{301}",
        "\u{301}", "=1", "'", "\"",
        ",", ";", "\\", "\u{A0}", "+1", "@", "key:value", "http://a/b", "uda.a:b", "wait:20261130T000000Z", "{", "]", "#",
        "\u{200B}", "ß",
    ]

    private static func text(_ generator: inout SeededGenerator, _ lengths: ClosedRange<Int>, separators: [String]) -> String {
        (0..<Int.random(in: lengths, using: &generator)).map { _ in
            (words.randomElement(using: &generator) ?? "") + (separators.randomElement(using: &generator) ?? "")
        }.joined()
    }

    /// Tasks as the server may have them.
    private static func tasks(_ generator: inout SeededGenerator) -> [TodoTask] {
        (1...20).compactMap { number in
            guard let title = try? Limits.title(text(&generator, 1...6, separators: [" ", "", "  "])) else { return nil }
            let notes = text(&generator, 0...8, separators: ["\n", " ", "\r\n", "\t", "\n\n"])
            let tags =
                (try? Limits.tags(
                    (0..<Int.random(in: 0...3, using: &generator)).map { _ in
                        ["a", "b/c", "ü", "x_1"].randomElement(using: &generator) ?? ""
                    })) ?? []
            var task = task(
                number, title, list: [nil, "WEB", "HOME"].randomElement(using: &generator) ?? nil,
                done: .random(using: &generator), notes: notes,
                due: [nil, "2026-11-22", "0001-01-02", "9999-12-30"].randomElement(using: &generator) ?? nil,
                priority: .random(in: 0...3, using: &generator), tags: tags)
            task.id = UUID.v7(at: task.createdAt, using: &generator)
            if Int.random(in: 0..<5, using: &generator) == 0 {
                (task.deletedAt, task.done, task.doneAt) = (task.createdAt, false, nil)
            }
            return task
        }
    }

    private static let lists = [list(nil, "Inbox"), list("WEB", "Web site; “=x”"), list("HOME", "Home.Garden")]

    /// A task with what the format holds.
    private static func held(_ task: TodoTask, _ format: ExchangeFormat) -> [String] {
        let fields = [
            task.title, task.list ?? "", "\(task.done)", task.dueOn?.description ?? "", "\(task.priority)",
            task.tags.joined(separator: " "),
            "\(task.deletedAt != nil)",
        ]
        return format == .todotxt ? fields : fields + [task.notes, task.id.lowercase]
    }

    @Test(arguments: [ExchangeFormat.taskwarrior, .csv, .json], 1...40)
    func comesBack(_ format: ExchangeFormat, _ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let tasks = Self.tasks(&generator)
        let (text, _) = try written(tasks, lists: Self.lists, format)
        let content = try content(text, format)
        #expect(content.faults.isEmpty && content.tasks.count == tasks.count)
        let plan = ImportPlan(content, lists: Self.lists)
        #expect(plan.result.map { Self.held($0, format) } == tasks.map { Self.held($0, format) })
        // And nothing is done where all is there.
        let again = ImportPlan(content, lists: Self.lists, tasks: tasks)
        #expect(again.steps.isEmpty && again.changed.isEmpty && again.present == tasks.count)
    }

    /// todo.txt has no place for notes, and reads words of titles as more.
    @Test(arguments: 1...40)
    func todoTxtComesBack(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let tasks = Self.tasks(&generator).filter { $0.deletedAt == nil }.map { task in
            var task = task
            task.notes = ""
            return task
        }
        let plain = try tasks.filter { try written([$0], lists: Self.lists, .todotxt).losses.count(.readDifferently) == 0 }
        let text = try written(plain, lists: Self.lists, .todotxt).text
        let plan = ImportPlan(try content(text, .todotxt), lists: Self.lists)
        #expect(plan.result.map { Self.held($0, .todotxt) } == plain.map { Self.held($0, .todotxt) })
    }

    /// Any bytes are read or refused, never more.
    @Test(arguments: ExchangeFormat.allCases, 1...60)
    func nothingTraps(_ format: ExchangeFormat, _ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var bytes = Array(try written(Self.tasks(&generator), lists: Self.lists, format).text.utf8)
        for _ in 0..<Int.random(in: 1...30, using: &generator) where !bytes.isEmpty {
            let index = Int.random(in: 0..<bytes.count, using: &generator)
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: bytes[index] = UInt8.random(in: 0...255, using: &generator)
            case 1: bytes.removeSubrange(index..<min(bytes.count, index + Int.random(in: 1...50, using: &generator)))
            case 2: bytes.insert("\"{}[],:\\\n\r;'x".utf8.randomElement(using: &generator) ?? 0, at: index)
            case 3: bytes = Array(bytes.prefix(index))
            default: bytes.insert(contentsOf: bytes[index..<min(bytes.count, index + 40)], at: index)
            }
        }
        for format in ExchangeFormat.allCases {
            _ = ExchangeFormat.guess(fileName: "x", bytes: bytes)
            guard let content = try? ImportSource.read(TextEncoding.utf8(bytes), format, days: days()) else { continue }
            let plan = ImportPlan(content)
            for step in plan.steps {
                // Whatever came of it, the server takes it.
                let draft = step.draft
                #expect((try? Limits.title(draft.title)) == draft.title && draft.list.map { ListKey($0)?.text == $0 } ?? true)
                #expect((try? Limits.notes(draft.notes ?? "")) != nil && (try? Limits.tags(draft.tags ?? [])) == draft.tags ?? [])
            }
            #expect(plan.newLists.allSatisfy { (try? Limits.listName($0.name)) == $0.name })
        }
    }
}
