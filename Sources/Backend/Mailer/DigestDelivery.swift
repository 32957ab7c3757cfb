import FoundationEssentials
import Postgres
import Synchronization

/// Turns one request into one mail, once. May be at several at a time.
final class DigestDelivery: Sendable {
    enum Outcome: Sendable, Hashable {
        case sent
        /// It was mailed before.
        case duplicate
    }

    private let ledger: DigestLedger
    private let mail: DigestMail
    private let settings: MailerSettings
    /// Mailed, but the database could not take it down yet: the next try must not mail again.
    private let unrecorded = Mutex<Set<UUID>>([])

    init(database: PostgresPool, mail: DigestMail, settings: MailerSettings) {
        ledger = DigestLedger(database: database)
        self.mail = mail
        self.settings = settings
    }

    /// Mails the digest unless `processed_events` has its id, and puts it there.
    ///
    /// One mailer at a time: a partition that changes hands brings its message to the new mailer while the old one is
    /// still mailing it.
    func deliver(_ request: DigestRequest) async throws(MailError) -> Outcome {
        let id = request.id
        switch try await ledger.open(id) {
        case .mailedBefore: return .duplicate
        case .taken: throw .transient("another mailer is at it")
        case .open: break
        }
        defer { ledger.close(id) }
        if unrecorded.withLock({ $0.contains(id) }) {
            try await record(id)
        } else {
            let message = try mail.message(for: request, date: Date())
            try await settings.transport.send(
                from: message.from.address, to: message.to.address, message: message.bytes, id: message.id
            ) { () async throws(MailError) in
                _ = unrecorded.withLock { $0.insert(id) }
                try await record(id)
            }
        }
        return .sent
    }

    private func record(_ id: UUID) async throws(MailError) {
        try await ledger.record(id)
        _ = unrecorded.withLock { $0.remove(id) }
    }
}
