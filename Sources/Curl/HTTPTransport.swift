import Ccurl

/// Sends HTTP requests over kept connections: keep-alive, HTTP/2 over TLS, compressed answers, TLS verified, proxies as
/// the environment names them (`https_proxy`, `no_proxy`…; never for this machine itself).
///
/// Redirects are not followed: a token must go nowhere but to the server it was given for.
public final class HTTPTransport: Sendable {
    /// What holds for every request of a transport.
    public struct Options: Sendable, Hashable {
        /// Until the connection (with TLS) stands.
        public var connectTimeout: Duration = .seconds(10)
        /// For a whole exchange, unless the request says otherwise. Streams have none.
        public var timeout: Duration = .seconds(30)
        public var userAgent = "curl"
        /// A PEM file of the authorities to trust; nil for the system's.
        public var authoritiesFile: String?
        /// Bytes of an answer's body after decompression; a longer one is refused.
        public var maximumBodySize = 64 << 20

        public init() {}
    }

    private let loop: TransferLoop
    private let options: Options

    public init(options: Options = Options()) {
        self.options = options
        loop = TransferLoop(limit: 16)
    }

    /// Sends the request and takes in the whole answer, of whatever status.
    public func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        let transfer = try transfer(for: request)
        transfer.set(CURLOPT_TIMEOUT_MS, (request.timeout ?? options.timeout).curlMilliseconds)
        let answer = Answer(limit: options.maximumBodySize)
        transfer.onLine = { answer.head.take($0) }
        transfer.onBytes = answer.take
        let code = await loop.perform(transfer)
        guard code == CURLE_OK else { throw answer.isTooLong ? tooLong : HTTPError(code, of: transfer) }
        guard answer.head.status >= 100 else { throw .malformedResponse(reason: "the answer is not HTTP") }
        return HTTPResponse(status: answer.head.status, headers: answer.head.headers, body: answer.body)
    }

    /// Sends the request and returns when the answer's head has come; its body follows through the stream.
    ///
    /// The exchange ends with the body, when the stream is let go, when the task that reads it is cancelled, or after
    /// so long a silence.
    public func stream(_ request: HTTPRequest, idleTimeout: Duration = .seconds(60)) async throws(HTTPError) -> HTTPStream {
        let transfer = try transfer(for: request)
        transfer.idleLimit = idleTimeout
        let body = StreamBody(transfer: transfer, loop: loop)
        let head = try await body.start()
        return HTTPStream(status: head.status, headers: head.headers, source: .live(body))
    }

    /// Ends what runs and closes the connections. Later requests answer ``HTTPError/cancelled``.
    public func close() async { await loop.close() }

    private var tooLong: HTTPError {
        .malformedResponse(reason: "the answer is longer than \(options.maximumBodySize >> 20) MiB")
    }

    private func transfer(for request: HTTPRequest) throws(HTTPError) -> Transfer {
        guard let url = URLParts(request.url), ["http", "https"].contains(url.scheme) else {
            throw .invalidRequest(reason: "not an http or https URL")
        }
        guard let transfer = Transfer(url: request.url) else { throw .unreachable(.other, reason: "out of memory") }
        transfer.set(CURLOPT_PROTOCOLS_STR, "http,https")
        transfer.set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS))
        transfer.set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        transfer.set(CURLOPT_ACCEPT_ENCODING, "")
        transfer.set(CURLOPT_USERAGENT, options.userAgent)
        transfer.set(CURLOPT_CONNECTTIMEOUT_MS, options.connectTimeout.curlMilliseconds)
        transfer.set(CURLOPT_TCP_KEEPALIVE, 1)
        transfer.set(CURLOPT_BUFFERSIZE, 128 << 10)
        transfer.set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        if let file = options.authoritiesFile { transfer.set(CURLOPT_CAINFO, file) }
        if url.isThisMachine { transfer.set(CURLOPT_NOPROXY, "*") }
        if request.method == "HEAD" { transfer.set(CURLOPT_NOBODY, 1) }
        if let body = request.body { transfer.setBody(body) }
        transfer.set(CURLOPT_CUSTOMREQUEST, request.method)
        transfer.set(CURLOPT_HTTPHEADER, list: try headerLines(request))
        return transfer
    }

    /// Each field as libcurl wants it; `Expect:` keeps it from waiting for a 100.
    private func headerLines(_ request: HTTPRequest) throws(HTTPError) -> [String] {
        var lines = ["Expect:"]
        if request.body != nil, request.headers["Content-Type"] == nil { lines.append("Content-Type:") }
        for field in request.headers.fields {
            let text = field.name + field.value
            guard !field.name.isEmpty, !field.name.contains(":"), !text.unicodeScalars.contains(where: { $0.value < 0x20 }) else {
                throw .invalidRequest(reason: "the header \(field.name) holds a character that may not stand there")
            }
            // A field without a value is written with a semicolon; with a colon libcurl would drop it.
            lines.append(field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)")
        }
        return lines
    }
}

/// Gathers an answer. Touched by the loop's thread until the transfer is done, then by the one who waited.
private final class Answer {
    var head = HTTPHead()
    var body: [UInt8] = []
    private(set) var isTooLong = false
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    func take(_ bytes: UnsafeRawBufferPointer) -> Transfer.Verdict {
        guard body.count + bytes.count <= limit else {
            isTooLong = true
            return .abort
        }
        // Compressed it says less than comes; what a server only pretends is not believed beyond the limit.
        if body.isEmpty, let length = head.headers["Content-Length"].flatMap({ Int($0) }) {
            body.reserveCapacity(min(max(length, bytes.count), limit))
        }
        body.append(contentsOf: bytes)
        return .take
    }
}
