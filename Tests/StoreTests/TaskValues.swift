import FoundationEssentials
import Store
import TodoCore

/// The store of tasks, with each row read into a value and written as JSON, which must be the same.
struct TaskValues: Sendable {
    let store: TaskStore

    struct DifferentJSON: Error {
        let json: String
    }

    struct Page {
        var tasks: [TodoTask]
        var next: TaskCursor?
        var total: Int
    }

    static func value(_ stored: StoredTask) throws -> TodoTask {
        var json = JSONWriter()
        stored.write(to: &json)
        let task = try stored.task()
        let written = try Wire.decode([String: JSONValue].self, from: json.bytes)
        guard try written == Wire.decode([String: JSONValue].self, from: Wire.encode(task)), try task.id == stored.id,
            task.version == stored.version
        else { throw DifferentJSON(json: String(decoding: json.bytes, as: UTF8.self)) }
        return task
    }

    func page(user: UUID, filter: TaskFilter) async throws -> Page {
        let page = try await store.page(user: user, filter: filter)
        return Page(tasks: try page.tasks.map(TaskValues.value), next: page.next, total: page.total)
    }

    func task(user: UUID, _ reference: TaskReference) async throws -> TodoTask {
        try await TaskValues.value(store.task(user: user, reference))
    }

    func create(user: UUID, _ draft: TaskDraft, requestID: String?) async throws -> (task: TodoTask, isNew: Bool) {
        let (task, isNew) = try await store.create(user: user, draft, requestID: requestID)
        return (try TaskValues.value(task), isNew)
    }

    func update(
        user: UUID, _ reference: TaskReference, _ patch: TaskPatch, ifVersion version: Int?, requestID: String?
    ) async throws -> TodoTask {
        try await TaskValues.value(store.update(user: user, reference, patch, ifVersion: version, requestID: requestID))
    }

    func delete(user: UUID, _ reference: TaskReference, ifVersion version: Int?, requestID: String?) async throws {
        try await store.delete(user: user, reference, ifVersion: version, requestID: requestID)
    }

    func restore(user: UUID, _ reference: TaskReference, requestID: String?) async throws -> TodoTask {
        try await TaskValues.value(store.restore(user: user, reference, requestID: requestID))
    }
}
