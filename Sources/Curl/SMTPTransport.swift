import Ccurl

/// Sends mail to one server over connections that it keeps and uses again.
public final class SMTPTransport: Sendable {
    private let lanes: SMTPLanes
    private let server: SMTPServer
    private let username: String?
    private let password: String?
    private let timeout: Duration
    private let authoritiesFile: String?

    /// How many times longer the server may take to answer to the message itself, which it may have to hand on first:
    /// 10 minutes where the others have 30 seconds. Giving up sooner makes second copies. Source: RFC 5321, 4.5.3.2.6.
    private static let patienceAtTheEnd = 20

    /// `url`: `smtp://host[:port][/our-name]` or `smtps://…` (TLS from the first byte). With `smtp` TLS (STARTTLS) is used
    /// where the server offers it; `?starttls=required` insists on it, `?starttls=never` does without. It is also required
    /// where a password would go to another machine in the clear.
    /// - Parameters:
    ///   - username: Nil for a server that asks for none, or where it stands in the URL.
    ///   - connections: At most so many at once. Few mails use few of them, and a server that takes fewer (421 to one that
    ///     is new) gets fewer for a minute.
    ///   - timeout: For connecting, and for each answer of the server; the one to the message itself has 20 times as long.
    ///   - authoritiesFile: PEM certificates of whom to trust instead of the system's authorities.
    /// - Throws: `permanent` where the URL is none of these forms.
    public init(
        url: String, username: String?, password: String?, connections: Int = 1, timeout: Duration,
        authoritiesFile: String? = nil
    ) throws(SMTPError) {
        let server = try SMTPServer(url, hasCredentials: username != nil)
        self.server = server
        lanes = SMTPLanes(connections)
        self.username = username ?? server.username
        self.password = password ?? server.password
        self.timeout = timeout
        self.authoritiesFile = authoritiesFile
    }

    /// Hands one message to the server, and returns when the server has taken it on.
    ///
    /// `from` and `to` are bare addresses (the envelope). `message` is the head and body as RFC 5322 has them; bare line
    /// feeds become CRLF, and lines that begin with a dot are escaped on the way. Waits for a connection where all are used.
    ///
    /// - Parameter taken: Called when the server has taken the message on; its connection is used by nobody else before.
    public func send(
        from: String, to: String, message: [UInt8], taken: () async -> Void = {}
    ) async throws(SMTPError) {
        let sender = try SMTPTransport.path(from), recipient = try SMTPTransport.path(to)
        let message = SMTPTransport.withNetworkLineEnds(message)
        while let lane = await lanes.acquire() {
            let outcome = await send(sender, recipient, message, lane.loop)
            if outcome.error == nil { await taken() }
            // Where it took others it takes this one there, too.
            let goesAgain = outcome.isTurnedAway && lanes.turnedAway(lane)
            lanes.release(lane, isConnected: outcome.isConnected)
            if goesAgain { continue }
            if let error = outcome.error { throw error }
            return
        }
        throw .transient(code: nil, text: Task.isCancelled ? "cancelled" : "the transport is closed")
    }

    private func send(
        _ sender: String, _ recipient: String, _ message: [UInt8], _ loop: TransferLoop
    ) async -> SMTPOutcome {
        guard let transfer = Transfer(url: server.url) else {
            return SMTPOutcome(error: .transient(code: nil, text: "out of memory"))
        }
        transfer.set(CURLOPT_PROTOCOLS_STR, "smtp,smtps")
        transfer.set(CURLOPT_USE_SSL, server.tls)
        if let username { transfer.set(CURLOPT_USERNAME, username) }
        if let password { transfer.set(CURLOPT_PASSWORD, password) }
        transfer.set(CURLOPT_MAIL_FROM, sender)
        transfer.set(CURLOPT_MAIL_RCPT, list: [recipient])
        transfer.set(CURLOPT_UPLOAD, 1)
        if let authoritiesFile { transfer.set(CURLOPT_CAINFO, authoritiesFile) }
        let last = timeout * SMTPTransport.patienceAtTheEnd
        transfer.idleLimit = timeout
        transfer.onUploaded = { [unowned transfer] in transfer.idleLimit = last }
        // A server that answers bit by bit comes to an end, too.
        transfer.set(CURLOPT_TIMEOUT_MS, (last * 2).curlMilliseconds)
        // libcurl's own limits stay out of the way of ours.
        transfer.set(CURLOPT_CONNECTTIMEOUT_MS, (last * 2).curlMilliseconds)
        transfer.set(CURLOPT_SERVER_RESPONSE_TIMEOUT, (last * 2).curlSeconds)
        if server.isThisMachine { transfer.set(CURLOPT_PROXY, "") }
        transfer.upload = message
        let replies = Replies()
        transfer.onLine = replies.take
        let code = await loop.perform(transfer)
        return SMTPOutcome(code, of: transfer, replies: replies)
    }

    /// Says goodbye to the server and closes the connections. Later messages are refused as `transient`.
    public func close() async { await lanes.close() }

    /// Every line end as CRLF, and one at the end.
    package static func withNetworkLineEnds(_ message: [UInt8]) -> [UInt8] {
        if hasNetworkLineEnds(message) { return message }
        var result: [UInt8] = []
        result.reserveCapacity(message.count + message.count / 32 + 2)
        var previous: UInt8 = 0
        for byte in message {
            if byte == 0x0A, previous != 0x0D { result.append(0x0D) }
            if previous == 0x0D, byte != 0x0A { result.append(0x0A) }
            result.append(byte)
            previous = byte
        }
        if previous == 0x0D { result.append(0x0A) } else if previous != 0x0A { result += [0x0D, 0x0A] }
        return result
    }

    /// Most messages have them: these need no copy.
    private static func hasNetworkLineEnds(_ message: [UInt8]) -> Bool {
        message.withUnsafeBufferPointer { message in
            var previous: UInt8 = 0
            for byte in message {
                if (byte == 0x0A) != (previous == 0x0D) { return false }
                previous = byte
            }
            return previous == 0x0A
        }
    }

    /// The address as MAIL and RCPT take it. Whatever could end the command or begin another is refused.
    private static func path(_ address: String) throws(SMTPError) -> String {
        let isUnsafe = address.unicodeScalars.contains { $0.value <= 0x20 || $0.value == 0x7F || $0 == "<" || $0 == ">" }
        guard !isUnsafe, !address.isEmpty else {
            throw .permanent(code: nil, text: "not a mail address: \(address.debugDescription)")
        }
        return "<\(address)>"
    }
}

extension Duration {
    /// Whole seconds, at least one.
    fileprivate var curlSeconds: Int { max(1, Int(components.seconds)) }
}
