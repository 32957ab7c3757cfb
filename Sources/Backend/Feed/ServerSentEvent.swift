package import Store

/// One event in the format of `text/event-stream`. Source: the HTML standard, "Server-sent events".
package struct ServerSentEvent: Sendable {
    package let position: OutboxPosition
    package let bytes: [UInt8]

    /// - Parameters:
    ///   - type: the event's name; a line break in it would begin another field.
    ///   - data: JSON in one line or more.
    package init(position: OutboxPosition, type: String, data: [UInt8]) {
        self.position = position
        var bytes: [UInt8] = []
        bytes.reserveCapacity(data.count + 80)
        bytes.append(contentsOf: "id: \(position)\n".utf8)
        bytes.append(contentsOf: "event: ".utf8)
        bytes.append(contentsOf: type.utf8.lazy.filter { $0 >= 0x20 })
        bytes.append(UInt8(ascii: "\n"))
        for line in data.split(omittingEmptySubsequences: false, whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
            bytes.append(contentsOf: "data: ".utf8)
            bytes.append(contentsOf: line)
            bytes.append(UInt8(ascii: "\n"))
        }
        bytes.append(UInt8(ascii: "\n"))
        self.bytes = bytes
    }

    init(_ event: EventHistory.Event) {
        self.init(position: event.position, type: event.type, data: event.payload)
    }

    /// Sets the place that a client resumes from, without an event, and how soon it comes back.
    static func opening(_ position: OutboxPosition) -> [UInt8] { Array(": connected\nretry: 1000\nid: \(position)\n\n".utf8) }

    /// Tells that events are missing, so that the client loads everything anew.
    static func reset(_ position: OutboxPosition) -> [UInt8] {
        ServerSentEvent(position: position, type: "reset", data: Array("{}".utf8)).bytes
    }

    static func comment(_ text: String) -> [UInt8] { Array(": \(text)\n\n".utf8) }
}
