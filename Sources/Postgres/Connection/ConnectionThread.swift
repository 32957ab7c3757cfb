internal import DequeModule
internal import Glibc
internal import Synchronization

/// A thread of its own that runs an actor's jobs one after the other. libpq and `poll` may block it.
final class ConnectionThread: SerialExecutor {
    private let jobs = Mutex((queue: Deque<UnownedJob>(), isStopped: false))
    /// Counts the jobs in the queue, and one more to stop. `sem_t` must not move, hence the pointer.
    // Semaphores are made to be used by many threads.
    private nonisolated(unsafe) let ready: UnsafeMutablePointer<sem_t>
    /// The running thread's `pthread_t`; 0 before it runs.
    private let thread = Atomic<UInt>(0)

    /// - Throws: `.connect` when the system has no thread left.
    init() throws(PostgresError) {
        ready = .allocate(capacity: 1)
        sem_init(ready, 0, 0)
        var id = pthread_t()
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        let executor = Unmanaged.passRetained(self)
        let status = pthread_create(
            &id, &attributes,
            { argument in
                if let argument { Unmanaged<ConnectionThread>.fromOpaque(argument).takeRetainedValue().run() }
                return nil
            }, executor.toOpaque())
        guard status == 0 else {
            executor.release()
            throw PostgresError(.connect, "no thread for a connection (error \(status)); raise the limit of processes or memory")
        }
    }

    deinit {
        sem_destroy(ready)
        ready.deallocate()
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        jobs.withLock { $0.queue.append(job) }
        sem_post(ready)
    }

    /// Ends the thread once the queue is empty.
    func stop() {
        jobs.withLock { $0.isStopped = true }
        sem_post(ready)
    }

    func isIsolatingCurrentContext() -> Bool? { thread.load(ordering: .relaxed) == UInt(pthread_self()) }

    func checkIsolated() {
        precondition(isIsolatingCurrentContext() == true, "not on the connection's thread")
    }

    private func run() {
        // Signals belong to the threads of the program.
        var all = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, nil)
        thread.store(UInt(pthread_self()), ordering: .relaxed)
        while true {
            // Interrupted only by a debugger; then there may be nothing in the queue yet, which is not an end.
            while sem_wait(ready) != 0 {}
            let next = jobs.withLock { jobs in (job: jobs.queue.popFirst(), isStopped: jobs.isStopped) }
            if let job = next.job {
                job.runSynchronously(on: asUnownedSerialExecutor())
            } else if next.isStopped {
                return
            }
        }
    }
}

/// Ends a `ConnectionThread` with its owner (the thread itself keeps the executor alive).
final class ConnectionThreadOwner: Sendable {
    let executor: ConnectionThread

    init() throws(PostgresError) { executor = try ConnectionThread() }

    deinit { executor.stop() }
}
