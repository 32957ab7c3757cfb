import FoundationEssentials
import Synchronization
package import TodoClient
import TodoCore

/// Carries out an ``ImportPlan``, many tasks at a time. What fails for one task leaves the others alone; what would fail
/// for all ends it, and the same import again goes on from there.
///
/// All tasks are made before any is ticked off or deleted: the server takes what comes at the same time as one statement,
/// but only of one kind. Mixed, everything costs it about three times as much (measured here).
package final class Importer: Sendable {
    /// How far it got.
    package struct Tally: Sendable {
        /// The references of the tasks that were made, in the file's order. Those with steps left are not among them.
        package var added: [String] = []
        /// Of what an earlier import had begun.
        package var finished = 0
        /// Changed by somebody while this ran.
        package var changed: [ImportPlan.Standing] = []
        package var failures: [ExchangeFault] = []
        /// Those whose own ids belong to others on this server.
        package var renamed = 0
        package var newLists = 0
        /// What ended it early.
        package var stop: ClientError?
        package var isInterrupted = false
    }

    /// What is done to all tasks before the next is begun.
    package enum Phase: Sendable, CaseIterable {
        case create, complete, delete
    }

    /// As many as the client keeps connections.
    private static let width = 16

    private enum Outcome {
        case open, done
        /// Told in the tally, and left alone.
        case leftAlone
    }

    private struct State {
        var tally = Tally()
        /// The steps of the phase, and the next one to take.
        var queue: ArraySlice<Int> = []
        var outcomes: [Outcome]
        var ids: [UUID?]
        var references: [String?]
        var count = 0
    }

    private let client: TodoClient
    private let plan: ImportPlan
    private let isInterrupted: @Sendable () -> Bool
    private let onProgress: @Sendable (_ phase: Phase, _ count: Int, _ total: Int) -> Void
    private let state: Mutex<State>

    package init(
        _ plan: ImportPlan, client: TodoClient, isInterrupted: @escaping @Sendable () -> Bool = { false },
        onProgress: @escaping @Sendable (_ phase: Phase, _ count: Int, _ total: Int) -> Void = { _, _, _ in }
    ) {
        self.plan = plan
        self.client = client
        self.isInterrupted = isInterrupted
        self.onProgress = onProgress
        state = Mutex(
            State(
                outcomes: Array(repeating: .open, count: plan.steps.count), ids: plan.steps.map(\.draft.id),
                references: Array(repeating: nil, count: plan.steps.count)))
    }

    package func run() async -> Tally {
        await makeLists()
        for phase in Phase.allCases { await run(phase) }
        return state.withLock { state in
            for (index, step) in plan.steps.enumerated() where state.outcomes[index] == .done {
                if !step.creates {
                    state.tally.finished += 1
                } else if let reference = state.references[index] {
                    state.tally.added.append(reference)
                }
            }
            return state.tally
        }
    }

    private func makeLists() async {
        for list in plan.newLists {
            guard !shouldStop() else { return }
            do throws(ClientError) {
                try await client.createList(key: list.key, name: list.name)
                state.withLock { $0.tally.newLists += 1 }
            } catch .conflict {
                // Made meanwhile, by this import's own repeat or by the user: its tasks find it.
            } catch { state.withLock { $0.tally.stop = error } }
        }
    }

    private func run(_ phase: Phase) async {
        let total = state.withLock { state in
            state.queue = plan.steps.indices.filter { state.outcomes[$0] == .open && plan.steps[$0].has(phase) }[...]
            state.count = 0
            return state.queue.count
        }
        await withTaskGroup { group in
            for _ in 0..<min(Importer.width, total) { group.addTask { await self.work(phase, total) } }
        }
    }

    /// One of the workers: takes the next step until there is none.
    private func work(_ phase: Phase, _ total: Int) async {
        while !shouldStop(), let index = state.withLock({ $0.queue.popFirst() }) {
            let step = plan.steps[index]
            do throws(ClientError) {
                guard let id = state.withLock({ $0.ids[index] }) else { continue }
                switch phase {
                case .create: try await create(step, id, index)
                case .complete: _ = try await client.update(.id(id), TaskPatch(done: true))
                case .delete: try await client.delete(.id(id))
                }
                let count = state.withLock { state in
                    if step.ends(with: phase) { state.outcomes[index] = .done }
                    state.count += 1
                    return state.count
                }
                onProgress(phase, count, total)
            } catch { note(error, step, index) }
        }
    }

    private func shouldStop() -> Bool {
        let isInterrupted = isInterrupted()
        return state.withLock { state in
            // With nothing left to do there is nothing to interrupt.
            if isInterrupted, state.outcomes.contains(.open) { state.tally.isInterrupted = true }
            return isInterrupted || state.tally.stop != nil
        }
    }

    private func create(_ step: ImportPlan.Step, _ id: UUID, _ index: Int) async throws(ClientError) {
        var draft = step.draft
        do throws(ClientError) {
            return noteMade(try await client.create(draft), index)
        } catch .conflict {
            do throws(ClientError) {
                return noteChanged(step, index, try await client.task(.id(id)).reference)
            } catch .notFound(let absence) {
                // Not ours: somebody else on this server has imported the same file.
                guard let otherID = step.otherID else { throw .notFound(absence) }
                draft.id = otherID
            }
        }
        do throws(ClientError) {
            noteMade(try await client.create(draft), index)
            state.withLock { state in
                state.ids[index] = draft.id
                state.tally.renamed += 1
            }
        } catch .conflict { noteChanged(step, index, "") }
    }

    private func noteMade(_ task: TodoTask, _ index: Int) { state.withLock { $0.references[index] = task.reference } }

    private func noteChanged(_ step: ImportPlan.Step, _ index: Int, _ reference: String) {
        let standing = ImportPlan.Standing(line: step.line, reference: reference, title: step.draft.title)
        state.withLock { state in
            state.tally.changed.append(standing)
            state.outcomes[index] = .leftAlone
        }
    }

    /// What is wrong with one task, or ends it all.
    private func note(_ error: ClientError, _ step: ImportPlan.Step, _ index: Int) {
        state.withLock { state in
            switch error {
            case .invalid, .notFound, .conflict, .preconditionFailed:
                state.tally.failures.append(ExchangeFault(line: step.line, error.message))
                state.outcomes[index] = .leftAlone
            default: state.tally.stop = state.tally.stop ?? error
            }
        }
    }
}

extension ImportPlan.Step {
    fileprivate func has(_ phase: Importer.Phase) -> Bool {
        switch phase {
        case .create: creates
        case .complete: completes
        case .delete: deletes
        }
    }

    /// Whether nothing is left to do after this.
    fileprivate func ends(with phase: Importer.Phase) -> Bool {
        switch phase {
        case .create: !completes && !deletes
        case .complete: !deletes
        case .delete: true
        }
    }
}
