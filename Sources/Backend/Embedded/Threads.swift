import Glibc

/// Threads for work that blocks, which must stay off Swift's own few.
enum Threads {
    private final class Work: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    /// Starts a thread that runs the body and ends.
    static func start(_ body: @escaping @Sendable () -> Void) throws(EmbeddedError) {
        let work = Unmanaged.passRetained(Work(body))
        var thread = pthread_t()
        let code = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body()
                return nil
            }, work.toOpaque())
        guard code == 0 else {
            work.release()
            throw EmbeddedError(.postgresFailed, "can't start a thread for PostgreSQL: \(errorText(code))")
        }
        pthread_detach(thread)
    }

    /// Runs the body on a thread of its own and gives what it returns.
    static func run<T: Sendable>(
        _ body: @escaping @Sendable () throws(EmbeddedError) -> T
    ) async throws(EmbeddedError) -> T {
        let result = Latch<Result<T, EmbeddedError>>()
        try start {
            do throws(EmbeddedError) {
                result.fulfil(.success(try body()))
            } catch {
                result.fulfil(.failure(error))
            }
        }
        return try await result.wait().get()
    }
}

/// What the system says about an `errno`.
func errorText(_ code: Int32 = errno) -> String { String(cString: strerror(code)) }
