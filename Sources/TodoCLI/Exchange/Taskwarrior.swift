import TodoCore

/// What `task export` prints and `task import` reads. Source: Taskwarrior's RFC "Task" and its version 2.6.2.
///
/// - H, M, L are our priorities 3, 2, 1; a project is a list, whose name it becomes.
/// - The due instant becomes the day where the user is.
/// - Annotations are the notes: each begins with its time, `2026-11-22T09:30:00Z text`.
/// - What we have no field for (wait, depends, recur, …, and the user's own attributes as `uda.NAME`) follows, a line each.
package enum Taskwarrior {
    /// Attributes that have no field here. Arrays are written with commas.
    static let kept: Set<String> = [
        "wait", "scheduled", "until", "start", "depends", "recur", "rtype", "mask", "imask", "parent", "template", "last",
    ]
    /// What Taskwarrior makes by itself.
    private static let derived: Set<String> = ["id", "urgency"]

    package static func read(_ bytes: [UInt8], days: LocalDays) -> ExchangeContent {
        let file = JSONFile(bytes)
        var content = ExchangeContent()
        content.faults = file.faults
        for record in file.records {
            do throws(ExchangeFault) {
                content.add(try task(record.node, line: record.line, days: days, losses: &content.losses))
            } catch { content.faults.append(error) }
        }
        content.faults.sort { $0.line < $1.line }
        return content
    }

    private static func task(
        _ node: JSONNode, line: Int, days: LocalDays, losses: inout Losses
    ) throws(ExchangeFault) -> ExchangeTask {
        guard case .object(let members) = node else { throw ExchangeFault(line: line, "not an object") }
        guard let title = node["description"]?.text else { throw ExchangeFault(line: line, "a task has no description") }
        var task = ExchangeTask(line: line, identity: .content(title), title: title)
        if let id = node["uuid"]?.text {
            guard case .id(let id)? = TaskReference(id) else { throw ExchangeFault(line: line, "not a UUID: \(id)") }
            task.identity = .own(id)
        }
        var attributes: [Attributes.Attribute] = []
        for member in members where !member.value.isNull {
            let value = member.value.text
            switch member.key {
            case "description", "uuid": break
            case "entry", "modified", "end": losses.add(.times, at: line)
            case "status": try status(value, of: &task, &attributes)
            case "project": task.list = value.map { ExchangeList(name: $0) }
            case "tags": task.tags = texts(member.value)
            case "priority": priority(value ?? "", of: &task, &attributes)
            case "due": task.dueOn = try day(value ?? "", line: line, days: days, losses: &losses)
            case "annotations": task.notes = annotations(member.value, entry: node["entry"]?.text)
            case _ where derived.contains(member.key): break
            case _ where kept.contains(member.key):
                attributes.append(.init(member.key, texts(member.value).joined(separator: ",")))
            default: attributes.append(.init("uda.\(member.key)", text(ofAttribute: member.value)))
            }
        }
        if !attributes.isEmpty { losses.add(.attributes, at: line) }
        task.notes = Attributes(attributes.filter { !$0.value.isEmpty }).appended(to: task.notes)
        return task
    }

    private static func status(
        _ text: String?, of task: inout ExchangeTask, _ attributes: inout [Attributes.Attribute]
    ) throws(ExchangeFault) {
        switch text {
        case "pending", "waiting": break
        case "completed": task.isDone = true
        case "deleted": task.isDeleted = true
        // The pattern of tasks that come again.
        case "recurring": attributes.insert(.init("status", "recurring"), at: 0)
        default: throw ExchangeFault(line: task.line, "an unknown status: \(text ?? "none")")
        }
    }

    private static func priority(_ text: String, of task: inout ExchangeTask, _ attributes: inout [Attributes.Attribute]) {
        switch text {
        case "H": task.priority = 3
        case "M": task.priority = 2
        case "L": task.priority = 1
        default: attributes.append(.init("priority", text))
        }
    }

    private static func day(_ text: String, line: Int, days: LocalDays, losses: inout Losses) throws(ExchangeFault) -> LocalDate {
        if let day = LocalDate(text) { return day }
        guard let seconds = TaskwarriorDate.seconds(text), let (day, isMidnight) = days.day(ofSeconds: seconds) else {
            throw ExchangeFault(line: line, "not a time like 20261122T093000Z: \(text)")
        }
        if !isMidnight { losses.add(.dueTimes, at: line) }
        return day
    }

    /// A first one from a second before the task is what an export made of notes that were written here.
    private static func annotations(_ node: JSONNode, entry: String?) -> String {
        guard case .array(let all) = node else { return node.text ?? "" }
        let created = entry.flatMap { TaskwarriorDate.seconds($0) }
        return all.enumerated().map { index, annotation in
            let text = annotation["description"]?.text ?? annotation.text ?? ""
            guard let time = annotation["entry"]?.text.flatMap({ TaskwarriorDate.seconds($0) }),
                index > 0 || created.map({ $0 - 1 }) != time
            else { return text }
            return "\(stamp(time)) \(text)"
        }.joined(separator: "\n")
    }

    /// `2026-11-22T09:30:00Z`.
    static func stamp(_ seconds: Int) -> String {
        Timestamp.text(microsecondsSince1970: Int64(seconds) * 1_000_000).prefix(19) + "Z"
    }

    /// An array's texts, or those between commas, as older versions wrote them.
    private static func texts(_ node: JSONNode) -> [String] {
        if case .array(let values) = node { return values.compactMap(\.text) }
        return node.text.map { $0.split(separator: ",").map(String.init) } ?? []
    }

    /// The value of a user's own attribute on one line: a number as it is, a text too, unless it needs quotes to come back
    /// as it was.
    static func text(ofAttribute node: JSONNode) -> String {
        if case .string(let text) = node, isPlain(text) { return text }
        var json = ""
        node.write(to: &json)
        return json
    }

    private static func isPlain(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first, !first.properties.isWhitespace else { return false }
        let isClean = text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control && $0.value & ~1 != 0x2028 }
        return isClean && (try? JSONParser.parse(Array(text.utf8)[...])) == nil
    }
}
