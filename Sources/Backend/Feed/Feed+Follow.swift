import Postgres
import Store

extension Feed {
    /// Writes a stream, from its beginning until it ends. The last that it writes says why it ends.
    ///
    /// - Parameter write: returns when the client may get more.
    /// - Throws: what `write` throws, and nothing else: while the outbox can't be read, the stream waits.
    public func follow(
        _ start: Start, _ subscription: Subscription, write: ([UInt8]) async throws -> Void
    ) async throws {
        var last = start.position
        try await write(ServerSentEvent.opening(last))
        if start.isMissingSome { try await write(ServerSentEvent.reset(last)) }
        // What was missed, until the topic is read and all that isn't in the outbox yet will come from there.
        while true {
            let isLive = readers.isLive
            let isComplete = try await catchUp(start, &last, write)
            if isComplete, isLive { break }
            let news = await subscription.news(takesEvents: false)
            if let end = news.end { return try await write(Feed.farewell(end)) }
            if news.isQuiet { try await write(ServerSentEvent.comment("quiet")) }
        }
        while true {
            let news = await subscription.news(takesEvents: true)
            var bytes: [UInt8] = []
            // The relay publishes again what it isn't sure of, and a replay what is long past.
            for event in news.events where event.position > last {
                bytes += event.bytes
                last = event.position
            }
            if bytes.isEmpty, news.isQuiet { bytes = ServerSentEvent.comment("quiet") }
            if let end = news.end { bytes += Feed.farewell(end) }
            if !bytes.isEmpty { try await write(bytes) }
            if news.end != nil { return }
        }
    }

    /// Writes what the outbox has.
    ///
    /// - Returns: whether it could be read to its end.
    private func catchUp(
        _ start: Start, _ last: inout OutboxPosition, _ write: ([UInt8]) async throws -> Void
    ) async throws -> Bool {
        while true {
            let position = last
            guard
                let events = await turnstile.pass({
                    try? await history.events(of: start.user, after: position, limit: Feed.pageSize)
                })
            else { return false }
            if let end = events.last {
                try await write(events.flatMap { ServerSentEvent($0).bytes })
                last = end.position
            }
            if events.count < Feed.pageSize { return true }
        }
    }

    private static func farewell(_ end: Subscription.End) -> [UInt8] {
        switch end {
        case .clientGone: []
        case .tooSlow: ServerSentEvent.comment("more happened than was read: connect again with Last-Event-ID")
        case .expired: ServerSentEvent.comment("the token has expired: log in, then connect again with Last-Event-ID")
        case .eventsMissing: ServerSentEvent.comment("the broker has lost events: connect again with Last-Event-ID")
        case .serverEnds: ServerSentEvent.comment("the server is about to end: connect again with Last-Event-ID")
        }
    }
}
