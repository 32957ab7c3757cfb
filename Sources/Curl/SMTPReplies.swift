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

/// What became of one message.
struct SMTPOutcome {
    /// Nil where the server has taken it.
    var error: SMTPError?
    /// Whether the connection can be used again.
    var isConnected = false
    /// Whether the server wanted no connection more: it has not heard of the message.
    var isTurnedAway = false
}

extension SMTPOutcome {
    /// By libcurl's code at the end of a transfer.
    init(_ code: CURLcode, of transfer: Transfer, replies: Replies) {
        self.init(isConnected: true)
        guard code != CURLE_OK else { return }
        let error = SMTPError(code, of: transfer, replies: replies)
        self.error = error
        isConnected = code == CURLE_WEIRD_SERVER_REPLY && transfer.hasUploaded && error.code != 421
        isTurnedAway = error.code == 421 && !isAboutMessage(code, transfer)
    }
}

/// Whether libcurl's code means a reply in the message's own part of the talk: to MAIL, RCPT and DATA, or to the message itself.
private func isAboutMessage(_ code: CURLcode, _ transfer: Transfer) -> Bool {
    code == CURLE_SEND_ERROR || (code == CURLE_WEIRD_SERVER_REPLY && transfer.hasUploaded)
}

extension SMTPError {
    /// The error for libcurl's code at the end of a transfer.
    init(_ code: CURLcode, of transfer: Transfer, replies: Replies) {
        // Whatever came after one of these is no answer to this message any more.
        if code == CURLE_ABORTED_BY_CALLBACK || code == CURLE_OPERATION_TIMEDOUT {
            self = .transient(code: nil, text: code == CURLE_OPERATION_TIMEDOUT ? "no answer in time" : "cancelled")
            return
        }
        let reply = transfer.info(CURLINFO_RESPONSE_CODE)
        guard reply >= 400, let text = replies.last(reply) else {
            self = .transient(code: nil, text: transfer.errorText(code))
            return
        }
        // These want a login first, or refuse ours: mending the settings mends them.
        let isAboutLogin = [530, 534, 535, 538].contains(reply)
        self =
            reply >= 500 && isAboutMessage(code, transfer) && !isAboutLogin
            ? .permanent(code: reply, text: text) : .transient(code: reply, text: text)
    }
}
