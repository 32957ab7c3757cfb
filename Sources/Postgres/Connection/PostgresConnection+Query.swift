internal import Clibpq

extension PostgresConnection {
    /// Runs one statement and reads its whole result.
    ///
    /// - Throws: `.server`, `.timeout`, `.closed`, `.cancelled` or `.usage`.
    @discardableResult
    public func query(
        _ sql: SQL, file: StaticString = #fileID, line: UInt = #line
    ) throws(PostgresError) -> PostgresRows {
        do throws(PostgresError) {
            return PostgresRows(try run(sql))
        } catch { throw error.at(file, line) }
    }

    /// Runs a script of several statements without parameters; what it returns is ignored. Without a transaction of its own
    /// or around it, the server runs it as one.
    public func execute(
        script: String, file: StaticString = #fileID, line: UInt = #line
    ) throws(PostgresError) {
        do throws(PostgresError) {
            guard !script.utf8.contains(0) else { throw PostgresError(.usage, "a NUL in the script") }
            let session = try ready()
            defer { dropIfLost(session) }
            _ = try session.exchange(timeout: configuration.answerTimeout, token: token, script: script) {
                PQsendQuery($0, script)
            }
        } catch { throw error.at(file, line) }
    }

    /// Runs one statement, prepared before if need be.
    func run(_ sql: SQL, cancellable: Bool = true) throws(PostgresError) -> ResultHandle {
        let session = try ready(cancellable: cancellable)
        defer { dropIfLost(session) }
        let key = StatementCache.Key(sql)
        let isOutsideTransaction = session.transactionStatus == PQTRANS_IDLE
        if isOutsideTransaction { try forgetEvicted(session) }
        do throws(PostgresError) {
            return try execute(sql, key, session, cancellable)
        } catch  where error.isStalePlan {
            // The schema has changed, or someone has deallocated it. In a transaction, which has failed now, only the whole
            // of it can be tried again.
            statements.remove(key)
            guard isOutsideTransaction else { throw error }
            return try execute(sql, key, session, cancellable)
        }
    }

    private func execute(
        _ sql: SQL, _ key: StatementCache.Key, _ session: Session, _ cancellable: Bool
    ) throws(PostgresError) -> ResultHandle {
        guard !sql.parameters.isTooLarge else { throw PostgresError(.usage, "more than 65535 parameters, or one of 2 GiB") }
        let known = statements.name(of: key)
        let name = if let known { known } else { try prepare(sql, key, session, cancellable) }
        return try session.exchange(timeout: configuration.answerTimeout, token: cancellable ? token : nil) { handle in
            sql.parameters.withLibpqArrays { values, lengths, formats in
                PQsendQueryPrepared(handle, name, Int32(sql.parameters.count), values, lengths, formats, 1)
            }
        }
    }

    private func prepare(
        _ sql: SQL, _ key: StatementCache.Key, _ session: Session, _ cancellable: Bool
    ) throws(PostgresError) -> String {
        guard !sql.hasNUL else { throw PostgresError(.usage, "a NUL in the statement") }
        let name = statements.makeName()
        let types = key.types.map(\.rawValue)
        _ = try session.exchange(timeout: configuration.answerTimeout, token: cancellable ? token : nil) {
            PQsendPrepare($0, name, sql.text, Int32(types.count), types)
        }
        statements.insert(key, name: name)
        return name
    }

    /// Frees the server's memory for statements that fell out of the cache.
    private func forgetEvicted(_ session: Session) throws(PostgresError) {
        for name in statements.takeEvicted() {
            do throws(PostgresError) {
                _ = try session.exchange(timeout: configuration.answerTimeout, token: nil) {
                    PQsendQuery($0, "DEALLOCATE \(name)")
                }
            } catch  where error.kind == .server {
                // It was gone already.
            }
        }
    }

    private func dropIfLost(_ session: Session) {
        if !session.isAlive { self.session = nil }
    }
}
