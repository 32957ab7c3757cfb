internal import TodoCore
internal import TodoTUIKit
internal import TodoTUITerminal

/// Carries out what goes to the server: one by one, in the order given, away from the thread of the screen.
/// So no answer can tell of an older state than one before it, and two changes of a task can't overtake each other.
final class EffectRunner: Sendable {
    private let lane: AsyncStream<Effect>.Continuation
    private let worker: Task<Void, Never>

    init(_ service: any TaskService, _ mailbox: Mailbox<Message>) {
        let (effects, lane) = AsyncStream.makeStream(of: Effect.self)
        self.lane = lane
        worker = Task.detached {
            for await effect in effects {
                if let answer = await EffectRunner.answer(to: effect, from: service) { mailbox.post(answer) }
            }
        }
    }

    /// Comes back at once; the answer goes to the mailbox.
    func run(_ effect: Effect) { lane.yield(effect) }

    /// Leaves undone what isn't done.
    func cancel() { worker.cancel() }

    private static func answer(to effect: Effect, from service: any TaskService) async -> Message? {
        switch effect {
        case .signIn(let credentials):
            .signedIn(await result { () async throws(Failure) in try await service.signIn(credentials) })
        case .register(let credentials):
            .signedIn(
                await result { () async throws(Failure) in
                    try await service.register(credentials)
                    return try await service.signIn(credentials)
                })
        case .loadAccount: .account(await result { () async throws(Failure) in try await service.account() })
        case .loadTasks: .tasks(await result { () async throws(Failure) in try await service.tasks() })
        case .change(let change):
            .changed(change, await result { () async throws(Failure) in try await perform(change, with: service) })
        case .makeID, .redraw, .suspend, .quit: nil
        }
    }

    private static func perform(_ change: Change, with service: any TaskService) async throws(Failure) -> TodoTask? {
        switch change.kind {
        case .create(let draft): return try await service.create(draft)
        case .update(let id, let patch): return try await service.update(id, patch)
        case .delete(let id):
            try await service.delete(id)
            return nil
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
