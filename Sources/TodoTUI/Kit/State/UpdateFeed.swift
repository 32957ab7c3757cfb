internal import FoundationEssentials
internal import TodoCore

/// What the live feed tells, and what is asked for because of it.
extension State {
    /// So many single tasks are asked for at once; when more have changed, all of them.
    private static let mostFetches = 40

    mutating func take(_ news: FeedNews) -> [Effect] {
        switch news {
        case .connected: return connected()
        case .slow: return hasLoaded || isLoading ? [] : load()
        case .lost(let failure):
            let isNew = link != .away
            link = .away
            if isNew { say(.failure, "\(failure.message) Trying again; until then you can only read.") }
            return []
        case .event(let event): return take(event)
        case .reset:
            loadsAgain = isLoading
            return load() + [.loadLists]
        case .ended(let failure): return ended(failure)
        }
    }

    /// Without a feed there are still questions and answers.
    private mutating func ended(_ failure: Failure) -> [Effect] {
        link = .off
        fail(failure, failure.message)
        if failure.kind == .unauthorized { return [] }
        say(.failure, "Changes by others can't be followed: \(failure.message) \(keys.name(.refresh)) loads them.")
        return hasLoaded || isLoading ? [] : load()
    }

    private mutating func connected() -> [Effect] {
        let wasAway = link == .away
        link = .live
        if wasAway, notice?.kind == .failure { notice = nil }
        if wasAway, hasLoaded { say(.success, "The server is back.") }
        var effects: [Effect] = account == nil ? [.loadAccount] : []
        if wasAway { effects.append(.loadLists) }
        // What was loaded before the feed began may be older than what it tells.
        if !hasLoaded || loadsAgain { effects += load() } else if isLoading { loadsAgain = true }
        return effects
    }

    private mutating func take(_ event: DomainEvent) -> [Effect] {
        guard let id = event.task else { return [] }
        history.note(event)
        // Ours, or known already: the answer to a change tells the time of its event. A deletion is old news too, where the
        // task was restored since.
        if let known = board.table.confirmed(id), known.updatedAt >= event.occurredAt { return [] }
        if case .taskDeleted = event.kind {
            if !board.table.isPending(id) { board.take(id, nil) }
            return []
        }
        if board.table.isPending(id) {
            unsettled[id] = max(unsettled[id] ?? event.occurredAt, event.occurredAt)
            return []
        }
        return fetch(id)
    }

    mutating func fetch(_ id: UUID) -> [Effect] {
        if fetching[id] != nil {
            fetching[id] = true
            return []
        }
        if fetching.count >= State.mostFetches {
            loadsAgain = isLoading
            return load()
        }
        fetching[id] = false
        return [.loadTask(id)]
    }

    mutating func taskLoaded(_ id: UUID, _ result: Result<TodoTask?, Failure>) -> [Effect] {
        let isStale = fetching.removeValue(forKey: id) == true
        switch result {
        case .success(let task):
            board.take(id, task)
            if isStale { return fetch(id) }
            return knowList(of: task)
        case .failure(let failure):
            if failure.kind == .unauthorized { fail(failure, failure.message) }
            return []
        }
    }

    /// A list that someone made elsewhere shows by its first task.
    private func knowList(of task: TodoTask?) -> [Effect] {
        guard let key = task?.list, !lists.contains(where: { $0.key == key }) else { return [] }
        return [.loadLists]
    }
}
