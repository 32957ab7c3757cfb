import Synchronization

/// Works at several things side by side, and says when there is room for more.
///
/// What is under way isn't cancelled with the task that began it.
final class Crew: Sendable {
    private struct State {
        var tasks: [UInt64: Task<Void, Never>] = [:]
        var lastID: UInt64 = 0
        var waiter: (limit: Int, wakeup: CheckedContinuation<Void, Never>)?

        mutating func takeWaiter(always: Bool = false) -> CheckedContinuation<Void, Never>? {
            guard let waiter, always || tasks.count <= waiter.limit else { return nil }
            self.waiter = nil
            return waiter.wakeup
        }
    }

    private let state = Mutex(State())

    func start(_ work: @escaping @Sendable () async -> Void) {
        state.withLock { state in
            state.lastID += 1
            let id = state.lastID
            // Its end waits for this lock.
            state.tasks[id] = Task {
                await work()
                self.end(id)
            }
        }
    }

    /// Waits until no more than `limit` things are under way, or until this task is cancelled. For one waiter at a time.
    func wait(until limit: Int) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { wakeup in
                let ready = state.withLock { state in
                    state.waiter = (limit, wakeup)
                    return state.takeWaiter(always: Task.isCancelled)
                }
                ready?.resume()
            }
        } onCancel: {
            state.withLock { $0.takeWaiter(always: true) }?.resume()
        }
    }

    /// Waits until all of it is done; what takes longer than `patience` is cancelled.
    func finish(patience: Duration) async {
        // Nobody's child: the caller may be cancelled, and waits all the same.
        await Task {
            let end = Task {
                guard (try? await Task.sleep(for: patience)) != nil else { return }
                for task in state.withLock({ Array($0.tasks.values) }) { task.cancel() }
            }
            await wait(until: 0)
            end.cancel()
        }.value
    }

    private func end(_ id: UInt64) {
        let waiter = state.withLock { state in
            state.tasks[id] = nil
            return state.takeWaiter()
        }
        waiter?.resume()
    }
}
