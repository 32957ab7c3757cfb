internal import FoundationEssentials
internal import TodoCore

/// What the server's answers do.
extension State {
    mutating func signedIn(_ result: Result<String, Failure>) -> [Effect] {
        guard case .account(var form) = screen else { return [] }
        switch result {
        case .success(let email):
            if account != email { forgetAccount() }
            (account, screen, mode, link) = (email, .board, .browse, .connecting)
            say(.success, form.purpose == .register ? "Welcome! Your account is ready." : "Signed in as \(email).")
            return [.unfollow, .follow, .loadLists]
        case .failure(let failure):
            form.isSending = false
            if failure.kind == .unauthorized {
                form.password = LineEditor()
                form.focus = .password
            }
            screen = .account(form)
            say(.failure, failure.message)
            return []
        }
    }

    /// Nothing of one account is shown in another.
    private mutating func forgetAccount() {
        var empty = Board()
        empty.note(today: today)
        for _ in 0..<board.generation { _ = empty.beginLoad() }
        board = empty
        (lists, loads, fetching, unsettled, steps, conflicts) = ([], [], [:], [:], [:], [])
        (hasLoaded, hasLoadedDeleted, loadsAgain, unsaved) = (false, false, false, nil)
        (history, log, typed) = (History(), UndoLog(), [:])
    }

    mutating func accountLoaded(_ result: Result<String, Failure>) -> [Effect] {
        switch result {
        case .success(let email): account = email
        case .failure(let failure): if failure.kind == .unauthorized { fail(failure, failure.message) }
        }
        return []
    }

    mutating func listsLoaded(_ result: Result<[TodoList], Failure>) -> [Effect] {
        // Its failure is the tasks' failure too, which is told.
        if case .success(let lists) = result { self.lists = lists.sorted { ($0.key ?? "") < ($1.key ?? "") } }
        return []
    }

    mutating func take(_ number: Int, _ tasks: [TodoTask], _ total: Int?) -> [Effect] {
        guard let index = loads.firstIndex(where: { $0.number == number }) else { return [] }
        loads[index].received += tasks.count
        loads[index].total = total ?? loads[index].total
        board.take(tasks)
        return []
    }

    mutating func loaded(_ number: Int, _ deleted: Bool, _ failure: Failure?) -> [Effect] {
        guard loads.contains(where: { $0.number == number }) else { return [] }
        loads.removeAll { $0.number == number }
        if let failure {
            loadsAgain = loadsAgain || failure.kind == .unreachable
            fail(failure, failure.message)
            return []
        }
        board.endLoad(number, deleted: deleted)
        if deleted { hasLoadedDeleted = true } else { hasLoaded = true }
        // It had arrived after all.
        if let id = unsaved?.draft.id, board.task(id) != nil { unsaved = nil }
        if notice?.kind == .failure, link == .live { notice = nil }
        return loadsAgain && !deleted ? load() : []
    }

    mutating func changed(_ change: Change, _ result: Result<TodoTask?, Failure>) -> [Effect] {
        var effects: [Effect] = []
        switch result {
        case .success(let task):
            board.confirm(change, task)
            if let id = change.task { typed[id] = nil }
            answered(change, task, hasFailed: false)
            effects = settle(change, task)
        case .failure(let failure): refused(change, failure)
        }
        // Who wants to leave may, once all is saved; a failure is shown first.
        if isLeaving, board.pendingCount == 0 {
            isLeaving = false
            if notice?.kind != .failure, conflicts.isEmpty { return [.quit] }
        }
        return effects
    }

    /// What the feed told while our change was on its way may be newer than the answer.
    private mutating func settle(_ change: Change, _ task: TodoTask?) -> [Effect] {
        guard let id = change.task, !board.table.isPending(id), let time = unsettled.removeValue(forKey: id), let task,
            task.updatedAt < time
        else { return [] }
        return fetch(id)
    }

    private mutating func refused(_ change: Change, _ failure: Failure) {
        switch failure.kind {
        case .gone:
            board.confirm(change, nil)
            if case .delete = change.kind { return answered(change, nil, hasFailed: false) }
            answered(change, nil, hasFailed: true)
            say(.failure, "“\(change.title)” isn't there any more: it was deleted elsewhere.")
        case .conflict(let theirs):
            board.takeBack(change)
            answered(change, nil, hasFailed: true)
            guard let theirs, case .update(_, let patch) = change.kind else { return say(.failure, failure.message) }
            board.take(theirs.id, theirs)
            conflicts.append(Conflict(change: change, patch: patch, theirs: theirs))
        case .unauthorized, .unreachable, .refused:
            board.takeBack(change)
            answered(change, nil, hasFailed: true)
            if case .create(let draft) = change.kind, let id = draft.id { unsaved = (typed[id] ?? draft.title, draft) }
            fail(failure, "“\(change.title)” \(change.kind.wasNot). \(failure.message)")
        }
    }

    /// One more of the step's changes has its answer; after the last one the user is told.
    private mutating func answered(_ change: Change, _ task: TodoTask?, hasFailed: Bool) {
        guard var step = steps[change.step] else { return }
        step.answered += 1
        if hasFailed {
            step.failed += 1
            log.drop(change)
        }
        steps[change.step] = step.isOver ? nil : step
        guard step.isOver, step.failed < step.total, !isLeaving, notice?.kind != .failure || step.failed == 0 else { return }
        if case .create = change.kind, step.total == 1, step.direction == .forward {
            return say(.success, "Added \(task?.reference ?? ""): \(change.title)")
        }
        say(.success, step.label)
    }

    /// Tells of a failure in these words; without a valid token, asks to sign in.
    mutating func fail(_ failure: Failure, _ text: String) {
        switch failure.kind {
        case .unauthorized:
            if case .account = screen { return }
            // At the first start there is nothing to complain about: the form says it all.
            if hasLoaded || account != nil { say(.failure, text) } else { say(.information, text) }
            screen = .account(AccountForm(email: account ?? ""))
            mode = .browse
            isLeaving = false
        case .unreachable:
            say(.failure, text)
        case .gone, .refused, .conflict: say(.failure, text)
        }
    }
}

extension Change.Kind {
    /// For "“Buy milk” was not added."
    var wasNot: String {
        switch self {
        case .create: "was not added (press a to try again)"
        case .update: "was not changed"
        case .delete: "was not deleted"
        case .restore: "was not restored"
        }
    }
}
