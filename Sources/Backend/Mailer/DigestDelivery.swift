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
    /// Every fault of the database is `.transient`: it isn't the message's.
    func deliver(_ request: DigestRequest) async throws(MailError) -> Outcome {
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
