import Telemetry
import Testing

struct RegistryTests {
    @Test func countersAndGaugesAreWritten() throws {
        let registry = Registry()
        let counter = try registry.counter("jobs_total", "Jobs.")
        let gauge = try registry.gauge("temperature", "Degrees.")
        counter.increment()
        counter.increment(by: 4)
        counter.increment(by: -3)
        gauge.set(20.5)
        gauge.add(-21)
        let text = """
            # HELP jobs_total Jobs.
            # TYPE jobs_total counter
            jobs_total 5
            # HELP temperature Degrees.
            # TYPE temperature gauge
            temperature -0.5

            """
        #expect(String(decoding: registry.text(), as: UTF8.self) == text)
    }

    @Test func labelsAreSortedAndEscaped() throws {
        let registry = Registry()
        let counters = try registry.counter("jobs_total", "A \\ and\na second line.", labels: ["kind", "result"])
        counters.labels("b", "ok").increment()
        counters.labels("a", "\"\\\n ü{},=").increment(by: 2)
        // The same set is the same counter.
        counters.labels("b", "ok").increment()
        // Too few and too many values.
        counters.labels("c").increment()
        counters.labels("d", "e", "f").increment()
        let parsed = try TextFormat(registry.text())
        #expect(parsed.families["jobs_total"]?.help == "A \\ and\na second line.")
        #expect(parsed["jobs_total", ["kind": "a", "result": "\"\\\n ü{},="]] == 2)
        #expect(parsed["jobs_total", ["kind": "b", "result": "ok"]] == 2)
        #expect(parsed["jobs_total", ["kind": "c", "result": ""]] == 1)
        #expect(parsed["jobs_total", ["kind": "d", "result": "e"]] == 1)
        let lines = String(decoding: registry.text(), as: UTF8.self).split(separator: "\n").filter { $0.first != "#" }
        #expect(lines == lines.sorted())
        #expect(registry.text() == registry.text())
    }

    @Test func histogramsCountByRange() throws {
        let registry = Registry()
        let histogram = try registry.histogram("wait_seconds", "Waits.", buckets: [0.1, 1, 2.5])
        for value in [0, 0.1, 0.11, 1, 2.5, 2.6, 100] { histogram.observe(value) }
        let parsed = try TextFormat(registry.text())
        for (bound, count) in [("0.1", 2.0), ("1.0", 4), ("2.5", 5), ("+Inf", 7)] {
            #expect(parsed["wait_seconds_bucket", ["le": bound]] == count, "\(bound)")
        }
        #expect(parsed["wait_seconds_count"] == 7)
        #expect(abs((parsed["wait_seconds_sum"] ?? 0) - 106.31) < 1e-9)
        let labelled = try registry.histogram("size_bytes", "Sizes.", buckets: [1e6], labels: ["kind"])
        labelled.labels("x").observe(5)
        let both = try TextFormat(registry.text())
        #expect(both["size_bytes_bucket", ["kind": "x", "le": "1000000.0"]] == 1)
        #expect(both["size_bytes_sum", ["kind": "x"]] == 5)
        #expect(both.names == ["size_bytes", "wait_seconds"])
    }

    @Test func callbacksAreAskedAtEachScrape() throws {
        let registry = Registry()
        let source = try registry.gauge("source", "Where the others look.")
        try registry.gauge("copy", "A copy.", labels: ["state"]) {
            source.value.isNaN ? [] : [Sample("idle", value: source.value), Sample("busy", value: 2)]
        }
        source.set(7)
        #expect(try TextFormat(registry.text())["copy", ["state": "idle"]] == 7)
        source.set(.infinity)
        #expect(try TextFormat(registry.text())["copy", ["state": "idle"]] == .infinity)
        source.set(.nan)
        // Without series there is no head either.
        #expect(try TextFormat(registry.text()).names == ["source"])
    }

    @Test func wrongAndDoubleNamesAreRefused() throws {
        let registry = Registry()
        for name in ["", "1_total", "a-b_total", "ä_total", "a b_total", "jobs"] {
            #expect(throws: TelemetryError.badName(name)) { try registry.counter(name, "") }
        }
        for label in ["", "1", "a:b", "__name", "a-b"] {
            #expect(throws: TelemetryError.badLabel(label, of: "a")) { try registry.gauge("a", "", labels: [label]) }
        }
        #expect(throws: TelemetryError.badLabel("a", of: "a")) { try registry.gauge("a", "", labels: ["a", "a"]) }
        #expect(throws: TelemetryError.badLabel("le", of: "a")) {
            try registry.histogram("a", "", buckets: [1], labels: ["le"])
        }
        for buckets in [[], [1, 1], [2, 1], [1, .infinity], [.nan]] as [[Double]] {
            #expect(throws: TelemetryError.badBuckets("a")) { try registry.histogram("a", "", buckets: buckets) }
        }
        _ = try registry.gauge("a:b_c1", "")
        #expect(throws: TelemetryError.duplicate("a:b_c1")) { try registry.gauge("a:b_c1", "") { [] } }
        #expect(try TextFormat(registry.text()).names == ["a:b_c1"])
    }

    @Test func theNumberOfSeriesIsBounded() throws {
        let registry = Registry()
        let counters = try registry.counter("jobs_total", "Jobs.", labels: ["a", "b"], limit: 3)
        for index in 0..<100 { counters.labels("\(index)", "x").increment() }
        let parsed = try TextFormat(registry.text())
        #expect(parsed.families["jobs_total"]?.samples.count == 4)
        #expect(parsed["jobs_total", ["a": "other", "b": "other"]] == 97)
        // Those that are there are still found.
        counters.labels("1", "x").increment()
        #expect(try TextFormat(registry.text())["jobs_total", ["a": "1", "b": "x"]] == 2)
    }

    @Test func nothingIsLostBetweenThreads() async throws {
        let registry = Registry()
        let counter = try registry.counter("jobs_total", "Jobs.")
        let gauge = try registry.gauge("level", "Level.")
        let histogram = try registry.histogram("wait_seconds", "Waits.", buckets: [1])
        let labelled = try registry.counter("kinds_total", "Kinds.", labels: ["kind"])
        await withTaskGroup { group in
            for task in 0..<8 {
                group.addTask {
                    for _ in 0..<5_000 {
                        counter.increment()
                        gauge.add(1)
                        histogram.observe(0.5)
                        labelled.labels("\(task % 3)").increment()
                    }
                }
            }
            group.addTask { for _ in 0..<50 { _ = registry.text() } }
        }
        let parsed = try TextFormat(registry.text())
        #expect(parsed["jobs_total"] == 40_000)
        #expect(parsed["level"] == 40_000)
        #expect(parsed["wait_seconds_sum"] == 20_000)
        #expect(parsed["wait_seconds_count"] == 40_000)
        #expect((0..<3).map { parsed["kinds_total", ["kind": "\($0)"]] } == [15_000, 15_000, 10_000])
    }
}
