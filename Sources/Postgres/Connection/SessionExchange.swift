internal import Clibpq
internal import Glibc
internal import Synchronization

extension Session {
    /// How long the server gets to end a statement after the task was cancelled.
    private static let cancelGrace: Duration = .seconds(1)

    /// Sends something and reads the whole answer, so that the connection is ready for the next.
    ///
    /// - Parameters:
    ///   - timeout: how long the answer may take; nil: for ever.
    ///   - token: what may cancel it.
    ///   - script: the text sent, to say the line of an error.
    ///   - send: calls one of libpq's `PQsend…` and gives its answer.
    /// - Returns: the last statement's result.
    func exchange(
        timeout: Duration?, token: CancelToken?, script: String? = nil, _ send: (OpaquePointer) -> Int32
    ) throws(PostgresError) -> ResultHandle {
        guard send(handle) == 1 else {
            throw isAlive ? PostgresError(.usage, libpqMessage) : PostgresError(.closed, libpqMessage)
        }
        var deadline = Deadline.after(timeout)
        var last: ResultHandle?
        var failure: PostgresError?
        while true {
            try awaitResult(until: &deadline, token)
            guard let result = PQgetResult(handle) else { break }
            switch PQresultStatus(result) {
            case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY: last = ResultHandle(result)
            case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
                PQclear(result)
                isBroken = true
                throw PostgresError(.usage, "COPY is not supported")
            default:
                // The first one is the cause; after a FATAL one libpq adds that the connection is gone.
                failure = failure ?? PostgresError(result: result, script: script)
                PQclear(result)
            }
        }
        if let failure {
            throw isCancelling && failure.sqlState == "57014" ? PostgresError.cancelled : failure
        }
        guard let last else { throw PostgresError(.closed, libpqMessage) }
        return last
    }

    /// Waits until `PQgetResult` will not block.
    private func awaitResult(until deadline: inout Deadline, _ token: CancelToken?) throws(PostgresError) {
        while true {
            let unsent = PQflush(handle)
            // Where sending or reading fails, PQgetResult tells why.
            if unsent < 0 || unsent == 0 && PQisBusy(handle) == 0 { return }
            switch wait(for: unsent > 0 ? POLLIN | POLLOUT : POLLIN, until: deadline) {
            case .socket:
                if PQconsumeInput(handle) == 0 { return }
            case .signal:
                guard !isCancelling, token?.isCancelled.load(ordering: .acquiring) == true else { continue }
                isCancelling = true
                deadline = min(deadline, .after(Session.cancelGrace))
                CancelRequest.send(for: handle)
            case .deadline:
                isBroken = true
                if isCancelling { throw .cancelled }
                CancelRequest.send(for: handle)
                throw PostgresError(.timeout, "no answer from the server in time")
            }
        }
    }
}

extension PostgresError {
    /// What a cancelled task gets.
    static var cancelled: PostgresError { PostgresError(.cancelled, "the task was cancelled") }
}
