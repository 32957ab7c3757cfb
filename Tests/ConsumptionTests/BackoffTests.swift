import Consumption
import Testing

@Suite struct BackoffTests {
    /// Each wait lies between half of its ceiling and the ceiling, which doubles up to the longest wait.
    @Test func doublesUpToTheLongest() {
        for _ in 1...100 {
            var backoff = Backoff(.seconds(1) ... .seconds(60))
            for ceiling in [1, 2, 4, 8, 16, 32, 60, 60, 60] {
                let wait = backoff.next()
                #expect(wait >= .milliseconds(ceiling * 500) && wait <= .seconds(ceiling))
            }
        }
    }

    @Test func waitsDiffer() {
        let waits = Set(
            (1...20).map { _ in
                var backoff = Backoff(.seconds(1) ... .seconds(60))
                return backoff.next()
            })
        #expect(waits.count > 1)
    }
}
