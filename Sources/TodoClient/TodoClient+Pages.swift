import Curl
public import TodoCore

extension TodoClient {
    /// All the tasks that the filter lets through, in its order, from as many pages as there are.
    public func tasks(_ filter: TaskFilter = TaskFilter()) async throws(ClientError) -> [TodoTask] {
        var tasks: [TodoTask] = []
        do {
            try await pages(filter) { page in
                if tasks.isEmpty, let total = page.total { tasks.reserveCapacity(min(total, 1 << 20)) }
                tasks += page.tasks
            }
        } catch let error as ClientError {
            throw error
        } catch { throw .cancelled }  // Nothing else can come: what works on the pages throws nothing.
        return tasks
    }

    /// One page of tasks: the first, or the one at `cursor`.
    public func page(_ filter: TaskFilter = TaskFilter(), at cursor: PageCursor? = nil) async throws(ClientError) -> TaskPage {
        try page(from: try await answer(to: pageRequest(filter, at: cursor)))
    }

    /// Gives all pages one after the other. The next one is asked for while `each` works on this one.
    /// - Throws: ``ClientError``, and what `each` throws.
    public func pages(_ filter: TaskFilter = TaskFilter(), each: (TaskPage) async throws -> Void) async throws {
        try await answers(filter) { try await each(page(from: $0)) }
    }

    /// Gives all pages as they came, each a JSON array that is well-formed. The next one is asked for while `each` works on
    /// this one.
    /// - Throws: ``ClientError``, and what `each` throws.
    public func rawPages(_ filter: TaskFilter = TaskFilter(), each: ([UInt8]) throws -> Void) async throws {
        try await answers(filter) { response in
            try checked { () throws(JSONReader.Fault) in try JSONReader.checkArray(response.body) }
            try each(response.body)
        }
    }

    private func answers(_ filter: TaskFilter, each: (HTTPResponse) async throws -> Void) async throws {
        var seen: Set<PageCursor> = []
        var response = try await answer(to: pageRequest(filter))
        while true {
            guard let cursor = PageCursor(links: response.headers.all("Link")) else { return try await each(response) }
            guard seen.insert(cursor).inserted else {
                throw ClientError.unexpectedAnswer(
                    url: configuration.url.text, reason: "its pages of tasks go round in a circle")
            }
            async let next = answer(to: pageRequest(filter, at: cursor))
            try await each(response)
            response = try await next
        }
    }

    private func pageRequest(_ filter: TaskFilter, at cursor: PageCursor? = nil) -> APIRequest {
        APIRequest("GET", "/tasks?" + (cursor?.query ?? filter.query))
    }

    private func page(from response: HTTPResponse) throws(ClientError) -> TaskPage {
        TaskPage(
            tasks: try tasks(from: response), next: PageCursor(links: response.headers.all("Link")),
            total: response.headers["X-Total-Count"].flatMap { Int($0) })
    }

    // MARK: Reading tasks

    func sendForTask(_ request: APIRequest) async throws(ClientError) -> TodoTask {
        try task(from: try await answer(to: request))
    }

    // JSONDecoder takes seven times as long, and nothing else is answered in such numbers.

    func task(from response: HTTPResponse) throws(ClientError) -> TodoTask {
        try checked { () throws(JSONReader.Fault) in try TodoTask(json: response.body) }
    }

    private func tasks(from response: HTTPResponse) throws(ClientError) -> [TodoTask] {
        try checked { () throws(JSONReader.Fault) in try TodoTask.array(json: response.body) }
    }

    private func checked<Value>(_ read: () throws(JSONReader.Fault) -> Value) throws(ClientError) -> Value {
        do throws(JSONReader.Fault) {
            return try read()
        } catch { throw notUnderstood }
    }
}
