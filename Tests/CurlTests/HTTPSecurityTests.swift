import Curl
import TestSupport
import Testing

/// Whom a transport trusts, and how it speaks with them.
@Suite(.timeLimit(.minutes(1))) struct HTTPSecurityTests {
    private func transport(trusting file: String?) -> HTTPTransport {
        var options = HTTPTransport.Options()
        options.authoritiesFile = file
        return HTTPTransport(options: options)
    }

    @Test func aCertificateThatNobodySignedIsRefused() async throws {
        let server = try await TLSServer(["-www"])
        let url = "https://127.0.0.1:\(server.port)/"
        await expectError {
            if case .unreachable(.tls, let reason) = $0 { reason.contains("certificate") } else { false }
        } from: {
            try await transport(trusting: nil).send(HTTPRequest(url: url))
        }
        #expect(try await transport(trusting: server.certificate).send(HTTPRequest(url: url)).status == 200)
    }

    @Test func aCertificateForSomeoneElseIsRefused() async throws {
        let server = try await TLSServer(for: "DNS:todo.example.org,IP:127.0.0.2", ["-www"])
        await expectError {
            if case .unreachable(.tls, _) = $0 { true } else { false }
        } from: {
            try await transport(trusting: server.certificate).send(HTTPRequest(url: "https://127.0.0.1:\(server.port)/"))
        }
    }

    @Test func noOldTLSIsSpoken() async throws {
        // At security level 0 the server would speak 1.1.
        let server = try await TLSServer(["-www", "-tls1_1", "-cipher", "ALL:@SECLEVEL=0"])
        await expectError {
            if case .unreachable(.tls, _) = $0 { true } else { false }
        } from: {
            try await transport(trusting: server.certificate).send(HTTPRequest(url: "https://127.0.0.1:\(server.port)/"))
        }
    }

    @Test func http2IsSpokenOverTLSWhereItIsOffered() async throws {
        let server = try await TLSServer(["-alpn", "h2"])
        let transport = transport(trusting: server.certificate)
        let url = "https://127.0.0.1:\(server.port)/"
        let request = Task { try await transport.send(HTTPRequest(url: url)) }
        // What an HTTP/2 connection begins with.
        try await server.wait(for: "PRI * HTTP/2.0")
        request.cancel()
        await #expect(throws: HTTPError.cancelled) { try await request.value }
    }
}
