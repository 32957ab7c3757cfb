import Curl
public import FoundationEssentials
public import TodoCore

extension TodoClient {
    /// One task.
    /// - Throws: `notFound`.
    public func task(_ reference: TaskReference) async throws(ClientError) -> TodoTask {
        try await sendForTask(APIRequest("GET", path(reference)))
    }

    /// Makes a task. A draft without an id gets one here, so that sending it twice makes one task.
    public func create(_ draft: TaskDraft) async throws(ClientError) -> TodoTask {
        try await createReportingRepeat(draft).task
    }

    /// Makes a task, and tells whether it was there before from an equal draft with the same id.
    /// - Throws: `conflict` where the id belongs to something else.
    public func createReportingRepeat(_ draft: TaskDraft) async throws(ClientError) -> (task: TodoTask, isNew: Bool) {
        let response = try await answer(to: APIRequest("POST", "/tasks", body: withID(draft), isRepeatable: true))
        return (try task(from: response), response.status == 201)
    }

    /// Asks for a task through the broker: it is there soon after, not yet.
    /// - Returns: The id that the task will have.
    /// - Throws: `server` while the broker can't take it.
    public func publish(_ draft: TaskDraft) async throws(ClientError) -> UUID {
        let answer: CreationRequested = try await send(
            APIRequest("POST", "/task/create_event", body: withID(draft), isRepeatable: true))
        return answer.taskID
    }

    /// Changes a task.
    /// - Parameter version: The version that the change was made for; another one on the server is `preconditionFailed`.
    public func update(
        _ reference: TaskReference, _ patch: TaskPatch, ifMatch version: Int? = nil
    ) async throws(ClientError) -> TodoTask {
        // With If-Match a repeat of what the server has done already would be refused, as if someone else had done it; and a
        // task that went to another list is no longer found under its number.
        var isRepeatable = version == nil
        if case .number = reference, patch.list != nil { isRepeatable = false }
        return try await sendForTask(
            APIRequest("PATCH", path(reference), body: patch, version: version, isRepeatable: isRepeatable))
    }

    /// Deletes a task; for 30 days it can be restored.
    public func delete(_ reference: TaskReference, ifMatch version: Int? = nil) async throws(ClientError) {
        _ = try await answer(to: APIRequest("DELETE", path(reference), version: version, isRepeatable: true))
    }

    /// Brings a deleted task back; one that isn't deleted stays as it is.
    public func restore(_ reference: TaskReference) async throws(ClientError) -> TodoTask {
        try await sendForTask(APIRequest("POST", path(reference) + "/restore", isRepeatable: true))
    }

    private func path(_ reference: TaskReference) -> String { "/tasks/" + percentEncoded(reference.description) }

    private func withID(_ draft: TaskDraft) -> TaskDraft {
        var draft = draft
        if draft.id == nil { draft.id = .v7() }
        return draft
    }
}

/// The answer of POST `/task/create_event`.
private struct CreationRequested: Decodable {
    var taskID: UUID

    enum CodingKeys: String, CodingKey {
        case taskID = "task_id"
    }
}
