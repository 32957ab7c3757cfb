/// Takes a `text/event-stream` apart, however it is cut into pieces. Source: the HTML standard, "Server-sent events",
/// parsing and interpreting an event stream.
package struct ServerSentEvents: Sendable {
    /// What ends with a blank line.
    package struct Block: Sendable, Hashable {
        /// Empty where the server gave none.
        package var type: String
        /// Lines joined by line feeds; nil where the block had no data and so is no event.
        package var data: [UInt8]?
        /// The place to resume from after this block.
        package var lastEventID: String

        package init(type: String, data: [UInt8]?, lastEventID: String) {
            self.type = type
            self.data = data
            self.lastEventID = lastEventID
        }
    }

    /// Bytes of one event; a server that sends more without an end is no good.
    package static let maximumSize = 4 << 20

    /// What the server has asked for as the time before the next connection, in milliseconds.
    package private(set) var retry: Int?
    private var lastEventID: String
    private var line: [UInt8] = []
    private var type = ""
    private var data: [UInt8]?
    /// Whether the block has a field at all: comments alone are none.
    private var hasField = false
    private var skipsLineFeed = false
    private var isAtStart = true

    /// - Parameter lastEventID: What the connection resumes from.
    package init(lastEventID: String) { self.lastEventID = lastEventID }

    /// Whether more than ``maximumSize`` waits for its end.
    package var isTooLong: Bool { line.count + (data?.count ?? 0) > ServerSentEvents.maximumSize }

    /// The blocks that end in these bytes. What has no end yet waits for more, and is forgotten with the connection.
    package mutating func take(_ bytes: [UInt8]) -> [Block] {
        var blocks: [Block] = []
        var rest = bytes[...]
        if skipsLineFeed, let first = rest.first {
            if first == lineFeed { rest = rest.dropFirst() }
            skipsLineFeed = false
        }
        while let end = rest.firstIndex(where: { $0 == lineFeed || $0 == carriageReturn }) {
            line += rest[..<end]
            if let block = takeLine() { blocks.append(block) }
            line.removeAll(keepingCapacity: true)
            let isPair = rest[end] == carriageReturn && end + 1 < rest.endIndex && rest[end + 1] == lineFeed
            skipsLineFeed = rest[end] == carriageReturn && end + 1 == rest.endIndex
            rest = rest[(end + (isPair ? 2 : 1))...]
        }
        line += rest
        return blocks
    }

    private mutating func takeLine() -> Block? {
        var line = line[...]
        if isAtStart {
            isAtStart = false
            if line.starts(with: [0xEF, 0xBB, 0xBF]) { line = line.dropFirst(3) }
        }
        if line.isEmpty { return endBlock() }
        let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.endIndex
        var value = line[colon...].dropFirst()
        if value.first == UInt8(ascii: " ") { value = value.dropFirst() }
        let name = line[..<colon]
        if name.isEmpty { return nil }
        hasField = true
        switch String(decoding: name, as: UTF8.self) {
        case "event": type = String(decoding: value, as: UTF8.self)
        case "data":
            if data == nil { data = [] } else { data?.append(lineFeed) }
            data?.append(contentsOf: value)
        case "id" where !value.contains(0): lastEventID = String(decoding: value, as: UTF8.self)
        case "retry" where !value.isEmpty && value.allSatisfy({ (0x30...0x39).contains($0) }):
            // More digits than an Int has are a very long time all the same.
            retry = Int(String(decoding: value, as: UTF8.self)) ?? .max
        default: break
        }
        return nil
    }

    private mutating func endBlock() -> Block? {
        defer { (type, data, hasField) = ("", nil, false) }
        return hasField ? Block(type: type, data: data, lastEventID: lastEventID) : nil
    }
}

private let lineFeed = UInt8(ascii: "\n")
private let carriageReturn = UInt8(ascii: "\r")
