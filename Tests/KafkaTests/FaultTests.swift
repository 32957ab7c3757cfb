import Kafka
import Logging
import Testing

@Suite(.timeLimit(.minutes(1)))
struct FaultTests {
    @Test func aBrokerThatComesBackLosesNothing() async throws {
        let cluster = try Cluster()
        try cluster.broker.createTopic("t", partitions: 2, replication: 3)
        let producer = try cluster.producer()
        let consumer = try cluster.consumer("t")
        _ = try await producer.send(KafkaMessage("t", key: "k", "before"))
        #expect(try await consumer.next()?.text == "before")
        try cluster.broker.setDown()
        async let results = producer.send(contentsOf: (0..<20).map { KafkaMessage("t", key: "k", "\($0)") })
        let servers = cluster.broker.bootstrapServers
        await cluster.logs.wait { $0.level == .warning && $0.text.hasPrefix("No Kafka broker at \(servers) can be reached") }
        try cluster.broker.setUp()
        #expect(try await results.map { try $0.get().offset } == Array(1...20))
        #expect(try await consumer.next(20).map(\.text) == (0..<20).map { "\($0)" })
        // Once for the producer, once for the consumer, however often they tried.
        #expect(cluster.logs.lines.count { $0.level == .warning } <= 2)
        await consumer.close()
        await producer.close()
    }

    @Test func whatIsNotDeliveredInTimeFailsAndMayBeTriedAgain() async throws {
        let cluster = try Cluster(brokers: 1)
        try cluster.broker.createTopic("t", partitions: 1, replication: 1)
        let producer = try cluster.producer(["message.timeout.ms": "300"])
        _ = try await producer.send(KafkaMessage("t", "before"))
        try cluster.broker.setDown()
        let error = await #expect(throws: KafkaError.self) { try await producer.send(KafkaMessage("t", "lost")) }
        #expect(error?.kind == .timedOut)
        #expect(error?.code == KafkaError.Code.messageTimedOut)
        #expect(error?.isRetriable == true)
        try cluster.broker.setUp()
        // After the time-out a try may have to wait for the connection, so it may time out as well.
        var delivery: KafkaDelivery?
        while delivery == nil {
            do throws(KafkaError) {
                delivery = try await producer.send(KafkaMessage("t", "again"))
            } catch {
                try #require(error.isRetriable)
            }
        }
        await producer.close()
    }

    @Test(arguments: [
        KafkaError.Code.notLeaderForPartition, KafkaError.Code.requestTimedOut, KafkaError.Code.storage,
        KafkaError.Code.notEnoughReplicas, KafkaError.Code.transport,
    ])
    func brokerErrorsLoseAndRepeatNothing(code: Int32) async throws {
        let cluster = try Cluster()
        try cluster.broker.createTopic("t", partitions: 1, replication: 3)
        let producer = try cluster.producer(["retry.backoff.ms": "20"])
        let consumer = try cluster.consumer("t")
        _ = try await producer.send(KafkaMessage("t", "0"))
        try cluster.broker.pushErrors([code, code, code], to: .produce)
        try cluster.broker.pushErrors([code, code], to: .fetch)
        let results = await producer.send(contentsOf: (1...50).map { KafkaMessage("t", "\($0)") })
        #expect(try results.map { try $0.get().offset } == Array(1...50))
        #expect(try await consumer.next(51).map(\.text) == (0...50).map { "\($0)" })
        await consumer.close()
        await producer.close()
    }

    @Test func aCommitThatFailsSaysWhetherToTryAgain() async throws {
        let cluster = try Cluster(brokers: 1)
        try cluster.broker.createTopic("t", partitions: 1, replication: 1)
        _ = try await (try cluster.producer()).send(KafkaMessage("t", "x"))
        let consumer = try cluster.consumer("t", group: "g")
        let record = try #require(try await consumer.next())
        try cluster.broker.pushErrors([KafkaError.Code.topicAuthorizationFailed], to: .offsetCommit)
        let error = await #expect(throws: KafkaError.self) { try await consumer.commit(record) }
        #expect(error?.kind == .denied)
        #expect(error?.isRetriable == false)
        #expect(error?.message.hasPrefix("Committing t/0 at 0 failed") == true)
        try await consumer.commit(record)
        let offsets = try await KafkaAdmin.offsets(ofGroup: "g", topics: ["t"], configuration: cluster.configuration())
        #expect(offsets.map(\.committed) == [1])
        #expect(offsets.map(\.lag) == [0])
        await consumer.close()
    }

    @Test func clientsMayStartBeforeTheBroker() async throws {
        let cluster = try Cluster()
        try cluster.broker.createTopic("t", partitions: 1, replication: 1)
        try cluster.broker.setDown()
        let producer = try cluster.producer()
        let loner = try cluster.consumer("t")
        let member = try cluster.consumer("t", group: "g")
        async let delivery = producer.send(KafkaMessage("t", "x"))
        await cluster.logs.wait { $0.level == .warning }
        try cluster.broker.setUp()
        #expect(try await delivery.offset == 0)
        #expect(try await loner.next()?.text == "x")
        #expect(try await member.next()?.text == "x")
        await loner.close()
        await member.close()
        await producer.close()
    }

    @Test func aFencedMemberSaysThatItIsOfNoUse() async throws {
        let cluster = try Cluster(brokers: 1)
        try cluster.broker.createTopic("t", partitions: 1, replication: 1)
        let consumer = try cluster.consumer("t", group: "g", ["group.instance.id": "me"])
        _ = await consumer.waitUntilAssigned()
        try cluster.broker.pushErrors([KafkaError.Code.fencedInstanceID], to: .heartbeat)
        let error = await #expect(throws: KafkaError.self) { try await consumer.next() }
        #expect(error?.isFatal == true)
        #expect(error?.isRetriable == false)
        #expect(cluster.logs.lines.contains { $0.level == .critical })
        await consumer.close()
    }

    @Test func aProducerThatMayNotIsFatal() async throws {
        let cluster = try Cluster(brokers: 1)
        try cluster.broker.createTopic("t", partitions: 1, replication: 1)
        let code = KafkaError.Code.clusterAuthorizationFailed
        try cluster.broker.pushErrors(Array(repeating: code, count: 5), to: .initProducerID)
        let producer = try cluster.producer()
        for _ in 0..<2 {
            let error = await #expect(throws: KafkaError.self) { try await producer.send(KafkaMessage("t", "x")) }
            #expect(error?.isFatal == true)
            #expect(error?.kind == .denied)
        }
        await producer.close()
    }

    @Test func aPingTellsWhetherABrokerAnswers() async throws {
        let cluster = try Cluster()
        let producer = try cluster.producer()
        try await producer.ping()
        try cluster.broker.setDown()
        let error = await #expect(throws: KafkaError.self) { try await producer.ping(timeout: .milliseconds(200)) }
        #expect(error?.isRetriable == true)
        await producer.close()
        let closed = await #expect(throws: KafkaError.self) { try await producer.ping() }
        #expect(closed?.kind == .closed)
    }
}
