import Mailer
import TodoCore

extension Settings {
    /// How the mailer mails.
    ///
    /// - Parameters:
    ///   - url: what `SMTP_URL` says, or what stands in for it.
    ///   - from: the sender where `MAIL_FROM` names none.
    ///   - publicURL: where users open their tasks when `PUBLIC_URL` doesn't say it.
    func mailer(url: String, from: String? = nil, publicURL: String? = nil) throws -> MailerSettings {
        guard let sender = string("MAIL_FROM") ?? from else {
            throw SettingError.missing("MAIL_FROM", "Give the sender, such as todo@example.org.")
        }
        guard let page = string("PUBLIC_URL") ?? publicURL else {
            throw SettingError.missing("PUBLIC_URL", "Give the address of the page, such as https://todo.example.org.")
        }
        let mailbox: Mailbox
        do throws(Limits.Fault) {
            mailbox = try Mailbox(parsing: sender)
        } catch {
            throw SettingError(description: "MAIL_FROM is \(sender): it \(error.message).")
        }
        let concurrency = try integer("MAILER_CONCURRENCY", in: 1...64) ?? 8
        let timeout = Duration.seconds(try seconds("SMTP_TIMEOUT") ?? 30)
        do throws(MailError) {
            let transport = try MailerSettings.transport(
                url: url, username: string("SMTP_USERNAME"), password: string("SMTP_PASSWORD"), connections: concurrency,
                timeout: timeout, authoritiesFile: string("SSL_CERT_FILE"))
            return MailerSettings(from: mailbox, publicURL: page, transport: transport, concurrency: concurrency)
        } catch {
            throw SettingError(description: "SMTP_URL can't be used: \(error.reason)")
        }
    }
}
