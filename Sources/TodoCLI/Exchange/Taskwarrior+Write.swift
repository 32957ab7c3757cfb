import FoundationEssentials
package import TodoCore

extension Taskwarrior {
    /// An array with a task a line, as `task export` prints it, and what it doesn't hold.
    package static func write(_ tasks: [TodoTask], _ world: ExchangeWorld) -> (text: String, losses: Losses) {
        var losses = Losses()
        let lines = tasks.map { task in
            losses.add(.references, at: task.reference)
            var json = ""
            node(task, world, &losses).write(to: &json)
            return json
        }
        return (lines.isEmpty ? "[\n]\n" : "[\n" + lines.joined(separator: ",\n") + "\n]\n", losses)
    }

    private static func node(_ task: TodoTask, _ world: ExchangeWorld, _ losses: inout Losses) -> JSONNode {
        let (notes, attributes) = attributes(of: task)
        var members: [JSONNode.Member] = [.init("description", .string(task.title)), .init("uuid", .string(task.id.lowercase))]
        func add(_ key: String, _ text: String?) { if let text { members.append(.init(key, .string(text))) } }
        let created = seconds(task.createdAt)
        add("status", status(of: task, attributes, &losses))
        add("entry", TaskwarriorDate.text(seconds: created))
        add("modified", TaskwarriorDate.text(seconds: seconds(task.updatedAt)))
        add("end", (task.deletedAt ?? task.doneAt).map { TaskwarriorDate.text(seconds: seconds($0)) })
        add("due", task.dueOn.map { TaskwarriorDate.text(seconds: world.days.start(of: $0)) })
        add("project", task.list.map { world.names[$0] ?? $0 })
        add("priority", attributes["priority"] ?? (task.priority > 0 ? ["L", "M", "H"][task.priority - 1] : nil))
        let tags = task.tags + (attributes["tags"]?.split(separator: ",").map(String.init) ?? [])
        if !tags.isEmpty { members.append(.init("tags", .array(tags.map { .string($0) }))) }
        for attribute in attributes.all where !["status", "priority", "tags"].contains(attribute.key) {
            members.append(member(attribute))
        }
        let annotations = annotations(notes, created: created)
        if !annotations.isEmpty { members.append(.init("annotations", .array(annotations))) }
        return .object(members)
    }

    private static func status(of task: TodoTask, _ attributes: Attributes, _ losses: inout Losses) -> String {
        if task.deletedAt != nil {
            if task.done { losses.add(.doneAndDeleted, at: task.reference) }
            return "deleted"
        }
        return task.done ? "completed" : attributes["status"] ?? "pending"
    }

    private static func member(_ attribute: Attributes.Attribute) -> JSONNode.Member {
        switch attribute.key {
        case "depends": return .init("depends", .array(attribute.value.split(separator: ",").map { .string(String($0)) }))
        case "imask": return .init("imask", .number(attribute.value))
        case let key where key.hasPrefix("uda."): return .init(String(key.dropFirst(4)), node(ofAttribute: attribute.value))
        default: return .init(attribute.key, .string(attribute.value))
        }
    }

    /// The attributes at the end of a task's notes that Taskwarrior takes, and that an import makes the same lines of. It
    /// refuses a whole file for one that it doesn't take.
    private static func attributes(of task: TodoTask) -> (notes: String, attributes: Attributes) {
        var seen: Set<String> = []
        return Attributes.split(task.notes) { key, value in
            let isWritable =
                switch key {
                case "status":
                    // A pattern of tasks that come again has to have these.
                    value == "recurring" && seen.contains("recur") && task.dueOn != nil && !task.done && task.deletedAt == nil
                case "priority": task.priority == 0 && !["H", "M", "L"].contains(value)
                case "tags":
                    value.split(separator: ",", omittingEmptySubsequences: false).allSatisfy { isLeftOver(String($0), task) }
                default: isWritable(key, value)
                }
            return isWritable && seen.insert(key).inserted
        }
    }

    /// Whether a tag is one that doesn't fit our task.
    private static func isLeftOver(_ tag: String, _ task: TodoTask) -> Bool {
        !tag.isEmpty && !task.tags.contains(tag)
            && (task.tags.count == Limits.tagCount.upperBound || (try? Limits.tags([tag])) == nil)
    }

    private static func isWritable(_ key: String, _ value: String) -> Bool {
        switch key {
        case "wait", "scheduled", "until", "start", "last": value.utf8.count == 16 && TaskwarriorDate.seconds(value) != nil
        case "depends": value.split(separator: ",", omittingEmptySubsequences: false).allSatisfy { isID(String($0)) }
        case "parent", "template": isID(value)
        case "imask": Int(value).map { "\($0)" == value && $0 >= 0 } ?? false
        case "mask": value.utf8.allSatisfy { "-+XW".utf8.contains($0) }
        case "recur", "rtype": value.utf8.allSatisfy { (0x61...0x7A).contains($0 | 0x20) || (0x30...0x39).contains($0) }
        default:
            key.hasPrefix("uda.") && key.utf8.count > 4 && !reserved.contains(String(key.dropFirst(4)))
                && text(ofAttribute: node(ofAttribute: value)) == value
        }
    }

    private static func node(ofAttribute text: String) -> JSONNode {
        (try? JSONParser.parse(Array(text.utf8)[...])) ?? .string(text)
    }

    /// Names that no attribute of the user's own can have.
    private static let reserved = kept.union([
        "description", "uuid", "status", "entry", "modified", "end", "due", "project", "priority", "tags", "annotations",
        "annotation", "id", "urgency",
    ])

    private static func isID(_ text: String) -> Bool { if case .id? = TaskReference(text) { true } else { false } }

    private static func seconds(_ date: Date) -> Int { Int(date.timeIntervalSince1970.rounded(.down)) }

    /// Lines that begin with a time begin an annotation. What stands before them was written here: it becomes one of a second
    /// before the task, when there can have been none, so that an import finds it again.
    private static func annotations(_ notes: String, created: Int) -> [JSONNode] {
        var found: [(time: Int, text: String)] = []
        for line in notes.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).map({ String(Substring($0)) }) {
            if let (time, text) = stamped(line) {
                found.append((time, text))
            } else if found.isEmpty {
                if !notes.isEmpty { found.append((created - 1, line)) }
            } else {
                found[found.count - 1].text += "\n" + line
            }
        }
        return found.map { time, text in
            .object([.init("entry", .string(TaskwarriorDate.text(seconds: time))), .init("description", .string(text))])
        }
    }

    /// The time and the text of `2026-11-22T09:30:00Z text`.
    private static func stamped(_ line: String) -> (time: Int, text: String)? {
        let bytes = line.utf8
        guard bytes.count > 20, let end = bytes.index(bytes.startIndex, offsetBy: 20, limitedBy: bytes.endIndex),
            bytes[end] == 0x20, let time = TaskwarriorDate.seconds(String(Substring(bytes[..<end]))),
            stamp(time).utf8.elementsEqual(bytes[..<end])
        else { return nil }
        return (time, String(Substring(bytes[bytes.index(after: end)...])))
    }
}
