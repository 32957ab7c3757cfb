import ArgumentParser
import Glibc

struct HealthCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "health", abstract: "Ask the role that runs on this machine whether it is ready: for containers.",
        discussion: """
            Ends with code 0 if it is, else with 1. It asks GET /readyz on MONITOR_PORT, else on HTTP_PORT (default 8080).
            """)

    func run() async throws {
        try await reporting {
            let settings = try await Settings.load()
            let port = try settings.monitorPort() ?? settings.integer("HTTP_PORT", in: 1...65_535) ?? 8080
            let host = settings.string("HTTP_HOST").flatMap { ["0.0.0.0", "::", ""].contains($0) ? nil : $0 } ?? "127.0.0.1"
            let answer = try OneRequest.get("/readyz", host: host, port: port)
            FileHandleStream.standardOutput.write("\(answer.body)\n")
            if answer.status != 200 { throw ExitCode.failure }
        }
    }
}

/// One small HTTP request over loopback: a container's health check needs no client library, and starts often.
private enum OneRequest {
    /// Seconds for each step.
    private static let patience = 4
    private static let maxAnswer = 64 << 10

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    static func get(_ path: String, host: String, port: Int) throws -> (status: Int, body: String) {
        let socket = try connect(host: host, port: port)
        defer { close(socket) }
        let request = Array("GET \(path) HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n".utf8)
        guard send(socket, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else {
            throw Failure(description: "\(host):\(port) takes no request (\(reason))")
        }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while bytes.count < maxAnswer {
            let count = recv(socket, &buffer, buffer.count, 0)
            if count < 0 { throw Failure(description: "\(host):\(port) doesn't answer (\(reason))") }
            if count == 0 { break }
            bytes += buffer[..<count]
        }
        let text = String(decoding: bytes, as: UTF8.self)
        let words = text.prefix { !$0.isNewline }.split(separator: " ")
        guard words.count >= 2, words[0].hasPrefix("HTTP/"), let status = Int(words[1]) else {
            throw Failure(description: "\(host):\(port) doesn't speak HTTP")
        }
        let end = text.firstRange(of: "\r\n\r\n")?.upperBound ?? text.endIndex
        return (status, String(text[end...]))
    }

    private static func connect(host: String, port: Int) throws -> Int32 {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, String(port), &hints, &found) == 0, let address = found else {
            throw Failure(description: "there is no address \(host)")
        }
        defer { freeaddrinfo(found) }
        let socket = Glibc.socket(address.pointee.ai_family, address.pointee.ai_socktype, address.pointee.ai_protocol)
        guard socket >= 0 else { throw Failure(description: "no socket (\(reason))") }
        var limit = timeval(tv_sec: patience, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(socket, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
        }
        guard Glibc.connect(socket, address.pointee.ai_addr, address.pointee.ai_addrlen) == 0 else {
            let failure = Failure(description: "nothing answers on \(host):\(port) (\(reason))")
            close(socket)
            throw failure
        }
        return socket
    }

    private static var reason: String { String(cString: strerror(errno)) }
}
