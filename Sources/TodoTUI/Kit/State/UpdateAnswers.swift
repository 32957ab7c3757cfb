internal import TodoCore

/// What the server's answers do. They come in the order of the requests.
extension State {
    mutating func signedIn(_ result: Result<String, Failure>) -> [Effect] {
        guard case .account(var form) = screen else { return [] }
        switch result {
        case .success(let email):
            if account != email { (board, hasLoaded) = (Board(), false) }
            (account, screen, mode, isAway) = (email, .board, .browse, false)
            say(.success, form.purpose == .register ? "Welcome! Your account is ready." : "Signed in as \(email).")
            return load()
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

    mutating func accountLoaded(_ result: Result<String, Failure>) -> [Effect] {
        // Its failure is the tasks' failure too, which has been told.
        if case .success(let email) = result { account = email }
        return []
    }

    mutating func tasksLoaded(_ result: Result<[TodoTask], Failure>) -> [Effect] {
        isLoading = false
        switch result {
        case .success(let tasks):
            board.load(tasks)
            (hasLoaded, isAway) = (true, false)
            // It had arrived after all.
            if let draft = unsaved, tasks.contains(where: { $0.id == draft.id }) { unsaved = nil }
            if notice?.kind == .failure { notice = nil }
        case .failure(let failure): fail(failure, failure.message)
        }
        return []
    }

    mutating func changed(_ change: Change, _ result: Result<TodoTask?, Failure>) -> [Effect] {
        switch result {
        case .success(let task): confirmed(change, task)
        case .failure(let failure): refused(change, failure)
        }
        // Who wants to leave may, once all is saved; a failure is shown first.
        if isLeaving, board.pending.isEmpty {
            isLeaving = false
            if notice?.kind != .failure { return [.quit] }
        }
        return []
    }

    private mutating func confirmed(_ change: Change, _ task: TodoTask?) {
        isAway = false
        board.confirm(change, task)
        if isLeaving { return }
        switch change.kind {
        case .create: say(.success, "Added \(task?.reference ?? ""): \(change.title)")
        case .update(_, let patch): say(.success, "\(patch.done == true ? "Done" : "Open again"): \(change.title)")
        case .delete: say(.success, "Deleted: \(change.title)")
        }
    }

    private mutating func refused(_ change: Change, _ failure: Failure) {
        if failure.kind == .gone {
            board.confirm(change, nil)
            switch change.kind {
            case .delete: say(.success, "Deleted: \(change.title)")
            case .create, .update: say(.failure, "“\(change.title)” isn't there any more: it was deleted elsewhere.")
            }
            return
        }
        board.takeBack(change)
        if case .create(let draft) = change.kind { unsaved = draft }
        let what =
            switch change.kind {
            case .create: "was not added (press a to try again)"
            case .update: "was not changed"
            case .delete: "was not deleted"
            }
        fail(failure, "“\(change.title)” \(what). \(failure.message)")
    }

    /// Tells of a failure in these words; without a valid token, asks to sign in.
    private mutating func fail(_ failure: Failure, _ text: String) {
        isAway = failure.kind == .unreachable
        switch failure.kind {
        case .unauthorized:
            // At the first start there is nothing to complain about: the form says it all.
            if hasLoaded || account != nil { say(.failure, text) } else { say(.information, text) }
            if case .account = screen { return }
            screen = .account(AccountForm(email: account ?? ""))
            mode = .browse
            isLeaving = false
        case .unreachable, .gone, .refused: say(.failure, text)
        }
    }
}
