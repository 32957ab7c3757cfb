import Curl
import TodoCore

extension TodoClient {
    /// The account's domain events as they happen.
    ///
    /// It connects when it is iterated, again after each break with growing waits, and misses nothing in between. It ends
    /// when the task is cancelled, and throws what another attempt would not mend: `unauthorized` also when the token expires
    /// meanwhile, `invalid` for a cursor that isn't one, `notFound`…
    /// - Parameter cursor: Of an earlier ``LiveEvent``, to begin behind it; nil to begin now.
    public func events(after cursor: String? = nil) -> EventStream {
        events(after: cursor, idleTimeout: .seconds(45))
    }

    /// - Parameter idleTimeout: After how long a silence the connection is given up. The server says something every 15 s.
    package func events(after cursor: String?, idleTimeout: Duration) -> EventStream {
        EventStream(client: self, cursor: cursor ?? "", idleTimeout: idleTimeout)
    }
}

/// The account's events, over connections that are renewed for ever. For one reader.
public struct EventStream: AsyncSequence, Sendable {
    public typealias Element = LiveEvent
    public typealias Failure = ClientError

    let client: TodoClient
    let cursor: String
    let idleTimeout: Duration

    public func makeAsyncIterator() -> Iterator { Iterator(self) }

    /// Gives nil once the task is cancelled. Letting it go closes the connection.
    public struct Iterator: AsyncIteratorProtocol {
        private let client: TodoClient
        private let idleTimeout: Duration
        private var cursor: String
        private var connection: Connection?
        private var backoff: ReconnectBackoff
        private var wait: Duration?
        private var ready: ArraySlice<LiveEvent> = []
        /// Whether the server has ever told events.
        private var hasWorked = false
        private var isOver = false

        private struct Connection {
            var pieces: HTTPStream.Iterator
            var parser: ServerSentEvents
            var isOpen = false
        }

        init(_ stream: EventStream) {
            client = stream.client
            idleTimeout = stream.idleTimeout
            cursor = stream.cursor
            backoff = ReconnectBackoff(random: stream.client.retries.random)
        }

        public mutating func next(isolation actor: isolated (any Actor)? = #isolation) async throws(ClientError) -> LiveEvent? {
            while !isOver {
                if let event = ready.popFirst() { return event }
                do throws(EventFailure) {
                    try await advance()
                } catch {
                    return try give(up: error)
                }
            }
            return nil
        }

        public mutating func next() async throws(ClientError) -> LiveEvent? { try await next(isolation: nil) }

        /// What comes of a connection that is gone.
        private mutating func give(up failure: EventFailure) throws(ClientError) -> LiveEvent? {
            connection = nil
            if case .cancelled = failure.error {
                isOver = true
                return nil
            }
            guard isMendable(failure.error) else {
                isOver = true
                throw failure.error
            }
            let delay = backoff.next(retryAfter: failure.retryAfter)
            wait = delay
            return LiveEvent(cursor: cursor, kind: .disconnected(failure.error, retryIn: delay))
        }

        /// Does the next thing that takes time: waits, connects or reads.
        private nonisolated(nonsending) mutating func advance() async throws(EventFailure) {
            if Task.isCancelled { throw EventFailure(.cancelled) }
            if let wait {
                do { try await client.retries.wait(wait) } catch { throw EventFailure(.cancelled) }
                self.wait = nil
            }
            guard var connection else {
                let stream = try await client.openEvents(after: cursor, idleTimeout: idleTimeout)
                let parser = ServerSentEvents(lastEventID: cursor)
                self.connection = Connection(pieces: stream.makeAsyncIterator(), parser: parser)
                return
            }
            // Held once only, so that what is half read is not copied for each piece.
            self.connection = nil
            let piece: [UInt8]?
            do throws(HTTPError) {
                piece = try await connection.pieces.next()
            } catch { throw EventFailure(ClientError(error, url: client.configuration.url.text)) }
            guard let piece else {
                throw EventFailure(
                    .interrupted(url: client.configuration.url.text, reason: "the server has ended the stream"))
            }
            // A connection that goes on saying something is a good one, whatever came before.
            if connection.isOpen { backoff.reset() }
            for block in connection.parser.take(piece) { take(block, &connection) }
            guard !connection.parser.isTooLong else { throw EventFailure(client.notUnderstood) }
            if let retry = connection.parser.retry { backoff.ask(milliseconds: retry) }
            self.connection = connection
        }

        private mutating func take(_ block: ServerSentEvents.Block, _ connection: inout Connection) {
            if !connection.isOpen {
                connection.isOpen = true
                hasWorked = true
                // The first block has no event from our server, just the place; from another it may have one.
                if block.data == nil { cursor = block.lastEventID }
                ready.append(LiveEvent(cursor: cursor, kind: .connected))
            }
            cursor = block.lastEventID
            guard let json = block.data else { return }
            // What can't be read may be any change; loading anew is right after each.
            let event = block.type == "reset" ? nil : try? Wire.decode(DomainEvent.self, from: json)
            ready.append(LiveEvent(cursor: cursor, kind: event.map { .event($0, json: json) } ?? .reset))
        }

        private func isMendable(_ error: ClientError) -> Bool {
            switch error {
            case .unreachable, .interrupted, .rateLimited, .server: true
            // What once was our server is perhaps hidden for a while behind a gateway's own page.
            case .unexpectedAnswer: hasWorked
            default: false
            }
        }
    }
}
