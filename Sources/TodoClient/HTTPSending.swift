public import Curl

/// What carries requests to the server: libcurl in the programs, a script in tests.
public protocol HTTPSending: Sendable {
    /// Sends the request and takes in the whole answer, of whatever status.
    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse

    /// Sends the request and returns when the answer's head has come; the body follows piece by piece.
    /// - Parameter idleTimeout: How long the server may be silent.
    func stream(_ request: HTTPRequest, idleTimeout: Duration) async throws(HTTPError) -> HTTPStream
}

extension HTTPSending {
    /// For whoever only has whole answers: one comes as a stream that has all of it at once.
    public func stream(_ request: HTTPRequest, idleTimeout: Duration) async throws(HTTPError) -> HTTPStream {
        let answer = try await send(request)
        return HTTPStream(status: answer.status, headers: answer.headers, pieces: answer.body.isEmpty ? [] : [answer.body])
    }
}

extension HTTPTransport: HTTPSending {}
