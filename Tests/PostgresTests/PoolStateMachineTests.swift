import Postgres
import Testing

/// The pool's rules, without connections: letters are connections, numbers are those who wait.
@Suite struct PoolStateMachineTests {
    private typealias Machine = PoolStateMachine<Character, Int, Int>

    private func machine(size: Int = 2, maxWaiters: Int = 3) -> Machine { Machine(size: size, maxWaiters: maxWaiters) }

    /// A machine with that many connections, all leased.
    private func busy(_ connections: Int, size: Int? = nil, maxWaiters: Int = 3) -> Machine {
        var machine = machine(size: size ?? connections, maxWaiters: maxWaiters)
        for number in 0..<connections {
            _ = machine.acquire(-number, id: machine.makeID(), deadline: 0)
            _ = machine.opened(Character(UnicodeScalar(UInt8(97 + number))))
        }
        return machine
    }

    @Test func opensForTheFirstAndHandsItOver() {
        var machine = machine()
        #expect(machine.leaseIdle() == nil)
        guard case .wait(open: true) = machine.acquire(1, id: machine.makeID(), deadline: 10) else {
            Issue.record("it should open a connection")
            return
        }
        let actions = machine.opened("a")
        #expect(actions.lease?.connection == "a" && actions.lease?.waiter == 1 && !actions.open)
        #expect(machine.statistics.busy == 1 && machine.statistics.waiting == 0)
    }

    @Test func neverOpensMoreThanItsSize() {
        var machine = machine(size: 2)
        let opens = (1...3).map { number -> Bool in
            if case .wait(let open) = machine.acquire(number, id: machine.makeID(), deadline: 10) { return open }
            return false
        }
        #expect(opens == [true, true, false])
        #expect(machine.statistics.opening == 2 && machine.statistics.waiting == 3)
    }

    @Test func theOneThatWaitsLongestIsFirst() {
        var machine = busy(1)
        for number in 1...3 { _ = machine.acquire(number, id: machine.makeID(), deadline: 10) }
        for number in 1...3 { #expect(machine.released("a").lease?.waiter == number) }
        #expect(machine.released("a").lease == nil)
        #expect(machine.leaseIdle() == "a")
    }

    @Test func theLastOneBackIsTheFirstToGo() {
        var machine = busy(2)
        _ = machine.released("a")
        _ = machine.released("b")
        #expect(machine.leaseIdle() == "b")
        guard case .lease("a") = machine.acquire(1, id: machine.makeID(), deadline: 0) else {
            Issue.record("the idle one should be leased")
            return
        }
    }

    @Test func turnsAwayWhenTooManyWait() {
        var machine = busy(1, maxWaiters: 2)
        for number in 1...2 { _ = machine.acquire(number, id: machine.makeID(), deadline: 10) }
        guard case .refuse(.tooManyWaiters) = machine.acquire(3, id: machine.makeID(), deadline: 10) else {
            Issue.record("it should be refused")
            return
        }
        #expect(machine.statistics.refused == 1)
    }

    @Test func whoWithdrawsIsNotServed() {
        var machine = busy(1)
        let ids = (1...3).map { number in
            let id = machine.makeID()
            _ = machine.acquire(number, id: id, deadline: 10)
            return id
        }
        #expect(machine.withdraw(ids[0]) == 1)
        #expect(machine.withdraw(ids[0]) == nil)
        #expect(machine.released("a").lease?.waiter == 2)
    }

    @Test func expiresThoseWhoseTimeHasCome() {
        var machine = busy(1)
        for (number, deadline) in [(1, 10), (2, 20), (3, 30)] {
            _ = machine.acquire(number, id: machine.makeID(), deadline: deadline)
        }
        var result = machine.expire(now: 9)
        #expect(result.expired.isEmpty && result.next == 10)
        result = machine.expire(now: 20)
        #expect(result.expired == [1, 2] && result.next == 30)
        result = machine.expire(now: 99)
        #expect(result.expired == [3] && result.next == nil)
        #expect(machine.statistics.expired == 3)
    }

    @Test func aBrokenConnectionIsReplacedForThoseWhoWait() {
        var machine = busy(1)
        #expect(!machine.released(nil).open)
        machine = busy(1)
        _ = machine.acquire(1, id: machine.makeID(), deadline: 10)
        #expect(machine.released(nil).open)
        #expect(machine.opened("b").lease?.waiter == 1)
        #expect(machine.statistics.discarded == 1)
    }

    @Test func aFailureIsForAllWhenNothingElseCanCome() {
        var machine = machine(size: 2)
        for number in 1...3 { _ = machine.acquire(number, id: machine.makeID(), deadline: 10) }
        #expect(machine.openFailed().fail.isEmpty, "another is still being opened")
        #expect(machine.openFailed().fail == [1, 2, 3])
        guard case .wait(open: true) = machine.acquire(4, id: machine.makeID(), deadline: 10) else {
            Issue.record("the next request should try again")
            return
        }
    }

    @Test func aFailureIsForNobodyWhileALeasedOneMayComeBack() {
        var machine = busy(1, size: 2)
        _ = machine.acquire(1, id: machine.makeID(), deadline: 10)
        #expect(machine.openFailed().fail.isEmpty)
        #expect(machine.released("a").lease?.waiter == 1)
    }

    @Test func oneThatNobodyWantsAnyMoreIsKept() {
        var machine = machine()
        let id = machine.makeID()
        _ = machine.acquire(1, id: id, deadline: 10)
        _ = machine.withdraw(id)
        #expect(machine.opened("a").lease == nil)
        #expect(machine.statistics.idle == 1)
    }

    @Test func closingTurnsEveryoneAwayAndEndsWithTheLastOneBack() {
        var machine = busy(2, size: 3)
        _ = machine.released("a")
        #expect(machine.leaseIdle() == "a")
        _ = machine.released("a")
        let first = machine.acquire(1, id: machine.makeID(), deadline: 10)
        guard case .lease("a") = first else {
            Issue.record("a is idle")
            return
        }
        _ = machine.acquire(2, id: machine.makeID(), deadline: 10)
        let actions = machine.close()
        #expect(actions.fail == [2] && actions.close.isEmpty && !actions.isFinished)
        guard case .refuse(.closed) = machine.acquire(3, id: machine.makeID(), deadline: 10) else {
            Issue.record("it is closed")
            return
        }
        let back = machine.released("a")
        #expect(back.close == ["a"] && !back.isFinished)
        #expect(!machine.released(nil).isFinished, "one is being opened")
        let late = machine.opened("c")
        #expect(late.close == ["c"] && late.isFinished)
        #expect(machine.statistics.idle == 0 && machine.statistics.busy == 0)
    }

    /// Any order of events keeps the promises.
    @Test(arguments: 0..<20)
    func invariantsHold(seed: UInt64) {
        var random = SplitMix(state: seed)
        var machine = machine(size: 3, maxWaiters: 4)
        var (opening, leased, waiting, next) = (0, 0, 0, 0)
        func settle(_ actions: Machine.Actions) {
            if actions.open { opening += 1 }
            if actions.lease != nil { (leased, waiting) = (leased + 1, waiting - 1) }
            waiting -= actions.fail.count
        }
        for _ in 0..<500 {
            switch Int.random(in: 0..<6, using: &random) {
            case 0, 1:
                next += 1
                switch machine.acquire(next, id: machine.makeID(), deadline: next) {
                case .lease: leased += 1
                case .wait(let open): (waiting, opening) = (waiting + 1, opening + (open ? 1 : 0))
                case .refuse: #expect(waiting == 4)
                }
            case 2 where opening > 0:
                opening -= 1
                settle(machine.opened("x"))
            case 3 where opening > 0:
                opening -= 1
                settle(machine.openFailed())
            case 4 where leased > 0:
                leased -= 1
                settle(machine.released(Bool.random(using: &random) ? "x" : nil))
            case 5: waiting -= machine.expire(now: next - 5).expired.count
            default: break
            }
            let now = machine.statistics
            #expect((now.opening, now.busy, now.waiting) == (opening, leased, waiting))
            #expect(now.idle + now.busy + now.opening <= 3)
            #expect(now.idle == 0 || now.waiting == 0)
            #expect(now.waiting == 0 || now.busy + now.opening > 0, "someone waits for nothing")
        }
    }
}

/// A generator that always gives the same. Source: Vigna's splitmix64.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
