import Embedded
import Testing

@Suite struct LatchTests {
    @Test func givesTheFirstValueToAll() async throws {
        let latch = Latch<Int>()
        async let early = latch.wait()
        latch.fulfil(1)
        latch.fulfil(2)
        #expect(await early == 1)
        #expect(await latch.wait() == 1)
        #expect(try await latch.waitUnlessCancelled() == 1)
        #expect(latch.value == 1)
    }

    @Test func aCancelledTaskStopsWaiting() async {
        let latch = Latch<Int>()
        let task = Task { try await latch.waitUnlessCancelled() }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        latch.fulfil(1)
        #expect(await latch.wait() == 1)
    }
}
