internal import Glibc

/// Starts a thread of its own for work that blocks, which Swift's few shared threads must not do.
/// - Returns: `false` where the system has no thread to give; `body` doesn't run then.
func startThread(_ body: @escaping @Sendable () -> Void) -> Bool {
    final class Box {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    // The box is given to the thread, which releases it when it starts.
    let box = Unmanaged.passRetained(Box(body))
    var thread = pthread_t()
    let failed = pthread_create(
        &thread, nil,
        { argument in
            guard let argument else { return nil }
            pthread_detach(pthread_self())
            Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body()
            return nil
        }, box.toOpaque())
    if failed != 0 { box.release() }
    return failed == 0
}

/// Runs work that blocks on a thread of its own, and waits for it without blocking.
func onThread<R: Sendable>(_ body: @escaping @Sendable () -> R) async -> R {
    await withCheckedContinuation { continuation in
        let started = startThread { continuation.resume(returning: body()) }
        if !started { continuation.resume(returning: body()) }  // blocking a shared thread beats not doing it
    }
}
