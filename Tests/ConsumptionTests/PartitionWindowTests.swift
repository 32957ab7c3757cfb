import Consumption
import Kafka
import Testing

/// What is through, and where to go on after failures, whatever the order in which records end.
@Suite struct PartitionWindowTests {
    private func record(_ offset: Int64, assignment: UInt64 = 1) -> KafkaRecord {
        KafkaRecord(
            topic: "t", partition: 0, offset: offset, key: nil, value: [], headers: [], timestamp: -1, assignment: assignment)
    }

    /// A window in which these are under way, each with its offset as its number.
    private func window(_ offsets: ClosedRange<Int64>) -> PartitionWindow {
        var window = PartitionWindow(1, retryDelay: .milliseconds(10) ... .milliseconds(80))
        for offset in offsets { #expect(window.admit(record(offset), id: UInt64(offset)) == .work) }
        return window
    }

    @Test func onlyWhatIsThroughWithAllBeforeItIsTold() {
        var window = window(1...4)
        #expect(window.finish(2) == nil && window.finish(3) == nil)
        #expect(window.finish(1) == record(3))
        #expect(window.finish(4) == record(4))
        #expect(window.admit(record(7), id: 7) == .work && window.finish(7) == record(7))
    }

    @Test func aFailureTakesWhatCameAfterItAlong() throws {
        var window = window(1...4)
        #expect(window.finish(4) == nil)
        let wait = try #require(hold(window.fail(2)))
        #expect(wait >= .milliseconds(5) && wait <= .milliseconds(10))
        #expect(window.finish(1) == record(1))
        #expect(window.release(1) == true)
        #expect(window.admit(record(2), id: 12) == .work && window.finish(12) == record(2))
        // Under way since before; done before.
        #expect(window.admit(record(3), id: 13) == .pass && window.admit(record(4), id: 14) == .pass)
        #expect(window.finish(3) == record(4))
        #expect(window.admit(record(5), id: 15) == .work && window.finish(15) == record(5))
    }

    @Test func whatIsDoneBeforeItComesAgainIsThrough() {
        var window = window(1...3)
        #expect(hold(window.fail(1)) != nil)
        #expect(window.finish(2) == nil && window.fail(3) == .passed)
        #expect(window.release(1) == true)
        #expect(window.admit(record(1), id: 11) == .work && window.finish(11) == record(1))
        #expect(window.admit(record(2), id: 12) == .through)
        #expect(window.admit(record(3), id: 13) == .work && window.finish(13) == record(3))
    }

    @Test func theEarliestFailureCounts() {
        var window = window(1...4)
        #expect(hold(window.fail(3)) != nil)
        #expect(window.fail(4) == .passed)
        #expect(window.fail(1) == .goBack)
        #expect(window.fail(2) == .passed && window.finish(2) == nil)
        #expect(window.release(1) == true && window.release(1) == false)
        #expect(window.admit(record(3), id: 30) == .goBack(to: record(1)))
        #expect(window.admit(record(1), id: 10) == .work && window.finish(10) == record(1))
    }

    /// What the consumer had read before it went back must not be taken for what comes after that.
    @Test func whatWasReadBeforeGoingBackIsPassedOver() {
        var window = window(1...1)
        #expect(hold(window.fail(1)) != nil)
        #expect(window.admit(record(2), id: 2) == .pass)
        #expect(window.release(1) == true)
        #expect(window.admit(record(3), id: 3) == .goBack(to: record(1)))
        // Now it is sure: the topic doesn't keep the record any more.
        #expect(window.admit(record(4), id: 4) == .work && window.finish(4) == record(4))
    }

    @Test func aPartitionThatWasAwayBeginsAnew() {
        var window = window(1...3)
        #expect(hold(window.fail(2)) != nil)
        #expect(window.admit(record(9, assignment: 2), id: 9) == .work)
        #expect(window.finish(1) == nil && window.finish(9) == record(9, assignment: 2))
        #expect(window.admit(record(10, assignment: 2), id: 10) == .work)
        #expect(hold(window.fail(10)) != nil)
        #expect(window.release(1) == false, "a wait of the time before")
    }

    @Test func aTopicThatBeginsAnewIsFollowed() {
        var window = window(7...9)
        #expect(window.admit(record(0), id: 10) == .work)
        #expect(window.finish(7) == nil && window.finish(10) == record(0))
    }

    @Test func waitsGrowUntilSomethingIsThrough() throws {
        var window = window(1...1)
        var id: UInt64 = 1
        for ceiling in [10, 20, 40, 80, 80] {
            let wait = try #require(hold(window.fail(id)))
            #expect(wait >= .milliseconds(ceiling / 2) && wait <= .milliseconds(ceiling))
            #expect(window.release(id) == true)
            id += 1
            #expect(window.admit(record(1), id: id) == .work)
        }
        #expect(window.finish(id) == record(1))
        #expect(window.admit(record(2), id: 100) == .work)
        #expect(try #require(hold(window.fail(100))) <= .milliseconds(10))
    }

    private func hold(_ failure: PartitionWindow.Failure) -> Duration? {
        guard case .hold(let wait, _) = failure else { return nil }
        return wait
    }
}
