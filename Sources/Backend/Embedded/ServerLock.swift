import Glibc
import Logging

/// A lock that the server and all its processes inherit: it is free when the last of them has ended, however it ended.
///
/// An earlier run's server may still be shutting down (its `todo-backend` was killed a moment ago), or it may have been
/// killed and left processes behind that still hold its shared memory. Nothing may start on the cluster before they are gone.
enum ServerLock {
    /// Takes the lock; asks a server that still runs to end, and waits for that.
    static func take(
        _ path: String, cluster: String, patience: Duration, logger: Logger
    ) throws(EmbeddedError) -> Descriptor {
        let lock = try FileLock(path)
        if lock.tryToTake() { return lock.descriptor }
        logger.info("PostgreSQL of an earlier run is still there: waiting for its end")
        let taken = try lock.taking()
        // First a fast shutdown, then an immediate one: that costs a recovery at the next start, and no data.
        for signal in [SIGINT, SIGQUIT] {
            if let server = server(of: cluster) { kill(server, signal) }
            if Descriptor.poll([taken], until: .now + patience) != nil { return lock.descriptor }
        }
        throw EmbeddedError(
            .postgresStillRuns,
            "PostgreSQL of an earlier run\(server(of: cluster).map { " (process \($0))" } ?? "") on \(cluster) doesn't end. "
                + "Look at it with: ps -ef | grep 'postgres: todo'")
    }

    /// The process that the cluster's `postmaster.pid` names, where it is a server.
    private static func server(of cluster: String) -> pid_t? {
        guard let line = Files.read(cluster + "/postmaster.pid")?.split(separator: "\n").first, let process = pid_t(line),
            process > 1, Files.read("/proc/\(process)/comm") == "postgres\n"
        else { return nil }
        return process
    }
}
