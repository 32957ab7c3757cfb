internal import Clibpq

extension PostgresConnection {
    /// Runs `body` in a transaction: committed when it returns, rolled back when it throws. The closure may not end it itself.
    ///
    /// - Throws: what the closure threw, once the transaction is rolled back; `PostgresTransactionError` where that failed too;
    ///   the error of `BEGIN` or `COMMIT`. After a `.closed` or `.timeout` of `COMMIT` it is unknown whether it took effect.
    @discardableResult
    public func transaction<R>(
        isolation: PostgresIsolation = .readCommitted, readOnly: Bool = false, file: StaticString = #fileID, line: UInt = #line,
        _ body: (isolated PostgresConnection) throws -> R
    ) throws -> R {
        try begin(isolation, readOnly, file, line)
        let result: R
        do {
            result = try body(self)
        } catch {
            try rollBack(after: error, file, line)
            throw error
        }
        try commit(file, line)
        return result
    }

    private func begin(
        _ isolation: PostgresIsolation, _ readOnly: Bool, _ file: StaticString, _ line: UInt
    ) throws(PostgresError) {
        do throws(PostgresError) {
            guard try ready().transactionStatus == PQTRANS_IDLE else {
                throw PostgresError(.usage, "a transaction inside a transaction")
            }
            let mode = readOnly ? "READ ONLY" : "READ WRITE"
            _ = try run(SQL(unsafe: "BEGIN ISOLATION LEVEL \(isolation.rawValue) \(mode)"))
        } catch { throw error.at(file, line) }
    }

    private func rollBack(after closureError: any Error, _ file: StaticString, _ line: UInt) throws {
        // Without a connection the server rolls back by itself.
        guard let session, session.transactionStatus != PQTRANS_IDLE else { return }
        do throws(PostgresError) {
            _ = try run("ROLLBACK", cancellable: false)
        } catch {
            throw PostgresTransactionError(closureError: closureError, rollbackError: error.at(file, line))
        }
    }

    private func sendCommit() throws(PostgresError) {
        do throws(PostgresError) {
            _ = try run("COMMIT", cancellable: false)
        } catch  where error.kind == .closed || error.kind == .timeout {
            throw error.prefixed("no answer to COMMIT, so it is unknown whether it took effect: ")
        }
    }

    private func commit(_ file: StaticString, _ line: UInt) throws(PostgresError) {
        do throws(PostgresError) {
            switch try ready(cancellable: false).transactionStatus {
            case PQTRANS_INTRANS: try sendCommit()
            case PQTRANS_INERROR:
                _ = try run("ROLLBACK", cancellable: false)
                throw PostgresError(
                    .usage, "the transaction's closure returned although a statement in it had failed: rolled back")
            default: throw PostgresError(.usage, "the transaction's closure ended the transaction itself")
            }
        } catch { throw error.at(file, line) }
    }
}
