import Curl
import Glibc
import TodoCore

extension CheckReport {
    /// How long the mail server may take for each step of the check.
    private static let patience = Duration.seconds(10)

    /// Where mail leaves: the server is asked for everything but to take a mail.
    mutating func checkMail(_ settings: Settings) async {
        guard let url = settings.string("SMTP_URL") else {
            add("mail", "SMTP_URL", .wrong, "is not set. Give smtp://host:587, smtps://host or maildir:/folder.")
            return
        }
        do {
            // The sender, the URL's form and SMTP_TIMEOUT, as the mailer reads them.
            _ = try settings.mailer(url: url)
        } catch {
            add("mail", "settings", .wrong, "\(error)")
            return
        }
        if url.lowercased().hasPrefix("maildir:") {
            checkMaildir(String(url.dropFirst("maildir:".count)))
        } else {
            await checkServer(url, settings)
        }
    }

    private mutating func checkServer(_ url: String, _ settings: Settings) async {
        let answer: MailServerProbe.Answer
        do {
            answer = try await MailServerProbe.ask(
                url: url, username: settings.string("SMTP_USERNAME"), password: settings.string("SMTP_PASSWORD"),
                timeout: Self.patience, authoritiesFile: settings.string("SSL_CERT_FILE"))
        } catch {
            add("mail", "server", .wrong, error.text)
            return
        }
        add("mail", "server", .ok, "answers: \(answer.greeting)")
        add(
            "mail", "encryption", answer.isEncrypted ? .ok : .warning,
            answer.isEncrypted ? "TLS" : "none: mails go over the network in the clear. Use smtps:// or ?starttls=required.")
        let hasLogin = settings.string("SMTP_USERNAME") != nil
        if answer.isLoggedIn {
            add("mail", "login", .ok, "accepted")
        } else if hasLogin {
            add("mail", "login", .warning, "SMTP_USERNAME is set, but the server asks for no login")
        } else {
            add("mail", "login", .note, "none is set")
        }
    }

    /// It is made at the first mail, so its parent has to let us.
    private mutating func checkMaildir(_ path: String) {
        let folder = path.hasPrefix("//") ? String(path.dropFirst(2)) : path
        let parent = folder.lastIndex(of: "/").map { $0 == folder.startIndex ? "/" : String(folder[..<$0]) } ?? "."
        if access(folder, W_OK | X_OK) == 0 {
            add("mail", "Maildir", .ok, folder)
        } else if access(folder, F_OK) != 0, access(parent, W_OK | X_OK) == 0 {
            add("mail", "Maildir", .ok, "\(folder) will be made at the first mail")
        } else {
            add("mail", "Maildir", .wrong, "\(folder) can't be written to: \(String(cString: strerror(errno)))")
        }
    }
}
