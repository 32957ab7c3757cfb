import Feed
import Testing

@Suite struct ReadersTests {
    @Test(.timeLimit(.minutes(1))) func whoeverReadsTheTopicIsToldThatNobodyNeedsIt() async {
        let readers = Readers()
        readers.isLive = true
        for second in 1..<Readers.idleLimit { readers.tick(second) }
        #expect(readers.isLive)
        async let idle: Void = readers.waitForIdleness()
        var second = Readers.idleLimit
        // The one who waits may come only after the tick that would tell.
        while readers.isLive {
            readers.tick(second)
            second += 1
            await Task.yield()
        }
        await idle
    }
}
