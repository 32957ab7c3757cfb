import FoundationEssentials
package import TodoCore

/// Everything, as the API has it: `{"version": 1, "lists": […], "tasks": […]}`. The arrays that `todo ls --json` writes are
/// read too.
package enum TodoJSON {
    static let version = 1
    /// What the server gives by itself.
    private static let given: Set<String> = ["reference", "number", "version", "created_at", "updated_at", "done_at"]

    package static func read(_ bytes: [UInt8]) throws(ExchangeError) -> ExchangeContent {
        let file = JSONFile(bytes)
        var content = ExchangeContent()
        content.faults = file.faults
        var names: [String: String] = [:]
        for record in file.records {
            guard let tasks = record.node["tasks"] else {
                // A task by itself.
                add(record.node, line: record.line, names: names, to: &content)
                continue
            }
            if let version = record.node["version"], version != .number("\(TodoJSON.version)") {
                throw ExchangeError(
                    "The file is of a newer todo than this one. Update this one first: it knows version 1 of the format.")
            }
            guard case .array(let tasks) = tasks else { throw ExchangeError("The file's tasks are not an array.") }
            if case .array(let lists)? = record.node["lists"] {
                for list in lists { add(list: list, line: record.line, names: &names, to: &content) }
            }
            // The place in the array is what a person can count.
            for (index, task) in tasks.enumerated() {
                add(task, line: tasks.count == 1 ? record.line : index + 1, names: names, to: &content)
            }
        }
        return content
    }

    private static func add(list node: JSONNode, line: Int, names: inout [String: String], to content: inout ExchangeContent) {
        guard let text = node["key"]?.text else { return }
        guard let key = ListKey(text) else {
            content.faults.append(ExchangeFault(line: line, "not the key of a list: \(text)"))
            return
        }
        // The inbox is there already.
        if key.text == "INBOX" { return }
        let name = node["name"]?.text.flatMap { try? Limits.listName($0) }
        if name == nil {
            content.faults.append(ExchangeFault(line: line, "list \(key.text) has no name of 1 to 100 characters"))
        }
        names[key.text] = name
        content.lists.append(ExchangeList(key: key.text, name: name))
    }

    private static func add(_ node: JSONNode, line: Int, names: [String: String], to content: inout ExchangeContent) {
        do throws(ExchangeFault) {
            content.add(try task(node, line: line, names: names, losses: &content.losses))
        } catch {
            content.faults.append(error)
        }
    }

    private static func task(
        _ node: JSONNode, line: Int, names: [String: String], losses: inout Losses
    ) throws(ExchangeFault) -> ExchangeTask {
        func fault(_ message: String) -> ExchangeFault { ExchangeFault(line: line, message) }
        guard case .object(let members) = node else { throw fault("not an object") }
        guard case .string(let title)? = node["title"] else { throw fault("a task has no title") }
        var task = ExchangeTask(line: line, identity: .content(title), title: title)
        for member in members where !member.value.isNull {
            switch (member.key, member.value) {
            case ("title", _): break
            case ("id", .string(let text)):
                guard text.utf8.count == 36, case .id(let id)? = TaskReference(text) else { throw fault("not an id: \(text)") }
                task.identity = .own(id)
            case ("notes", .string(let text)): task.notes = text
            case ("list", .string(let text)):
                guard let key = ListKey(text) else { throw fault("not the key of a list: \(text)") }
                if key.text != "INBOX" { task.list = ExchangeList(key: key.text, name: names[key.text]) }
            case ("due_on", .string(let text)):
                guard let date = LocalDate(text) else { throw fault("due_on is not a day like 2026-11-22: \(text)") }
                task.dueOn = date
            case ("priority", .number(let text)):
                guard let priority = Int(text), Limits.priority.contains(priority) else {
                    throw fault("priority is not 0 to 3: \(text)")
                }
                task.priority = priority
            case ("tags", .array(let tags)): task.tags = tags.compactMap(\.text)
            case ("done", .bool(let isDone)): task.isDone = isDone
            case ("deleted_at", .string): task.isDeleted = true
            case _ where given.contains(member.key): losses.add(.renumbered, at: line)
            case ("id", _), ("notes", _), ("list", _), ("due_on", _), ("priority", _), ("tags", _), ("done", _),
                ("deleted_at", _):
                throw fault("\(member.key) is of another type than it should be")
            default: losses.add(.field(member.key), at: line)
            }
        }
        return task
    }

    // MARK: Writing

    /// One list a line and one task a line, for those who compare files.
    package static func write(_ tasks: [TodoTask], _ world: ExchangeWorld) throws -> (text: String, losses: Losses) {
        func array(_ values: [some Encodable]) throws -> String {
            let encoder = Wire.encoder()
            let lines = try values.map { String(decoding: try encoder.encode($0), as: UTF8.self) }
            return lines.isEmpty ? "[]" : "[\n" + lines.joined(separator: ",\n") + "\n]"
        }
        let text = try "{\"version\":\(version),\n\"lists\":\(array(world.lists)),\n\"tasks\":\(array(tasks))}\n"
        return (text, Losses())
    }
}
