import FoundationEssentials
import Postgres

/// Turns one request into one mail, once.
actor DigestDelivery {
    enum Outcome: Sendable, Hashable {
        case sent
        /// It was mailed before.
        case duplicate
    }

    private let database: PostgresPool
    private let mail: DigestMail
    private let settings: MailerSettings
    /// Mailed, but the database could not take it down yet: the next try must not mail again.
    private var unrecorded: Set<UUID> = []

    init(database: PostgresPool, mail: DigestMail, settings: MailerSettings) {
        self.database = database
        self.mail = mail
        self.settings = settings
    }

    /// Mails the digest unless `processed_events` has its id, and puts it there.
    ///
    /// One mailer at a time: a partition that changes hands brings its message to the new mailer while the old one is
    /// still mailing it. Every fault of the database is `.transient`: it isn't the message's.
    func deliver(_ request: DigestRequest) async throws(MailError) -> Outcome {
        let outcome: Outcome?
        do {
            outcome = try await database.withAdvisoryLock(request.id.lockKey) { try await deliverAlone(request) }
        } catch let error as MailError {
            throw error
        } catch {
            throw .transient("\(error)")
        }
        guard let outcome else { throw .transient("another mailer is at it") }
        return outcome
    }

    private func deliverAlone(_ request: DigestRequest) async throws(MailError) -> Outcome {
        if try await isProcessed(request.id) { return .duplicate }
        if !unrecorded.contains(request.id) {
            let message = try mail.message(for: request, date: Date())
            try await settings.transport.send(
                from: message.from.address, to: message.to.address, message: message.bytes, id: message.id)
            unrecorded.insert(request.id)
        }
        try await record(request.id)
        unrecorded.remove(request.id)
        return .sent
    }

    private func isProcessed(_ id: UUID) async throws(MailError) -> Bool {
        do {
            return try await !database.query("SELECT FROM processed_events WHERE event_id = \(id)").isEmpty
        } catch {
            throw .transient("\(error)")
        }
    }

    private func record(_ id: UUID) async throws(MailError) {
        do {
            try await database.query("INSERT INTO processed_events (event_id) VALUES (\(id)) ON CONFLICT DO NOTHING")
        } catch {
            throw .transient("\(error)")
        }
    }
}

extension UUID {
    /// Another id has the same by chance only, and then waits a moment.
    fileprivate var lockKey: Int64 {
        withUnsafeBytes(of: uuid) { $0.loadUnaligned(as: Int64.self) ^ $0.loadUnaligned(fromByteOffset: 8, as: Int64.self) }
    }
}
