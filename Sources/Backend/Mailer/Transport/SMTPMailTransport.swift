internal import Curl
public import FoundationEssentials

/// Mail over SMTP, on connections that are kept.
public struct SMTPMailTransport: MailTransport {
    private let transport: SMTPTransport

    /// `url` is `smtp://host:port` or `smtps://host:port`. Throws `.permanent` when it can't be used.
    ///
    /// - Parameters:
    ///   - connections: at most so many at once.
    ///   - timeout: for each answer of the server; the one to the mail itself has 20 times as long.
    ///   - authoritiesFile: PEM certificates of whom to trust instead of the system's authorities.
    public init(
        url: String, username: String? = nil, password: String? = nil, connections: Int = 1,
        timeout: Duration = .seconds(30), authoritiesFile: String? = nil
    ) throws(MailError) {
        do {
            transport = try SMTPTransport(
                url: url, username: username, password: password, connections: connections, timeout: timeout,
                authoritiesFile: authoritiesFile)
        } catch {
            throw .permanent(error.text)
        }
    }

    public func send(
        from: String, to: String, message: [UInt8], id: UUID, taken: () async throws(MailError) -> Void
    ) async throws(MailError) {
        var outcome = Result<Void, MailError>.success(())
        do {
            try await transport.send(from: from, to: to, message: message) {
                do throws(MailError) { try await taken() } catch { outcome = .failure(error) }
            }
        } catch {
            // The text of a reply begins with its code.
            let reason = error.code.map { "SMTP \($0): \(error.text.dropFirst("\($0) ".count))" } ?? error.text
            throw error.isTransient ? .transient(reason) : .permanent(reason)
        }
        try outcome.get()
    }

    public func close() async { await transport.close() }
}
