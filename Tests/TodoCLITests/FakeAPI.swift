import Curl
import FoundationEssentials
import Synchronization
import Testing
import TodoClient
import TodoCore

/// A server that answers each expected request once; anything else, and anything left over, fails the test.
///
/// Of equal requests the first is answered first. Others may come in any order: commands send several at once.
final class FakeAPI: HTTPSending {
    struct Stub: Sendable {
        var request: String
        var answer: @Sendable (HTTPRequest) -> Result<HTTPResponse, HTTPError>
        var sourceLocation: SourceLocation
        /// Whether nobody has to ask.
        var isOptional = false
    }

    private let stubs = Mutex<[Stub]>([])
    private let sent = Mutex<[HTTPRequest]>([])

    var requests: [HTTPRequest] { sent.withLock { $0 } }

    /// `request`: `GET /tasks/1`, below the API's own path.
    func expect(_ request: String, _ result: Result<HTTPResponse, HTTPError>, sourceLocation: SourceLocation = #_sourceLocation) {
        stubs.withLock { $0.append(Stub(request: request, answer: { _ in result }, sourceLocation: sourceLocation)) }
    }

    /// For an answer that depends on what was sent: its status and its body.
    func expect(
        _ request: String, sourceLocation: SourceLocation = #_sourceLocation,
        answering: @escaping @Sendable (HTTPRequest) throws -> (status: Int, body: [UInt8])
    ) {
        let answer: @Sendable (HTTPRequest) -> Result<HTTPResponse, HTTPError> = { request in
            guard let (status, body) = try? answering(request) else { return .failure(.cancelled) }
            return .success(HTTPResponse(status: status, body: body))
        }
        stubs.withLock { $0.append(Stub(request: request, answer: answer, sourceLocation: sourceLocation)) }
    }

    /// Gives the answer to whoever asks; nobody has to.
    func allow(_ request: String, _ result: Result<HTTPResponse, HTTPError>, sourceLocation: SourceLocation = #_sourceLocation) {
        stubs.withLock {
            $0.append(Stub(request: request, answer: { _ in result }, sourceLocation: sourceLocation, isOptional: true))
        }
    }

    func expect(
        _ request: String, status: Int = 200, headers: HTTPHeaders = [:], _ body: some Encodable,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let response = HTTPResponse(status: status, headers: headers, body: try Wire.encode(body))
        expect(request, .success(response), sourceLocation: sourceLocation)
    }

    func expect(
        _ request: String, problem: Problem, headers: HTTPHeaders = [:], sourceLocation: SourceLocation = #_sourceLocation
    )
        throws
    {
        try expect(request, status: problem.status, headers: headers, problem, sourceLocation: sourceLocation)
    }

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        sent.withLock { $0.append(request) }
        let path = request.url.split(separator: "/api/v1", maxSplits: 1).last ?? ""
        let stub = stubs.withLock { stubs in
            stubs.firstIndex { $0.request == "\(request.method) \(path)" }.map { stubs.remove(at: $0) }
        }
        guard let stub else {
            let expected = stubs.withLock { $0.first?.request ?? "none" }
            Issue.record("unexpected request \(request.method) \(path), expected \(expected)")
            throw .cancelled
        }
        return try stub.answer(request).get()
    }

    /// Fails for each answer that nobody asked for.
    func verify() {
        for stub in stubs.withLock({ $0 }) where !stub.isOptional {
            Issue.record("unused: \(stub.request)", sourceLocation: stub.sourceLocation)
        }
    }

    /// The body of a request, with its keys in order.
    func body(_ index: Int) throws -> String {
        let body = try #require(requests.indices.contains(index) ? requests[index].body : nil)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(Wire.decode(JSONValue.self, from: body)), as: UTF8.self)
    }
}
