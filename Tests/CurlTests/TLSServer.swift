// All of Foundation: only it starts programs.
import Foundation
import Synchronization

/// `openssl s_server` on a free port of 127.0.0.1, with a certificate of its own that nobody has signed.
final class TLSServer: Sendable {
    struct Failed: Error { var output: String }

    let port: Int
    private let folder: URL
    private let process: Process
    private let output: Output

    /// - Parameters:
    ///   - name: Whom the certificate is for, as openssl writes it.
    ///   - options: Such as `-www`, which answers requests with a page; without it what comes is printed.
    init(for name: String = "IP:127.0.0.1", _ options: [String]) async throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "todo-tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let (key, certificate) = (folder.appending(path: "key.pem").path, folder.appending(path: "certificate.pem").path)
        let maker = Self.openssl(
            ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key]
                + ["-out", certificate, "-days", "2", "-subj", "/CN=test", "-addext", "subjectAltName=\(name)"])
        maker.standardError = FileHandle.nullDevice
        try maker.run()
        maker.waitUntilExit()
        process = Self.openssl(
            ["s_server", "-accept", "127.0.0.1:0", "-cert", certificate, "-key", key] + options)
        output = Output()
        let pipe = Pipe()
        (process.standardOutput, process.standardError) = (pipe, FileHandle.nullDevice)
        // Without an input that stays open it ends after the first connection.
        process.standardInput = Pipe()
        output.follow(pipe.fileHandleForReading)
        try process.run()
        let text = try await output.wait(for: "ACCEPT 127.0.0.1:", through: "\n")
        port = text.split(separator: ":").last.flatMap { Int($0.prefix { $0.isNumber }) } ?? 0
    }

    deinit {
        // The program has inherited the signal mask of the thread that started it, which may hold off SIGTERM.
        kill(process.processIdentifier, SIGKILL)
        try? FileManager.default.removeItem(at: folder)
    }

    /// The PEM file of whom to trust.
    var certificate: String { folder.appending(path: "certificate.pem").path }

    /// Returns once the server has printed the text.
    func wait(for text: String) async throws { _ = try await output.wait(for: text, through: "") }

    private static func openssl(_ arguments: [String]) -> Process {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        return process
    }

    /// What a program prints, followed from a thread of its own.
    private final class Output: Sendable {
        private struct State {
            var text = ""
            var hasEnded = false
            var waiter: CheckedContinuation<Void, Never>?
        }

        private let state = Mutex(State())

        func follow(_ handle: FileHandle) {
            Thread { [self] in
                while case let data = handle.availableData, !data.isEmpty {
                    change { $0.text += String(decoding: data, as: UTF8.self) }
                }
                change { $0.hasEnded = true }
            }.start()
        }

        /// The text from `start` through `end`.
        func wait(for start: String, through end: String) async throws -> String {
            while true {
                let (found, output) = state.withLock { state -> (String?, String?) in
                    if let range = state.text.firstRange(of: start) {
                        let rest = state.text[range.lowerBound...]
                        if end.isEmpty { return (String(rest), nil) }
                        if let range = rest.firstRange(of: end) { return (String(rest[..<range.upperBound]), nil) }
                    }
                    return (nil, state.hasEnded ? state.text : nil)
                }
                if let found { return found }
                if let output { throw Failed(output: output) }
                await withCheckedContinuation { waiter in
                    let seen = state.withLock { state in
                        let isNew = state.hasEnded || state.text.contains(start) && (end.isEmpty || state.text.contains(end))
                        if !isNew { state.waiter = waiter }
                        return isNew
                    }
                    if seen { waiter.resume() }
                }
            }
        }

        private func change(_ change: (inout State) -> Void) {
            let waiter = state.withLock { state in
                change(&state)
                defer { state.waiter = nil }
                return state.waiter
            }
            waiter?.resume()
        }
    }
}
