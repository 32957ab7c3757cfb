import Logging
import Postgres
import Synchronization

/// One thing that the API leans on, for GET `/readyz`.
public struct Dependency: Sendable {
    public var name: String
    /// Whether the API can answer requests without it.
    public var isRequired: Bool
    /// How long an answer of `check` is good for.
    public var freshness: Duration
    /// Nil when it is well, else what is wrong, for the log.
    public var check: @Sendable () async -> String?

    public init(
        name: String, isRequired: Bool, freshness: Duration = .zero, check: @escaping @Sendable () async -> String?
    ) {
        self.name = name
        self.isRequired = isRequired
        self.freshness = freshness
        self.check = check
    }

    /// The pool's database. A pool whose connections are all in use is well as long as they come back.
    static func database(_ pool: PostgresPool) -> Dependency {
        Dependency(name: "database", isRequired: true) {
            let leases = pool.statistics().leases
            do throws(PostgresError) {
                try await query(pool, within: .seconds(1))
                return nil
            } catch {
                let isBusy = error.kind == .cancelled || error.kind == .poolExhausted
                return isBusy && pool.statistics().leases > leases ? nil : "\(error)"
            }
        }
    }

    private static func query(_ pool: PostgresPool, within limit: Duration) async throws(PostgresError) {
        let query = Task { () async -> Result<Void, PostgresError> in
            do throws(PostgresError) {
                try await pool.query("SELECT 1")
                return .success(())
            } catch { return .failure(error) }
        }
        let timer = Task {
            try await Task.sleep(for: limit)
            query.cancel()
        }
        defer { timer.cancel() }
        try await withTaskCancellationHandler {
            await query.value
        } onCancel: {
            query.cancel()
        }.get()
    }
}

/// Asks all dependencies, and always answers within `patience`: each is asked by one check at a time however many probes
/// come, and a check that hangs is cancelled.
final class Readiness: Sendable {
    struct State: Sendable {
        var name: String
        var isRequired: Bool
        var isWell: Bool
    }

    static let patience = Duration.milliseconds(1500)

    private let probes: [Probe]

    init(_ dependencies: [Dependency], logger: Logger) {
        probes = dependencies.map { Probe($0, logger: logger) }
    }

    /// In the order of the dependencies.
    func states() async -> [State] {
        await withTaskGroup(of: (Int, Bool).self) { group in
            for (index, probe) in probes.enumerated() { group.addTask { (index, await probe.isWell()) } }
            var isWell = probes.map { _ in false }
            for await (index, answer) in group { isWell[index] = answer }
            return zip(probes, isWell).map {
                State(name: $0.dependency.name, isRequired: $0.dependency.isRequired, isWell: $1)
            }
        }
    }
}

/// One dependency, and who waits for the check that runs.
private final class Probe: Sendable {
    private struct State {
        var last: (isWell: Bool, at: ContinuousClock.Instant)?
        var isRunning = false
        /// The running check has its answer.
        var isAnswered = false
        /// The running check has used up all patience; whoever comes before it ends needs none.
        var isLate = false
        var waiting: [CheckedContinuation<Bool, Never>] = []
    }

    let dependency: Dependency
    private let logger: Logger
    private let state = Mutex(State())

    init(_ dependency: Dependency, logger: Logger) {
        self.dependency = dependency
        self.logger = logger
    }

    func isWell() async -> Bool {
        await withCheckedContinuation { waiter in
            let (known, starts) = state.withLock { state -> (Bool?, Bool) in
                if state.isLate { return (false, false) }
                if let last = state.last, last.at.duration(to: .now) < dependency.freshness { return (last.isWell, false) }
                state.waiting.append(waiter)
                defer { state.isRunning = true }
                return (nil, !state.isRunning)
            }
            if let known { waiter.resume(returning: known) }
            if starts { Task { await run() } }
        }
    }

    /// Checks until nobody waits: who came when the answer was just given gets the next.
    private func run() async {
        var goesOn = true
        while goesOn {
            await withTaskGroup { group in
                group.addTask { await self.answer(self.dependency.check()) }
                group.addTask {
                    guard (try? await Task.sleep(for: Readiness.patience)) != nil else { return }
                    self.answer("no answer within \(Readiness.patience)", isLate: true)
                }
                await group.next()
                group.cancelAll()
            }
            goesOn = state.withLock { state in
                (state.isAnswered, state.isLate) = (false, false)
                state.isRunning = !state.waiting.isEmpty
                return state.isRunning
            }
        }
    }

    private func answer(_ trouble: String?, isLate: Bool = false) {
        let (waiting, before) = state.withLock { state -> ([CheckedContinuation<Bool, Never>], Bool?) in
            if isLate, state.isAnswered { return ([], nil) }
            defer {
                if !isLate { state.isAnswered = true } else { state.isLate = true }
                state.waiting = []
                state.last = (trouble == nil, .now)
            }
            return (state.waiting, state.last?.isWell ?? true)
        }
        guard let before else { return }
        if let trouble, before {
            logger.warning("\(dependency.name) is not ready", metadata: ["reason": "\(trouble)"])
        } else if trouble == nil, !before {
            logger.notice("\(dependency.name) is ready again")
        }
        for waiter in waiting { waiter.resume(returning: trouble == nil) }
    }
}
