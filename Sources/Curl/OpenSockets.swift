import Ccurl
import Glibc

/// The sockets that a loop's transfers have open, so that saying goodbye can't hang.
///
/// Before libcurl closes an SMTP connection it sends QUIT and waits for the reply, on the loop's thread and for up to two
/// minutes. After ``hangUp()`` the QUIT still goes out, but reading ends at once.
///
/// Belongs to the loop's thread. Must outlive the multi handle: connections remember it longer than transfers do.
final class OpenSockets {
    private var sockets: Set<Int32> = []

    /// Has the transfer's connections register here.
    func watch(_ transfer: Transfer) {
        let me = Unmanaged.passUnretained(self).toOpaque()
        transfer.set(CURLOPT_SOCKOPTDATA, pointer: me)
        transfer.set(CURLOPT_CLOSESOCKETDATA, pointer: me)
        _ = shim_setopt_on_open(transfer.easy) { context, socket, _ in
            if let context { Unmanaged<OpenSockets>.fromOpaque(context).takeUnretainedValue().sockets.insert(socket) }
            return CURL_SOCKOPT_OK
        }
        _ = shim_setopt_on_close(transfer.easy) { context, socket in
            if let context { Unmanaged<OpenSockets>.fromOpaque(context).takeUnretainedValue().sockets.remove(socket) }
            return close(socket)
        }
    }

    /// Nothing more is read from any of them.
    func hangUp() {
        for socket in sockets { shutdown(socket, Int32(SHUT_RD)) }
    }
}
