public import TodoCore

extension TodoClient {
    /// The inbox first, then by key.
    public func lists() async throws(ClientError) -> [TodoList] { try await send(APIRequest("GET", "/lists")) }

    /// Makes a list.
    ///
    /// It is not sent twice: the second time there would be such a list already.
    /// - Parameter key: Like `WEB`, in any case.
    /// - Throws: `conflict` where there is one with this key.
    @discardableResult
    public func createList(key: String, name: String) async throws(ClientError) -> TodoList {
        try await send(APIRequest("POST", "/lists", body: ListFields(key: key, name: name)))
    }

    /// Changes what is not nil. The references of the list's tasks change with its key.
    /// - Throws: `notFound`; `conflict` where there is a list with the new key.
    @discardableResult
    public func updateList(_ key: String, newKey: String? = nil, name: String? = nil) async throws(ClientError) -> TodoList {
        // Once it has another key, a repeat would not find it.
        try await send(
            APIRequest("PATCH", path(key), body: ListFields(key: newKey, name: name), isRepeatable: newKey == nil))
    }

    /// Deletes a list.
    /// - Parameter movingTasks: Whether its tasks go to the inbox; else a list that has some is a `conflict`.
    public func deleteList(_ key: String, movingTasks: Bool = false) async throws(ClientError) {
        _ = try await answer(
            to: APIRequest("DELETE", path(key) + (movingTasks ? "?tasks=move" : ""), isRepeatable: true))
    }

    private func path(_ key: String) -> String { "/lists/" + percentEncoded(key) }
}

/// The body of POST and PATCH `/lists`.
private struct ListFields: Encodable {
    var key: String?
    var name: String?
}
