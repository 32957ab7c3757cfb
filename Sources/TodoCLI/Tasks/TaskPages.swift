import TodoClient
import TodoCore

/// The tasks that `todo ls` lists, page by page.
struct TaskPages {
    let client: TodoClient
    let filter: TaskFilter
    /// How many at most; nil for all.
    let limit: Int?

    /// - Returns: The tasks, and how many there are without the limit.
    func tasks() async throws -> (tasks: [TodoTask], total: Int) {
        var tasks: [TodoTask] = []
        var total: Int?
        try await pages { page in
            tasks += page.tasks
            total = total ?? page.total
        }
        return (tasks, max(total ?? 0, tasks.count))
    }

    /// Writes one array once all of it is there, or the objects as they come.
    ///
    /// An array that breaks off where the server went away would be worse than none.
    func writeJSON(_ answer: Answer) async throws {
        let io = answer.context.io
        var objects = JSONObjects(answer)
        if limit == nil {
            try await client.rawPages(filter) { page in
                try objects.append(page)
                if answer.form == .lines { try io.write(objects.take(), flushing: true) }
            }
        } else {
            try await pages { page in
                try objects.append(try Wire.encode(page.tasks))
                if answer.form == .lines { try io.write(objects.take(), flushing: true) }
            }
        }
        if answer.form == .json { try io.write([UInt8(ascii: "[")] + objects.take() + [UInt8(ascii: "]"), 0x0A]) }
    }

    private func pages(_ each: (TaskPage) throws -> Void) async throws {
        guard let limit else { return try await client.pages(filter) { try each($0) } }
        // Page by page, and not the next one while this one is used: it may not be needed.
        var left = limit
        var cursor: PageCursor?
        repeat {
            var page = try await client.page(filter, at: cursor)
            page.tasks = Array(page.tasks.prefix(left))
            left -= page.tasks.count
            try each(page)
            cursor = page.tasks.isEmpty ? nil : page.next
        } while cursor != nil && left > 0
    }
}
