import Curl
import FoundationEssentials
import Synchronization
import Testing
import TodoClient
import TodoCore

/// A server that answers each expected request once and in order; anything else, and anything left over, fails the test.
final class FakeAPI: HTTPSending {
    struct Stub: Sendable {
        var request: String
        var result: Result<HTTPResponse, HTTPError>
        var sourceLocation: SourceLocation
    }

    private let stubs = Mutex<[Stub]>([])
    private let sent = Mutex<[HTTPRequest]>([])

    var requests: [HTTPRequest] { sent.withLock { $0 } }

    /// `request`: `GET /tasks/1`, below the API's own path.
    func expect(_ request: String, _ result: Result<HTTPResponse, HTTPError>, sourceLocation: SourceLocation = #_sourceLocation) {
        stubs.withLock { $0.append(Stub(request: request, result: result, sourceLocation: sourceLocation)) }
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
        let stub = stubs.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        guard let stub, stub.request == "\(request.method) \(path)" else {
            Issue.record("unexpected request \(request.method) \(path), expected \(stub?.request ?? "none")")
            throw .cancelled
        }
        return try stub.result.get()
    }

    /// Fails for each answer that nobody asked for.
    func verify() {
        for stub in stubs.withLock({ $0 }) { Issue.record("unused: \(stub.request)", sourceLocation: stub.sourceLocation) }
    }

    /// The body of a request, with its keys in order.
    func body(_ index: Int) throws -> String {
        let body = try #require(requests.indices.contains(index) ? requests[index].body : nil)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(Wire.decode(JSONValue.self, from: body)), as: UTF8.self)
    }
}
