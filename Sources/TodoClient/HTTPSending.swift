public import Curl

/// What carries requests to the server: libcurl in the programs, a script in tests.
public protocol HTTPSending: Sendable {
    /// Sends the request and takes in the whole answer, of whatever status.
    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse
}

extension HTTPTransport: HTTPSending {}
