import Ccurl
import Synchronization

/// An answer whose body comes piece by piece, as the server sends it (server-sent events, long downloads).
///
/// For one reader. The server is held back while 256 KiB wait to be read.
public struct HTTPStream: AsyncSequence, Sendable {
    public typealias Element = [UInt8]
    public typealias Failure = HTTPError

    enum Source: Sendable {
        case live(StreamBody)
        case whole([[UInt8]])
    }

    public let status: Int
    public let headers: HTTPHeaders
    let source: Source

    init(status: Int, headers: HTTPHeaders, source: Source) {
        self.status = status
        self.headers = headers
        self.source = source
    }

    /// A stream that has all of its pieces already, for what only looks like a server.
    public init(status: Int, headers: HTTPHeaders = [:], pieces: [[UInt8]]) {
        self.init(status: status, headers: headers, source: .whole(pieces))
    }

    public func makeAsyncIterator() -> Iterator { Iterator(source: source) }

    /// Gives the pieces; ends when the server has sent all, throws when the connection broke before.
    public struct Iterator: AsyncIteratorProtocol, Sendable {
        var source: Source

        public mutating func next(isolation actor: isolated (any Actor)? = #isolation) async throws(HTTPError) -> [UInt8]? {
            switch source {
            case .live(let body): return try await body.next()
            case .whole(var pieces):
                guard !pieces.isEmpty else { return nil }
                let piece = pieces.removeFirst()
                source = .whole(pieces)
                return piece
            }
        }

        public mutating func next() async throws(HTTPError) -> [UInt8]? { try await next(isolation: nil) }
    }
}

/// What lies between the loop's thread, which fills it, and the reader.
final class StreamBody: Sendable {
    private struct State {
        var head = HTTPHead()
        var chunks: [[UInt8]] = []
        var size = 0
        var isPaused = false
        var end: Result<Void, HTTPError>?
        var headWaiter: CheckedContinuation<Result<HTTPHead, HTTPError>, Never>?
        var reader: CheckedContinuation<Void, Never>?
    }

    private static let highWater = 256 << 10
    private let state = Mutex(State())
    private let transfer: Transfer
    private let loop: TransferLoop

    init(transfer: Transfer, loop: TransferLoop) {
        self.transfer = transfer
        self.loop = loop
        // Weak: the transfer must not keep alive the one whose going cancels it.
        transfer.onLine = { [weak self] in self?.take($0) }
        transfer.onBytes = { [weak self] in self?.take($0) ?? .abort }
        transfer.onDone = { [weak self] in self?.finish($0) }
    }

    deinit { loop.cancel(transfer) }

    /// Starts the exchange and waits for the head.
    func start() async throws(HTTPError) -> HTTPHead {
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                state.withLock { $0.headWaiter = continuation }
                loop.start(transfer)
            }
        } onCancel: {
            loop.cancel(transfer)
        }
        return try result.get()
    }

    func next() async throws(HTTPError) -> [UInt8]? {
        while true {
            let (chunk, end, resumes) = state.withLock { state in
                guard !state.chunks.isEmpty else { return ([UInt8]?.none, state.end, false) }
                let chunk = state.chunks.removeFirst()
                state.size -= chunk.count
                defer { if state.chunks.isEmpty { state.isPaused = false } }
                return (chunk, nil, state.chunks.isEmpty && state.isPaused)
            }
            if resumes { loop.resume(transfer) }
            if let chunk { return chunk }
            if let end {
                try end.get()
                return nil
            }
            await waitForMore()
        }
    }

    private func waitForMore() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state in
                    if !state.chunks.isEmpty || state.end != nil { return true }
                    state.reader = continuation
                    return false
                }
                if isReady { continuation.resume() }
            }
        } onCancel: {
            loop.cancel(transfer)
        }
    }

    private func take(_ line: String) {
        let ready = state.withLock { state in
            state.head.take(line)
            guard state.head.isComplete, let waiter = state.headWaiter else { return nil as (() -> Void)? }
            state.headWaiter = nil
            let head = state.head
            return { waiter.resume(returning: .success(head)) }
        }
        ready?()
    }

    private func take(_ bytes: UnsafeRawBufferPointer) -> Transfer.Verdict {
        let (verdict, reader) = state.withLock { state in
            if state.size > StreamBody.highWater {
                state.isPaused = true
                return (Transfer.Verdict.pause, CheckedContinuation<Void, Never>?.none)
            }
            state.chunks.append(Array(bytes))
            state.size += bytes.count
            defer { state.reader = nil }
            return (.take, state.reader)
        }
        reader?.resume()
        return verdict
    }

    private func finish(_ code: CURLcode) {
        let end: Result<Void, HTTPError> = code == CURLE_OK ? .success(()) : .failure(HTTPError(code, of: transfer))
        let (headWaiter, reader) = state.withLock { state in
            state.end = end
            defer { (state.headWaiter, state.reader) = (nil, nil) }
            return (state.headWaiter, state.reader)
        }
        switch end {
        case .success: headWaiter?.resume(returning: .failure(.malformedResponse(reason: "the answer is not HTTP")))
        case .failure(let error): headWaiter?.resume(returning: .failure(error))
        }
        reader?.resume()
    }
}
