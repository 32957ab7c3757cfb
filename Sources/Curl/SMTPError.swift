/// Why a mail server did not take a message.
public enum SMTPError: Error, Sendable, Hashable {
    /// It may work later, or once the server or the settings are mended: a 4xx reply, the network, a refused login,
    /// a server that takes nobody's mail. `code` is the server's reply code; nil where no reply came.
    case transient(code: Int?, text: String)
    /// It will never work for this message: a 5xx reply to its sender, recipient or content, or an address that can't
    /// be written in SMTP. `code` is nil where the server was not asked.
    case permanent(code: Int?, text: String)

    /// The server's reply code; nil where no reply came.
    public var code: Int? {
        switch self {
        case .transient(let code, _), .permanent(let code, _): code
        }
    }

    /// What happened, in words for people; the server's last reply line where it gave one.
    public var text: String {
        switch self {
        case .transient(_, let text), .permanent(_, let text): text
        }
    }

    /// Whether the same message is worth sending again.
    public var isTransient: Bool {
        switch self {
        case .transient: true
        case .permanent: false
        }
    }
}

extension SMTPError: CustomStringConvertible {
    public var description: String { text }
}
