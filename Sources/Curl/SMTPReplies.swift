import Ccurl

/// The server's replies to one message's commands.
///
/// Touched by the loop's thread until the transfer is done, then by the one who waited.
final class Replies {
    private var replies: [String] = []
    private var isOpen = false

    /// Takes a line: `250-SIZE 1000` is followed by more of the same reply, `250 OK` ends it.
    func take(_ line: String) {
        if isOpen, let last = replies.indices.last { replies[last] += " " + line.dropFirst(4) } else { replies.append(line) }
        isOpen = line.dropFirst(3).first == "-"
    }

    /// The last reply with the code, its lines in one; libcurl's QUIT may have got another one since.
    func last(_ code: Int) -> String? {
        replies.last { $0.hasPrefix("\(code)") }
    }
}

extension SMTPError {
    /// The error for libcurl's code at the end of a transfer.
    init(_ code: CURLcode, of transfer: Transfer, replies: Replies) {
        let words = code == CURLE_ABORTED_BY_CALLBACK ? "cancelled" : transfer.errorText(code)
        let reply = transfer.info(CURLINFO_RESPONSE_CODE)
        guard reply >= 400, let text = replies.last(reply) else {
            self = .transient(code: nil, text: words)
            return
        }
        // A reply in the message's own part of the talk: to MAIL, RCPT and DATA, or to the message itself.
        let isAboutMessage = code == CURLE_SEND_ERROR || (code == CURLE_WEIRD_SERVER_REPLY && transfer.hasUploaded)
        // These want a login first, or refuse ours: mending the settings mends them.
        let isAboutLogin = [530, 534, 535, 538].contains(reply)
        self =
            reply >= 500 && isAboutMessage && !isAboutLogin
            ? .permanent(code: reply, text: text) : .transient(code: reply, text: text)
    }
}
