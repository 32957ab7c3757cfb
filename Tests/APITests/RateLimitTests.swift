import API
import HTTPTypes
import Synchronization
import Testing

/// The limits by themselves, with a clock that the tests move.
struct RateLimitTests {
    @Test(arguments: [
        ("10/1m", 10, 60), ("1/1s", 1, 1), ("100/30s", 100, 30), ("1000000/24h", 1_000_000, 86_400), ("5/2h", 5, 7200),
    ])
    func reads(_ text: String, _ count: Int, _ seconds: Int) {
        #expect(RateLimit(text) == RateLimit(count: count, period: .seconds(seconds)))
    }

    @Test(arguments: [
        "", "10", "10/", "/1m", "10/m", "0/1m", "10/0s", "-1/1m", "+1/1m", "10/+1m", "10/-1m", "1.5/1m", "10/1d", "10/1",
        "10/1m/1m",
        " 10/1m", "10 / 1m", "10/1M", "OFF", "none", "1000001/1m", "10/25h", "99999999999999999999/1m",
        "10/99999999999999999999s", "١/1m",
    ])
    func refuses(_ text: String) { #expect(RateLimit(text) == nil) }

    @Test func offIsNoLimit() {
        #expect(RateLimit("off") == .off)
        var table = RateLimitTable<Int>(.off, capacity: 10)
        for _ in 0..<1000 { #expect(table.take(1, at: .zero) == nil) }
        #expect(table.count == 0)
    }

    @Test func aBurstThenOneAnInterval() {
        var table = RateLimitTable<String>(RateLimit(count: 10, period: .seconds(60)), capacity: 100)
        for _ in 0..<10 { #expect(table.take("a", at: .seconds(5)) == nil) }
        #expect(table.take("a", at: .seconds(5)) == .seconds(6))
        #expect(table.take("a", at: .milliseconds(10_999)) == .milliseconds(1))
        // Being refused costs nothing.
        #expect(table.take("a", at: .seconds(11)) == nil)
        #expect(table.take("a", at: .seconds(11)) == .seconds(6))
        #expect(table.take("b", at: .seconds(11)) == nil)
        // A pause gives the burst back, and no more than that.
        for _ in 0..<10 { #expect(table.take("a", at: .seconds(600)) == nil) }
        #expect(table.take("a", at: .seconds(600)) == .seconds(6))
        table.giveBack("a", at: .seconds(600))
        #expect(table.take("a", at: .seconds(600)) == nil)
        #expect(table.take("a", at: .seconds(600)) == .seconds(6))
    }

    /// Whatever the rhythm: never more than the burst and what came back meanwhile, and never less when asked all the time.
    @Test(arguments: [1, 7, 100, 999, 1500, 6000, 6001, 61_000])
    func holdsTheRateAtEveryRhythm(milliseconds step: Int) {
        let (count, period) = (10, 60_000)
        var table = RateLimitTable<Int>(RateLimit(count: count, period: .milliseconds(period)), capacity: 4)
        var (admitted, isWithin) = (0, true)
        for time in stride(from: 0, to: 600_000, by: step) {
            if table.take(0, at: .milliseconds(time)) == nil { admitted += 1 }
            isWithin = isWithin && admitted <= count + time * count / period
        }
        #expect(isWithin)
        let asked = (600_000 + step - 1) / step
        #expect(admitted >= min(asked, count + (600_000 - step) * count / period - 1))
    }

    @Test func memoryIsBoundedAndWhatIsFullIsDropped() {
        var table = RateLimitTable<Int>(RateLimit(count: 2, period: .seconds(10)), capacity: 100)
        for key in 0..<10_000 { #expect(table.take(key, at: .seconds(1)) == nil) }
        #expect(table.count <= 200)
        // The latest are still known, the first start anew.
        for key in [9_999, 9_990] {
            #expect(table.take(key, at: .seconds(1)) == nil)
            #expect(table.take(key, at: .seconds(1)) != nil)
        }
        #expect(table.take(-1, at: .seconds(40)) == nil)
        #expect(table.count == 1)
        // One period later it may still be known; it must be, while it is not full.
        #expect(table.take(-1, at: .seconds(40)) == nil)
        #expect(table.take(-2, at: .milliseconds(49_900)) == nil)
        #expect(table.take(-1, at: .milliseconds(44_900)) != nil)
    }

    @Test func anAddressIsLimitedOverAllAccounts() throws {
        let clock = Clock()
        let attempts = Attempts(RateLimit(count: 3, period: .seconds(30)), now: clock.now)
        let (home, away) = (try #require(ClientAddress("192.0.2.1")), try #require(ClientAddress("192.0.2.2")))
        for number in 0..<3 { _ = try attempts.begin(from: home, account: "a\(number)@example.org") }
        #expect(throws: TooManyAttempts(wait: .seconds(10))) { try attempts.begin(from: home, account: "b@example.org") }
        _ = try attempts.begin(from: away, account: "b@example.org")
        clock.advance(by: .seconds(10))
        _ = try attempts.begin(from: home, account: "b@example.org")
        // Logging in is no way to get more of them.
        clock.advance(by: .seconds(100))
        for _ in 0..<3 { attempts.succeeded(try attempts.begin(from: home, account: "c@example.org"), from: home) }
        #expect(throws: TooManyAttempts(wait: .seconds(10))) { try attempts.begin(from: home, account: "c@example.org") }
    }

    @Test func aNetworkOfIPv6IsOneAddress() throws {
        let attempts = Attempts(RateLimit(count: 1, period: .seconds(60)), now: Clock().now)
        _ = try attempts.begin(from: ClientAddress("2001:db8:0:1::1"), account: "a@example.org")
        #expect(throws: TooManyAttempts.self) {
            try attempts.begin(from: ClientAddress("2001:db8:0:1:ffff::2"), account: "b@example.org")
        }
        _ = try attempts.begin(from: ClientAddress("2001:db8:0:2::1"), account: "a@example.org")
    }

    @Test func anAccountIsLimitedOverAllAddressesButItsOwnerGetsIn() throws {
        let clock = Clock()
        let attempts = Attempts(RateLimit(count: 1000, period: .seconds(60)), now: clock.now)
        func address(_ number: Int) throws -> ClientAddress {
            try #require(ClientAddress("10.0.\(number / 256).\(number % 256)"))
        }
        let owner = try #require(ClientAddress("192.0.2.1"))
        let limit = Attempts.accountLimit
        // Logins that succeed never use the account's limit up.
        for _ in 0..<50 {
            attempts.succeeded(try attempts.begin(from: owner, account: "me@example.org"), from: owner)
        }
        for number in 0..<limit.count { _ = try attempts.begin(from: address(number), account: "ME@example.org") }
        for number in limit.count..<200 {
            #expect(throws: TooManyAttempts.self) { try attempts.begin(from: address(number), account: "me@Example.org") }
        }
        // From where the owner was let in before, strangers' guesses don't count.
        attempts.succeeded(try attempts.begin(from: owner, account: "me@example.org"), from: owner)
        // From elsewhere it is a matter of seconds, not of minutes.
        let elsewhere = try #require(ClientAddress("192.0.2.2"))
        do throws(TooManyAttempts) {
            _ = try attempts.begin(from: elsewhere, account: "me@example.org")
            Issue.record("the account's limit did not hold")
        } catch { #expect(error.seconds <= 10) }
        clock.advance(by: .seconds(10))
        _ = try attempts.begin(from: elsewhere, account: "me@example.org")
        // An address that is known has a limit there too.
        for _ in 0..<limit.count { _ = try attempts.begin(from: owner, account: "me@example.org") }
        #expect(throws: TooManyAttempts.self) { try attempts.begin(from: owner, account: "me@example.org") }
    }

    @Test func whatAnAddressMayNotDoDoesNotCountForTheAccount() throws {
        let attempts = Attempts(RateLimit(count: 1, period: .seconds(60)), now: Clock().now)
        let stranger = try #require(ClientAddress("192.0.2.9"))
        for _ in 0..<100 { _ = try? attempts.begin(from: stranger, account: "me@example.org") }
        _ = try attempts.begin(from: ClientAddress("192.0.2.1"), account: "me@example.org")
    }

    @Test func theWaitIsToldInWholeSeconds() {
        #expect(TooManyAttempts(wait: .nanoseconds(1)).seconds == 1)
        #expect(TooManyAttempts(wait: .seconds(1)).seconds == 1)
        #expect(TooManyAttempts(wait: .milliseconds(1001)).seconds == 2)
        #expect(TooManyAttempts(wait: .zero).seconds == 1)
    }
}

/// A clock that stands still until a test moves it.
private final class Clock: Sendable {
    private let time = Mutex(Duration.seconds(1000))

    @Sendable func now() -> Duration { time.withLock { $0 } }

    func advance(by duration: Duration) { time.withLock { $0 += duration } }
}
