import BackendTestSupport
import Consumption
import Kafka
import Synchronization
import Testing

/// Without a broker: what is committed when, and after which failure.
@Suite(.timeLimit(.minutes(1))) struct OffsetCommitterTests {
    private func record(_ offset: Int64, partition: Int32 = 0) -> KafkaRecord {
        KafkaRecord(topic: "t", partition: partition, offset: offset, key: nil, value: [])
    }

    /// A committer whose commits come to the stream, before they do what `script` says.
    private func committer(
        _ script: @escaping @Sendable (KafkaRecord) async throws(KafkaError) -> Void
    ) -> (OffsetCommitter, AsyncStream<Int64>) {
        let (tries, feed) = AsyncStream.makeStream(of: Int64.self)
        let committer = OffsetCommitter(retryDelay: .milliseconds(1) ... .milliseconds(4), logger: quiet) {
            (record) async throws(KafkaError) in
            feed.yield(record.offset)
            try await script(record)
        }
        return (committer, tries)
    }

    private func first(_ count: Int, of tries: AsyncStream<Int64>) async -> [Int64] {
        var offsets: [Int64] = []
        for await offset in tries {
            offsets.append(offset)
            if offsets.count == count { break }
        }
        return offsets
    }

    @Test func aCommitThatFailsForNowIsTriedAgainWithoutAnotherRecord() async {
        let failures = Mutex(3)
        let (committer, tries) = committer { _ throws(KafkaError) in
            let fails = failures.withLock { left in
                left -= 1
                return left >= 0
            }
            if fails { throw KafkaError(code: KafkaError.Code.coordinatorNotAvailable) }
        }
        let run = Task { await committer.run() }
        committer.done(record(7))
        #expect(await first(4, of: tries) == [7, 7, 7, 7])
        committer.finish()
        await run.value
    }

    @Test func aCommitThatNeverWorksIsGivenUp() async {
        let (committer, tries) = committer { record throws(KafkaError) in
            if record.offset == 7 { throw KafkaError(code: KafkaError.Code.topicAuthorizationFailed) }
        }
        let run = Task { await committer.run() }
        committer.done(record(7))
        #expect(await first(1, of: tries) == [7])
        committer.done(record(8))
        #expect(await first(1, of: tries) == [8])
        committer.finish()
        await run.value
    }

    /// While one commit is under way, many records become one; a failed one gives way to what is done since.
    @Test func theNewestRecordOfAPartitionIsCommitted() async {
        let (go, goFeed) = AsyncStream.makeStream(of: Void.self)
        let (committer, tries) = committer { record throws(KafkaError) in
            guard record.offset == 1 else { return }
            for await _ in go { break }
            throw KafkaError(code: KafkaError.Code.requestTimedOut)
        }
        let run = Task { await committer.run() }
        committer.done(record(1))
        #expect(await first(1, of: tries) == [1])
        for offset in 2...9 { committer.done(record(Int64(offset))) }
        committer.done(record(20, partition: 1))
        goFeed.yield()
        #expect(await first(2, of: tries) == [9, 20])
        committer.finish()
        await run.value
    }

    @Test func whatIsDoneIsCommittedAtTheEnd() async {
        let (committer, tries) = committer { _ in }
        committer.done(record(3))
        committer.finish()
        await committer.run()
        #expect(await first(1, of: tries) == [3])
    }
}
