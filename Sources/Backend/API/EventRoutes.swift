import Feed
import HTTPTypes
import Hummingbird
import NIOCore
import Store
import TodoCore

/// GET `/events`: the caller's domain events as they happen, as server-sent events.
struct EventRoutes: Sendable {
    let feed: Feed

    func add(to router: some RouterMethods<UserContext>) {
        router.path("events", [.get: stream])
    }

    @Sendable func stream(_ request: Request, _ context: UserContext) async throws -> Response {
        let start = try await start(context, after: request.headers[.lastEventID])
        let body = ResponseBody { [feed] writer in
            let channel = context.channel
            let subscription = feed.subscribe(start, until: context.tokenExpiry) { channel.close(promise: nil) }
            defer { feed.end(subscription) }
            // Nothing may be written for long, so only reading tells that the client has hung up.
            try await request.body.consumeWithInboundCloseHandler { _ in
                try await feed.follow(start, subscription) { try await writer.write(ByteBuffer(bytes: $0)) }
            } onInboundClosed: {
                subscription.end(.clientGone)
            }
            try await writer.finish(nil)
        }
        return Response(
            status: .ok,
            headers: [.contentType: "text/event-stream", .cacheControl: "no-store", .accelBuffering: "no"], body: body)
    }

    private func start(_ context: UserContext, after lastID: String?) async throws -> Feed.Start {
        var position: OutboxPosition?
        if let lastID, !lastID.isEmpty {
            position = OutboxPosition(lastID)
            guard position != nil else {
                throw APIError.invalid([
                    Problem.Field(
                        loc: ["header", "Last-Event-ID"], msg: "must be the id of an event of this stream, such as 7421-93",
                        type: "event_id")
                ])
            }
        }
        do {
            return try await feed.start(user: context.user, after: position)
        } catch is Feed.TooManyStreams {
            throw APIError(
                .tooManyRequests, "You have \(Feed.maxStreamsPerUser) streams already. Close one first.",
                headers: [.retryAfter: "15"])
        }
    }
}

extension HTTPField.Name {
    static let lastEventID = HTTPField.Name("Last-Event-ID")!
    /// For nginx: each event goes on at once.
    static let accelBuffering = HTTPField.Name("X-Accel-Buffering")!
}
