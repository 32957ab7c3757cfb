import Glibc
import Telemetry
import Testing

struct ProcessMetricsTests {
    @Test func theProcessTellsOfItself() throws {
        let registry = Registry()
        try registry.addProcessMetrics(version: "1.2.3")
        let parsed = try TextFormat(registry.text())
        #expect(parsed["todo_build_info", ["version": "1.2.3"]] == 1)
        #expect(parsed.families["process_cpu_seconds_total"]?.type == "counter")
        let value = { (name: String) in try #require(parsed[name]) }
        #expect(try value("process_cpu_seconds_total") > 0)
        #expect(try value("process_resident_memory_bytes") > 1e6)
        #expect(try value("process_virtual_memory_bytes") > value("process_resident_memory_bytes"))
        #expect(try value("process_threads") >= 1)
        #expect(try value("process_max_fds") > value("process_open_fds"))
        let age = try Double(time(nil)) - value("process_start_time_seconds")
        // Linux tells the time of its own start in whole seconds.
        #expect(age > -2 && age < 86_400)
    }

    @Test func anOpenDescriptorIsCounted() throws {
        let registry = Registry()
        try registry.addProcessMetrics(version: "1")
        let before = try #require(TextFormat(registry.text())["process_open_fds"])
        // Many, since other tests open and close some meanwhile.
        let descriptors = (0..<100).map { _ in open("/dev/null", O_RDONLY) }
        let after = try #require(TextFormat(registry.text())["process_open_fds"])
        for descriptor in descriptors { close(descriptor) }
        #expect(abs(after - before - 100) < 50)
    }
}
