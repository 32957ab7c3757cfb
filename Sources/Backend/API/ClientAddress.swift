import Glibc

/// An IP address; one of IPv4 is kept as its IPv6 form `::ffff:a.b.c.d`, as sockets of both kinds report it.
package struct ClientAddress: Hashable, Sendable {
    private var high: UInt64
    private var low: UInt64

    /// Stands for a client without an address, such as one at a Unix-domain socket.
    package static let unknown = ClientAddress(high: 0, low: 0)

    private init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Reads `192.0.2.1`, `2001:db8::1` or `fe80::1%eth0`; nil for anything else.
    package init?(_ text: some StringProtocol) {
        let text = text.prefix { $0 != "%" }
        guard text.utf8.count <= 45 else { return nil }
        var bytes = [UInt8](repeating: 0, count: 16)
        if text.contains(":") {
            guard inet_pton(AF_INET6, String(text), &bytes) == 1 else { return nil }
        } else {
            var four = [UInt8](repeating: 0, count: 4)
            guard inet_pton(AF_INET, String(text), &four) == 1 else { return nil }
            bytes = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF] + four
        }
        func number(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
        self.init(high: number(bytes[..<8]), low: number(bytes[8...]))
    }

    package var isIPv4: Bool { high == 0 && low >> 32 == 0xFFFF }

    /// Whom to hold responsible: the address itself, or for IPv6 its /64, which is what one customer is given.
    package var network: ClientAddress { isIPv4 ? self : ClientAddress(high: high, low: 0) }

    /// The first bits of it, 0…128.
    func prefix(_ bits: Int) -> ClientAddress {
        ClientAddress(
            high: bits >= 64 ? high : high & ~(UInt64.max >> UInt64(bits)),
            low: bits <= 64 ? 0 : low & ~(UInt64.max >> UInt64(bits - 64)))
    }
}

/// The proxies whose `X-Forwarded-For` is believed: from anybody else it is just a claim.
public struct TrustedProxies: Sendable {
    /// A block of addresses: its first one, and how many bits of it count.
    private var blocks: [(address: ClientAddress, bits: Int)] = []

    public static let none = TrustedProxies()

    private init() {}

    /// Reads addresses and CIDR blocks such as `10.0.0.0/8, fd00::/8, 192.0.2.7`; nil when one of them is none.
    public init?(_ list: String) {
        for item in list.split(separator: ",") {
            let parts = TrustedProxies.trimmed(item).split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            guard let first = parts.first, let address = ClientAddress(first) else { return nil }
            let most = first.contains(":") ? 128 : 32
            var bits = most
            if parts.count == 2 {
                guard let given = Int(parts[1]), (0...most).contains(given) else { return nil }
                bits = given
            }
            let significant = bits + 128 - most
            blocks.append((address.prefix(significant), significant))
        }
    }

    package func contains(_ address: ClientAddress) -> Bool {
        blocks.contains { address.prefix($0.bits) == $0.address }
    }

    /// Who sent the request, as far as it can be believed: the nearest address that is not a trusted proxy's own.
    ///
    /// - Parameter forwarded: the values of `X-Forwarded-For`; each proxy appends the address that it was called from.
    package func client(peer: ClientAddress, forwarded: [String]) -> ClientAddress {
        var client = peer
        for item in forwarded.joined(separator: ",").split(separator: ",").reversed() {
            guard contains(client), let before = TrustedProxies.address(item) else { break }
            client = before
        }
        return client
    }

    private static func trimmed(_ item: Substring) -> Substring {
        var text = item.drop { $0 == " " || $0 == "\t" }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return text
    }

    /// Some proxies append the port too: `192.0.2.1:4711`, `[2001:db8::1]:4711`.
    private static func address(_ item: Substring) -> ClientAddress? {
        let text = trimmed(item)
        if text.first == "[" { return ClientAddress(text.dropFirst().prefix { $0 != "]" }) }
        if let colon = text.lastIndex(of: ":"), text.firstIndex(of: ":") == colon { return ClientAddress(text[..<colon]) }
        return ClientAddress(text)
    }
}
