import Curl

/// Why there is no connection to the live feed, or none any more.
struct EventFailure: Error {
    var error: ClientError
    /// The server's wish.
    var retryAfter: Duration?

    init(_ error: ClientError, retryAfter: Duration? = nil) {
        self.error = error
        self.retryAfter = retryAfter
    }
}

extension TodoClient {
    /// An error's answer may be so long; the rest tells nothing.
    private static let maximumProblemSize = 1 << 20

    /// Connects to the live feed.
    /// - Parameter cursor: Empty to begin now.
    func openEvents(after cursor: String, idleTimeout: Duration) async throws(EventFailure) -> HTTPStream {
        var request = APIRequest("GET", "/events")
        request.accept = "text/event-stream"
        request.lastEventID = cursor.isEmpty ? nil : cursor
        let message: HTTPRequest
        do throws(ClientError) { message = try self.message(for: request) } catch { throw EventFailure(error) }
        let stopwatch = trace.map { _ in ContinuousClock.now }
        let stream: HTTPStream
        do throws(HTTPError) {
            stream = try await sender.stream(message, idleTimeout: idleTimeout)
        } catch {
            note(request, .failure(error), since: stopwatch)
            throw EventFailure(ClientError(error, url: configuration.url.text))
        }
        note(request, .success(HTTPResponse(status: stream.status)), since: stopwatch)
        guard stream.status == 200 else { throw await failure(of: stream) }
        // Anything else is a page of something between us and the server.
        guard stream.headers["Content-Type"]?.lowercased().hasPrefix("text/event-stream") == true else {
            throw EventFailure(notUnderstood)
        }
        return stream
    }

    private func failure(of stream: HTTPStream) async -> EventFailure {
        var response = HTTPResponse(status: stream.status, headers: stream.headers)
        do throws(HTTPError) {
            for try await piece in stream {
                response.body += piece
                if response.body.count > TodoClient.maximumProblemSize { break }
            }
        } catch { return EventFailure(ClientError(error, url: configuration.url.text)) }
        return EventFailure(
            ClientError(response, url: configuration.url.text, hadToken: true),
            retryAfter: RetryPolicy.retryAfter(stream.headers["Retry-After"]))
    }
}
