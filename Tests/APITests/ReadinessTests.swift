import API
import HTTPTypes
import Postgres
import Synchronization
import TestSupport
import Testing
import TodoCore

struct ReadinessTests {
    private struct Readiness: Decodable {
        var status: String
        var dependencies: [String: String]
    }

    @Test func whatIsNotRequiredDegrades() async throws {
        let dependency = Dependency(name: "broker", isRequired: false) { "the secret reason" }
        let log = LogRecorder()
        try await APIFixture.operated(dependencies: [dependency], log: log) { api in
            for _ in 0..<2 {
                let answer = try await api.send(.get, "/readyz")
                #expect(answer.status == .ok)
                let readiness: Readiness = try answer.decode()
                #expect(readiness.status == "degraded")
                #expect(readiness.dependencies == ["broker": "unavailable", "database": "ok"])
            }
            // The reason is for the log, and once is enough.
            #expect(log.lines.split(separator: "\n").filter { $0.contains("the secret reason") }.count == 1)
            await api.pool.close()
            let answer = try await api.send(.get, "/readyz")
            #expect(answer.status == .serviceUnavailable)
            #expect(try answer.decode(Readiness.self).status == "unavailable")
        }
    }

    @Test func oneCheckServesAllProbes() async throws {
        let checks = Counter()
        let dependency = Dependency(name: "broker", isRequired: false, freshness: .seconds(60)) {
            checks.next()
            return nil
        }
        try await APIFixture.operated(dependencies: [dependency]) { api in
            await withTaskGroup { group in
                for _ in 0..<20 { group.addTask { _ = try? await api.send(.get, "/readyz") } }
            }
            #expect(checks.count == 1)
        }
    }

    @Test func aCheckThatHangsIsNotWaitedFor() async throws {
        let checks = Counter()
        let hang = Gate()
        let dependency = Dependency(name: "broker", isRequired: true) {
            checks.next()
            await hang.wait()
            return nil
        }
        try await APIFixture.operated(dependencies: [dependency]) { api in
            let start = ContinuousClock.now
            #expect(try await api.send(.get, "/readyz").status == .serviceUnavailable)
            #expect(try await api.send(.get, "/readyz").status == .serviceUnavailable)
            #expect(start.duration(to: .now) < .seconds(2.5))
            #expect(checks.count == 1)
            hang.open()
            // It has ended, or is about to; then it is asked again.
            while try await api.send(.get, "/readyz").status != .ok { await Task.yield() }
            #expect(checks.count == 2)
        }
    }

    @Test func aStuckPoolIsNotReady() async throws {
        try await APIFixture.operated { api in
            let pool = api.pool
            await withTaskGroup { group in
                for _ in 0..<4 { group.addTask { _ = try? await pool.query("SELECT pg_sleep(30)") } }
                while pool.statistics().busy < 4 { await Task.yield() }
                let start = ContinuousClock.now
                #expect((try? await api.send(.get, "/readyz"))?.status == .serviceUnavailable)
                #expect(start.duration(to: .now) < .seconds(2))
                group.cancelAll()
            }
            let free = try await api.send(.get, "/readyz")
            #expect(free.status == .ok)
        }
    }

    /// A load balancer that takes away a busy server makes the others busier.
    @Test func aBusyPoolIsReady() async throws {
        try await APIFixture.operated { api in
            let pool = api.pool
            await withTaskGroup { group in
                for _ in 0..<240 { group.addTask { _ = try? await pool.query("SELECT pg_sleep(0.1)") } }
                while pool.statistics().waiting < 100 { await Task.yield() }
                let start = ContinuousClock.now
                #expect((try? await api.send(.get, "/readyz"))?.status == .ok)
                #expect(start.duration(to: .now) < .seconds(2))
                #expect(pool.statistics().waiting > 0)
                group.cancelAll()
            }
        }
    }
}

/// Holds those who come until it is opened.
private final class Gate: Sendable {
    private let state = Mutex<(isOpen: Bool, waiting: [CheckedContinuation<Void, Never>])>((false, []))

    func wait() async {
        await withCheckedContinuation { waiter in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiting.append(waiter) }
                return state.isOpen
            }
            if isOpen { waiter.resume() }
        }
    }

    func open() {
        let waiting = state.withLock { state in
            defer { state = (true, []) }
            return state.waiting
        }
        for waiter in waiting { waiter.resume() }
    }
}
