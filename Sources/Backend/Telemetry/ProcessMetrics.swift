import Glibc

extension Registry {
    /// What every process tells of itself, by the names that Prometheus' own clients use, and `todo_build_info`. What the
    /// system doesn't tell is left out.
    ///
    /// - Parameter version: the version of the program.
    public func addProcessMetrics(version: String) throws(TelemetryError) {
        try gauge("todo_build_info", "Always 1; the label is the program's version.", labels: ["version"]) {
            [Sample(version, value: 1)]
        }
        try counter("process_cpu_seconds_total", "Seconds of CPU time, of user and system.") {
            Sample.list(ProcessStatus.cpuSeconds())
        }
        try gauge("process_resident_memory_bytes", "Memory in RAM.") {
            Sample.list(ProcessStatus.stat(23).map { $0 * Double(sysconf(Int32(_SC_PAGESIZE))) })
        }
        try gauge("process_virtual_memory_bytes", "Address space.") { Sample.list(ProcessStatus.stat(22)) }
        try gauge("process_threads", "Threads.") { Sample.list(ProcessStatus.stat(19)) }
        try gauge("process_open_fds", "Open file descriptors.") { Sample.list(ProcessStatus.openDescriptors()) }
        try gauge("process_max_fds", "File descriptors that may be open.") { Sample.list(ProcessStatus.maxDescriptors()) }
        let start = ProcessStatus.startTime()
        try gauge("process_start_time_seconds", "When the process began, in seconds since 1970.") { Sample.list(start) }
    }
}

extension Sample {
    fileprivate static func list(_ value: Double?) -> [Sample] { value.map { [Sample(value: $0)] } ?? [] }
}

/// What Linux tells of the running process.
private enum ProcessStatus {
    static func cpuSeconds() -> Double? {
        var time = timespec()
        guard clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0 else { return nil }
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// A number of /proc/self/stat: proc_pid_stat(5) counts from 1, we from 0.
    static func stat(_ index: Int) -> Double? {
        // The second field is the program's name in brackets, in which anything may be.
        guard let text = contents(of: "/proc/self/stat"), let bracket = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: bracket)...].split(separator: " ")
        return fields.indices.contains(index - 2) ? Double(fields[index - 2]) : nil
    }

    static func openDescriptors() -> Double? {
        guard let folder = opendir("/proc/self/fd") else { return nil }
        defer { closedir(folder) }
        var count = 0
        while readdir(folder) != nil { count += 1 }
        // `.`, `..` and the descriptor of the folder itself.
        return Double(max(0, count - 3))
    }

    static func maxDescriptors() -> Double? {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return nil }
        return Double(limit.rlim_cur)
    }

    static func startTime() -> Double? {
        let boot = contents(of: "/proc/stat")?.split(separator: "\n").first { $0.hasPrefix("btime ") }?.dropFirst(6)
        guard let boot = boot.flatMap({ Double($0) }), let ticks = stat(21) else { return nil }
        return boot + ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    private static func contents(of path: String) -> String? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = read(file, &part, part.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return count < 0 ? nil : String(decoding: bytes, as: UTF8.self) }
            bytes += part[..<count]
        }
    }
}
