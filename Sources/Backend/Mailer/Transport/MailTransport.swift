public import FoundationEssentials

/// Why a mail was not taken.
public enum MailError: Error, Sendable, Hashable {
    /// It may work later: the network, a 4xx reply, a full disk.
    case transient(String)
    /// It will never work for this message: a 5xx reply, an address that can't be written.
    case permanent(String)

    /// What happened, in words for people.
    public var reason: String {
        switch self {
        case .transient(let reason), .permanent(let reason): reason
        }
    }
}

/// A way for mail to leave. It may be asked for several messages at a time, and decides itself how many of them go at once.
public protocol MailTransport: Sendable {
    /// Hands one message over. When it returns, the other side answers for the message.
    ///
    /// - Parameters:
    ///   - from: the envelope's sender, a bare address.
    ///   - to: the envelope's recipient, a bare address.
    ///   - message: as ``MailMessage/bytes`` gives it.
    ///   - id: the same for the same message; a transport that can tell takes each id once.
    ///   - taken: called once the other side answers for the message; no other goes the same way before it returns. What
    ///     it throws is thrown.
    func send(
        from: String, to: String, message: [UInt8], id: UUID, taken: () async throws(MailError) -> Void
    ) async throws(MailError)

    /// Lets go of what is kept open between messages.
    func close() async
}

extension MailTransport {
    /// Hands one message over, with nothing to do once it is taken.
    public func send(from: String, to: String, message: [UInt8], id: UUID) async throws(MailError) {
        try await send(from: from, to: to, message: message, id: id) { () async throws(MailError) in }
    }

    /// Nothing is kept open.
    public func close() async {}
}
