import Ccurl
import Glibc

/// Why there is no answer. An answer of any status is none of these.
public enum HTTPError: Error, Sendable, Hashable {
    /// What kept the connection from standing.
    public enum Obstacle: Sendable, Hashable {
        case refused, nameNotFound, timedOut, tls, other
    }

    /// No connection: the server surely has not seen the request.
    case unreachable(Obstacle, reason: String)
    /// The connection broke, or no answer came in time: the server may have acted on the request.
    case interrupted(reason: String)
    /// The task was cancelled, or the transport closed.
    case cancelled
    /// The other side doesn't speak HTTP as it should.
    case malformedResponse(reason: String)
    /// The request can't be sent as it is: its URL or a header.
    case invalidRequest(reason: String)

    /// One line for people, without a full stop: `connection refused`.
    public var reason: String {
        switch self {
        case .unreachable(_, let reason), .interrupted(let reason), .malformedResponse(let reason), .invalidRequest(let reason):
            reason
        case .cancelled: "cancelled"
        }
    }
}

extension HTTPError: CustomStringConvertible {
    public var description: String { reason }
}

extension HTTPError {
    /// The error for libcurl's code at the end of a transfer.
    init(_ code: CURLcode, of transfer: Transfer) {
        let text = transfer.errorText(code)
        let wasSent = transfer.info(CURLINFO_REQUEST_SIZE) > 0
        switch code {
        case CURLE_ABORTED_BY_CALLBACK:
            self = .cancelled
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY:
            self = .unreachable(.nameNotFound, reason: "no address is known for this name")
        case CURLE_COULDNT_CONNECT:
            let errno = Int32(truncatingIfNeeded: transfer.info(CURLINFO_OS_ERRNO))
            self =
                errno == ECONNREFUSED
                ? .unreachable(.refused, reason: "connection refused")
                : .unreachable(.other, reason: errno == 0 ? text : systemText(errno))
        case CURLE_OPERATION_TIMEDOUT where !wasSent:
            self = .unreachable(.timedOut, reason: "no connection in time")
        case CURLE_OPERATION_TIMEDOUT:
            self = .interrupted(reason: "no answer in time")
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR:
            self = .unreachable(.tls, reason: "its certificate can't be trusted (\(text))")
        case CURLE_SSL_CONNECT_ERROR:
            self = .unreachable(.tls, reason: "no TLS connection (\(text))")
        case CURLE_GOT_NOTHING:
            self = .interrupted(reason: "the server closed the connection without an answer")
        case CURLE_PARTIAL_FILE, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_HTTP2, CURLE_HTTP2_STREAM:
            self = .interrupted(reason: "the connection broke (\(text))")
        case CURLE_URL_MALFORMAT:
            self = .invalidRequest(reason: "not an http or https URL")
        // libcurl calls an answer without a status line HTTP/0.9, a protocol that it doesn't support.
        case CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL, CURLE_BAD_CONTENT_ENCODING, CURLE_WRITE_ERROR:
            self = .malformedResponse(reason: "the answer is not proper HTTP (\(text))")
        default:
            self = wasSent ? .interrupted(reason: text) : .unreachable(.other, reason: text)
        }
    }
}

/// The system's words for an errno, such as `No route to host`.
func systemText(_ errno: Int32) -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
        guard let start = buffer.baseAddress, strerror_r(errno, start, buffer.count) == 0 else { return "error \(errno)" }
        return String(cString: start)
    }
}
