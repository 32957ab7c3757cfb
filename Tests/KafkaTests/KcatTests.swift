import Dispatch
import Glibc
import Kafka
import Testing

/// Another client, in another process, over the same sockets.
@Suite(.timeLimit(.minutes(1)), .enabled(if: Shell.has("kcat"), "kcat is not installed"))
struct KcatTests {
    @Test func kcatReadsWhatWeSend() async throws {
        let cluster = try Cluster()
        try cluster.broker.createTopic("t", partitions: 2, replication: 1)
        let producer = try cluster.producer()
        let header = KafkaHeader(name: "event_type", value: "task.created")
        let value = Array(#"{"title": "Grüße"}"#.utf8)
        _ = try await producer.send(KafkaMessage(topic: "t", key: "foobar", value: value, headers: [header], partition: 1))
        let output = await Shell.run("kcat -q -b \(cluster.broker.bootstrapServers) -C -t t -e -J")
        for part in [
            #""topic":"t""#, #""partition":1"#, #""offset":0"#, #""headers":["event_type","task.created"]"#,
            #""key":"foobar""#, #""payload":"{\"title\": \"Grüße\"}""#,
        ] {
            #expect(output.contains(part), "\(output)")
        }
    }

    @Test func weReadWhatKcatSends() async throws {
        let cluster = try Cluster()
        try cluster.broker.createTopic("t", partitions: 4, replication: 1)
        let consumer = try cluster.consumer("t")
        let lines = (0..<100).map { "user-\($0 % 5):\($0)" }.joined(separator: "\\n")
        let servers = cluster.broker.bootstrapServers
        _ = await Shell.run(
            "printf '\(lines)\\n' | kcat -q -b \(servers) -P -t t -K : -H from=kcat -z lz4 -X partitioner=murmur2_random")
        let records = try await consumer.next(100)
        #expect(records.allSatisfy { $0.headers == [KafkaHeader(name: "from", value: "kcat")] })
        #expect(records.map(\.text).sorted() == (0..<100).map { "\($0)" }.sorted())
        // Both clients put a key into the same partition.
        let delivery = try await (try cluster.producer()).send(KafkaMessage("t", key: "user-3", "ours"))
        #expect(Set(records.filter { $0.key == "user-3" }.map(\.partition)) == [delivery.partition])
        await consumer.close()
    }
}

enum Shell {
    static func has(_ program: String) -> Bool { system("command -v \(program) >/dev/null 2>&1") == 0 }

    /// What the command prints.
    static func run(_ command: String) async -> String {
        await withCheckedContinuation { done in
            DispatchQueue.global().async {
                guard let pipe = popen(command, "r") else { return done.resume(returning: "") }
                var output: [UInt8] = []
                var byte = fgetc(pipe)
                while byte != EOF {
                    output.append(UInt8(truncatingIfNeeded: byte))
                    byte = fgetc(pipe)
                }
                pclose(pipe)
                done.resume(returning: String(decoding: output, as: UTF8.self))
            }
        }
    }
}
