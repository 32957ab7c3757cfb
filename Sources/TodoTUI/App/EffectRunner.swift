internal import FoundationEssentials
internal import TodoCore
internal import TodoTUIKit
internal import TodoTUITerminal

/// Carries out what goes to the server, away from the thread of the screen. Changes go one by one, in the order given,
/// so that two of a task can't overtake each other. What is only read runs beside them, and the feed beside both.
final class EffectRunner {
    private let changes: AsyncStream<Change>.Continuation
    private let questions: AsyncStream<Effect>.Continuation
    private let workers: [Task<Void, Never>]
    private let feed: FeedRunner

    init(_ service: any TaskService, _ mailbox: Mailbox<Message>) {
        let (changeLane, changes) = AsyncStream.makeStream(of: Change.self)
        let (questionLane, questions) = AsyncStream.makeStream(of: Effect.self)
        (self.changes, self.questions) = (changes, questions)
        feed = FeedRunner(service, mailbox)
        workers = [
            Task.detached {
                var sender = ChangeSender(service)
                for await change in changeLane { mailbox.post(.changed(change, await sender.send(change))) }
            },
            Task.detached {
                for await effect in questionLane { await EffectRunner.answer(effect, service, mailbox) }
            },
        ]
    }

    /// Comes back at once; the answers go to the mailbox.
    func run(_ effect: Effect) {
        switch effect {
        case .change(let change): changes.yield(change)
        case .follow: feed.start()
        case .unfollow: feed.forget()
        default: questions.yield(effect)
        }
    }

    /// Leaves undone what isn't done.
    func cancel() {
        feed.stop()
        for worker in workers { worker.cancel() }
    }

    private static func answer(_ effect: Effect, _ service: any TaskService, _ mailbox: Mailbox<Message>) async {
        switch effect {
        case .signIn(let credentials):
            mailbox.post(.signedIn(await result { () async throws(Failure) in try await service.signIn(credentials) }))
        case .register(let credentials):
            let answer = await result { () async throws(Failure) in
                try await service.register(credentials)
                return try await service.signIn(credentials)
            }
            mailbox.post(.signedIn(answer))
        case .loadAccount: mailbox.post(.account(await result { () async throws(Failure) in try await service.account() }))
        case .loadLists: mailbox.post(.lists(await result { () async throws(Failure) in try await service.lists() }))
        case .load(let number, let deleted):
            let answer = await result { () async throws(Failure) in
                try await service.pages(deleted: deleted) { tasks, total in
                    mailbox.post(.page(load: number, tasks, total: total))
                }
            }
            if case .failure(let failure) = answer {
                mailbox.post(.loaded(load: number, deleted: deleted, failure))
            } else {
                mailbox.post(.loaded(load: number, deleted: deleted, nil))
            }
        case .loadTask(let id):
            let answer = await result { () async throws(Failure) -> TodoTask? in
                do throws(Failure) {
                    return try await service.task(id)
                } catch {
                    if error.kind == .gone { return nil }
                    throw error
                }
            }
            mailbox.post(.task(id, answer))
        case .change, .follow, .unfollow, .makeID, .editNotes, .copy, .redraw, .suspend, .quit: break
        }
    }

    private static func result<Value>(_ body: () async throws(Failure) -> Value) async -> Result<Value, Failure> {
        do throws(Failure) {
            return .success(try await body())
        } catch {
            return .failure(error)
        }
    }
}

/// Sends changes one after the other.
struct ChangeSender {
    private let service: any TaskService
    /// By task, the versions that our own changes have made: who edits a task that he himself has just changed is not
    /// in conflict with himself.
    private var ours: [UUID: Set<Int>] = [:]

    init(_ service: any TaskService) { self.service = service }

    mutating func send(_ change: Change) async -> Result<TodoTask?, Failure> {
        let version = change.base.map { newest(change.task, after: $0) }
        do throws(Failure) {
            let task: TodoTask?
            switch change.kind {
            case .create(let draft): task = try await service.create(draft)
            case .update(let id, let patch):
                task = try await service.update(id, patch, version: change.isGuarded ? version : nil)
            case .restore(let id): task = try await service.restore(id)
            case .delete(let id):
                try await service.delete(id)
                task = nil
            }
            if let task, let version, task.version == version + 1 { ours[task.id, default: []].insert(task.version) }
            return .success(task)
        } catch { return .failure(error) }
    }

    /// The version that comes from this one by our own changes alone.
    private func newest(_ task: UUID?, after version: Int) -> Int {
        guard let task, let ours = ours[task] else { return version }
        var version = version
        while ours.contains(version + 1) { version += 1 }
        return version
    }
}
