import Ccurl

/// Asks a mail server whether it would take mail, as far as that can be known without sending any.
public enum MailServerProbe {
    /// What the server did.
    public struct Answer: Sendable, Hashable {
        /// Its greeting, without the code.
        public let greeting: String
        /// Whether the connection is encrypted by now.
        public let isEncrypted: Bool
        /// Whether it took a login; false where none was offered to it.
        public let isLoggedIn: Bool
    }

    /// Connects, takes STARTTLS and logs in just as ``SMTPTransport`` does with the same parameters, says `NOOP` and goodbye.
    ///
    /// - Throws: what a mail would fail with.
    public static func ask(
        url: String, username: String?, password: String?, timeout: Duration, authoritiesFile: String? = nil
    ) async throws(SMTPError) -> Answer {
        let server = try SMTPServer(url, hasCredentials: username != nil)
        guard let transfer = Transfer(url: server.url) else { throw .transient(code: nil, text: "out of memory") }
        transfer.set(CURLOPT_PROTOCOLS_STR, "smtp,smtps")
        transfer.set(CURLOPT_USE_SSL, server.tls)
        if let username = username ?? server.username { transfer.set(CURLOPT_USERNAME, username) }
        if let password = password ?? server.password { transfer.set(CURLOPT_PASSWORD, password) }
        transfer.set(CURLOPT_CUSTOMREQUEST, "NOOP")
        transfer.set(CURLOPT_NOBODY, 1)
        if let authoritiesFile { transfer.set(CURLOPT_CAINFO, authoritiesFile) }
        transfer.set(CURLOPT_CONNECTTIMEOUT_MS, timeout.curlMilliseconds)
        transfer.set(CURLOPT_TIMEOUT_MS, (timeout * 2).curlMilliseconds)
        if server.isThisMachine { transfer.set(CURLOPT_PROXY, "") }
        let replies = Replies()
        let talk = Talk()
        transfer.onLine = { line in
            replies.take(line)
            talk.take(line)
        }
        let loop = TransferLoop(limit: 1, saysGoodbye: true)
        let code = await loop.perform(transfer)
        await loop.close()
        guard code == CURLE_OK else { throw SMTPError(code, of: transfer, replies: replies) }
        return Answer(
            greeting: talk.greeting, isEncrypted: talk.isEncrypted || server.url.hasPrefix("smtps:"), isLoggedIn: talk.isLoggedIn)
    }
}

/// What the replies tell. Touched by the loop's thread until the transfer is done, then by the one who waited.
private final class Talk {
    var greeting = ""
    var isEncrypted = false
    var isLoggedIn = false
    private var hasGreeting = false

    func take(_ line: String) {
        let text = String(line.dropFirst(4))
        if line.hasPrefix("220"), !hasGreeting {
            greeting = text
            hasGreeting = true
        } else if line.hasPrefix("220") {
            // The only other 220 is the answer to STARTTLS; libcurl ends the talk where TLS then fails.
            isEncrypted = true
        } else if line.hasPrefix("235") {
            isLoggedIn = true
        }
    }
}
