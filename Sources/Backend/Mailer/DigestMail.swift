import Digest
import FoundationEssentials
import TodoCore

/// The mail of one `email.daily_digest.requested`.
struct DigestMail: Sendable {
    private let renderer: DigestRenderer
    private let settings: MailerSettings

    init(settings: MailerSettings) throws(DigestTemplateError) {
        renderer = try DigestRenderer()
        self.settings = settings
    }

    /// Throws `.permanent` where no mail can be made of the event.
    func message(for request: DigestRequest, date: Date) throws(MailError) -> MailMessage {
        let to: Mailbox
        do {
            to = try Mailbox(address: request.email)
        } catch {
            throw .permanent("the email address \(error.message)")
        }
        let unsubscribeURL = settings.unsubscribeURL?(request.user)
        let digest = renderer.render(try content(of: request, to: to.address, unsubscribeURL))
        return MailMessage(
            id: request.id, from: settings.from, to: to, subject: digest.subject, date: date, text: digest.text,
            html: digest.html, unsubscribeURL: unsubscribeURL)
    }

    private func content(of request: DigestRequest, to recipient: String, _ link: String?) throws(MailError) -> DigestContent {
        if let digest = request.digest {
            return DigestContent(
                recipient: recipient, stats: request.stats, digest: digest, publicURL: settings.publicURL, unsubscribeURL: link)
        }
        // The id tells the day in the user's own time zone, which the event's instant alone can't.
        guard
            let day = DigestID.date(of: request.id, user: request.user, near: request.occurredAt)
                ?? DigestID.utcDay(of: request.occurredAt)
        else { throw .permanent("occurred_at is no day of the calendar") }
        return DigestContent(
            recipient: recipient, date: day, stats: request.stats, undoneTitles: request.undoneTitles,
            publicURL: settings.publicURL, unsubscribeURL: link)
    }
}

/// A request for a digest, as a message of the topic carries it.
struct DigestRequest: Sendable, Hashable {
    var id: UUID
    var user: UUID
    var occurredAt: Date
    var email: String
    var stats: DomainEvent.DigestStats
    var undoneTitles: [String]
    /// Nil where the event carries titles alone.
    var digest: DailyDigest?

    private static let type = "email.daily_digest.requested"

    /// What a message holds.
    enum Reading: Sendable, Hashable {
        case request(DigestRequest)
        /// Another type of event.
        case other
        case unreadable(reason: String)
    }

    /// Reads a message's value. `type` is its header, if it has one: what another type's value is like doesn't matter here.
    static func read(_ value: [UInt8], type: String?) -> Reading {
        if let type, type != Self.type { return .other }
        do {
            guard try Wire.decode(Envelope.self, from: value).type == Self.type else { return .other }
            let event = try Wire.decode(DomainEvent.self, from: value)
            guard case .digestRequested(let email, let stats, let titles, let digest) = event.kind else { return .other }
            return .request(
                DigestRequest(
                    id: event.id, user: event.user, occurredAt: event.occurredAt, email: email, stats: stats,
                    undoneTitles: titles, digest: digest))
        } catch {
            return .unreadable(reason: "the message can't be parsed: \(Wire.fault(error))")
        }
    }

    private struct Envelope: Decodable {
        var type: String
    }
}
