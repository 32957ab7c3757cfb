internal import Foundation
internal import Synchronization

/// A running `postgres`, below a shell that removes the cluster's folder when the test process has gone.
final class ServerProcess: Sendable {
    private enum Phase {
        case starting, ready, gone
    }

    private struct State {
        var phase = Phase.starting
        var pid: pid_t = 0
        var log = ""
    }

    private let state = Mutex(State())
    /// Signalled once the server takes connections or has failed to.
    private let started = DispatchSemaphore(value: 0)
    /// Signalled once it has gone.
    private let ended = DispatchSemaphore(value: 0)

    /// Makes the cluster if it isn't there (a copy takes a tenth of initdb's time) and runs the server. SIGTERM stops it, SIGQUIT
    /// crashes it, and both keep its folder. SIGINT comes when the test process ends, whatever way, and removes the folder too.
    private static let script = """
        trap 'end=1; test -n "$server" && kill -INT $server' INT
        trap 'test -n "$server" && kill -INT $server' TERM
        trap 'test -n "$server" && kill -QUIT $server' QUIT
        folder="$1" pristine="$2" initdb="$3"; shift 3
        if [ ! -d "$pristine" ]; then
            "$initdb" --pgdata="$pristine" --username=postgres --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync
        fi
        test -d "$folder/data" || cp -a "$pristine" "$folder/data" || end=1
        if [ -z "$end" ]; then
            "$@" &
            server=$!
            test -n "$end" && kill -INT $server
            while kill -0 $server; do wait $server; done 2>/dev/null
        fi
        if [ -n "$end" ]; then
            rm -rf "$folder"
            # The last one to go takes the folder around it along.
            rmdir "$(dirname "$folder")"
        fi 2>/dev/null
        """

    /// Starts the server and waits until it takes connections.
    init(folder: URL, pristine: URL, settings: [String]) throws {
        let all =
            ["listen_addresses=", "lc_messages=C", "max_connections=200"]
            // Safe against a crash of the server, not of the machine.
            + ["fsync=off", "full_page_writes=off", "wal_level=minimal", "max_wal_senders=0"] + settings
        let command =
            Self.prefix + ["sh", "-c", Self.script, "sh", folder.path, pristine.path]
            + [try Self.program("initdb"), try Self.program("postgres")]
            + ["-D", folder.appending(path: "data").path, "-k", folder.path] + all.flatMap { ["-c", $0] }
        // The signal comes when the thread that spawned the child ends; this one reads the log as long as the child lives.
        Thread { [self] in run(command) }.start()
        started.wait()
        let (phase, log) = state.withLock { ($0.phase, $0.log) }
        guard phase == .ready else { throw TestPostgresError(message: "postgres did not start: \(log)") }
    }

    /// Sends a signal, unless the server has gone.
    func signal(_ signal: Int32) {
        state.withLock { state in
            if state.phase != .gone { _ = kill(state.pid, signal) }
        }
    }

    func waitUntilGone() {
        ended.wait()
        ended.signal()
    }

    private func run(_ command: [String]) {
        do {
            let (pid, output) = try Self.spawn(command)
            state.withLock { $0.pid = pid }
            follow(output)
            // Under the lock: a signal can't go to a process that has got the number since.
            state.withLock { state in
                waitpid(state.pid, nil, 0)
                if state.phase == .starting { started.signal() }
                state.phase = .gone
            }
        } catch {
            state.withLock { state in
                state.log = "\(error)"
                state.phase = .gone
            }
            started.signal()
        }
        ended.signal()
    }

    /// Reads the log to its end.
    private func follow(_ output: FileHandle) {
        while case let data = output.availableData, !data.isEmpty {
            state.withLock { state in
                guard state.phase == .starting else { return }
                state.log += String(decoding: data, as: UTF8.self)
                if state.log.contains("ready to accept connections") {
                    state.phase = .ready
                    started.signal()
                }
            }
        }
    }

    private static func spawn(_ command: [String]) throws -> (pid: pid_t, output: FileHandle) {
        let pipe = Pipe()
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, pipe.fileHandleForWriting.fileDescriptor, 1)
        posix_spawn_file_actions_adddup2(&actions, pipe.fileHandleForWriting.fileDescriptor, 2)
        // The test runner's ignored and blocked signals must not be the server's.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        for signal in [SIGINT, SIGQUIT, SIGTERM] { sigaddset(&signals, signal) }
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        var arguments = command.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var pid = pid_t()
        let status = posix_spawnp(&pid, command[0], &actions, &attributes, &arguments, environ)
        guard status == 0 else { throw TestPostgresError(message: "\(command[0]) can't be run: error \(status)") }
        try pipe.fileHandleForWriting.close()
        return (pid, pipe.fileHandleForReading)
    }
}

extension ServerProcess {
    /// What comes before the command: the signal at our end and, as root, the user `postgres`, since the server refuses to be root.
    fileprivate static var prefix: [String] {
        ["setpriv"] + (geteuid() == 0 ? ["--reuid=postgres", "--regid=postgres", "--init-groups"] : []) + ["--pdeathsig=INT"]
    }

    /// The newest of the server's programs of that name: Debian keeps them out of the PATH.
    fileprivate static func program(_ name: String) throws -> String {
        let root = URL(filePath: "/usr/lib/postgresql")
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: root.path)) ?? []
        let installed = versions.sorted { Int($0) ?? 0 > Int($1) ?? 0 }.map { root.appending(path: "\($0)/bin/\(name)").path }
        let inPath = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map { "\($0)/\(name)" }
        guard let found = (installed + inPath).first(where: FileManager.default.isExecutableFile(atPath:)) else {
            throw TestPostgresError(message: "\(name) is not installed: apt-get install postgresql")
        }
        return found
    }
}
