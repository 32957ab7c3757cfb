import API
import Testing

struct ClientAddressTests {
    @Test func readsBothFamilies() throws {
        let four = try #require(ClientAddress("192.0.2.1"))
        #expect(four == ClientAddress("::ffff:192.0.2.1"))
        #expect(four == ClientAddress("::FFFF:c000:201"))
        #expect(four.isIPv4)
        #expect(four.network == four)
        #expect(four != ClientAddress("192.0.2.2"))
        let six = try #require(ClientAddress("2001:db8::1"))
        #expect(six == ClientAddress("2001:0DB8:0:0:0:0:0:1"))
        #expect(six.network == ClientAddress("2001:db8::"))
        #expect(!six.isIPv4)
        #expect(ClientAddress("fe80::1%eth0") == ClientAddress("fe80::1"))
        for text in [
            "", "x", "1.2.3", "1.2.3.4.5", "256.1.1.1", "1.2.3.4/8", "01.2.3.4 ", ":", ":::", "1::2::3", "g::", "localhost",
        ] {
            #expect(ClientAddress(text) == nil, "\(text)")
        }
        #expect(ClientAddress(String(repeating: ":", count: 100_000)) == nil)
    }

    @Test func knowsWhichProxiesToTrust() throws {
        let proxies = try #require(TrustedProxies("10.1.2.3/8, 192.0.2.7,fd00::/8, 2001:db8::1,172.16.0.0/12"))
        for text in ["10.0.0.0", "10.255.255.255", "192.0.2.7", "fd12::1", "2001:db8::1", "172.31.1.1", "::ffff:10.9.9.9"] {
            #expect(proxies.contains(try #require(ClientAddress(text))), "\(text)")
        }
        for text in ["11.0.0.0", "9.255.255.255", "192.0.2.6", "fe00::1", "2001:db8::2", "172.32.0.0", "::a00:1"] {
            #expect(!proxies.contains(try #require(ClientAddress(text))), "\(text)")
        }
        #expect(try #require(TrustedProxies("0.0.0.0/0")).contains(try #require(ClientAddress("8.8.8.8"))))
        #expect(try !#require(TrustedProxies("0.0.0.0/0")).contains(try #require(ClientAddress("2001:db8::1"))))
        #expect(try #require(TrustedProxies("::/0")).contains(try #require(ClientAddress("2001:db8::1"))))
        #expect(try #require(TrustedProxies("2001:db8::/64")).contains(try #require(ClientAddress("2001:db8::ffff:1"))))
        #expect(try !#require(TrustedProxies("2001:db8::/65")).contains(try #require(ClientAddress("2001:db8::8000:0:0:1"))))
        for text in [
            "x", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0.0/8/8", "::/129", "10.0.0.1 10.0.0.2", "10.0.0.0/x", "nginx",
        ] {
            #expect(TrustedProxies(text) == nil, "\(text)")
        }
    }

    @Test(arguments: [
        // Nobody trusted: the header is just a claim.
        ("", "10.0.0.1", ["1.1.1.1"], "10.0.0.1"),
        ("10.0.0.1", "10.0.0.2", ["1.1.1.1"], "10.0.0.2"),
        // The last one is what the proxy saw; what stands before it came from the client.
        ("10.0.0.1", "10.0.0.1", ["1.1.1.1"], "1.1.1.1"),
        ("10.0.0.1", "10.0.0.1", ["6.6.6.6, 1.1.1.1"], "1.1.1.1"),
        ("10.0.0.1", "10.0.0.1", ["6.6.6.6", "1.1.1.1"], "1.1.1.1"),
        // Proxies in a row.
        ("10.0.0.0/8", "10.0.0.1", ["6.6.6.6, 1.1.1.1, 10.0.0.2"], "1.1.1.1"),
        ("10.0.0.0/8", "10.0.0.1", ["10.0.0.3,10.0.0.2"], "10.0.0.3"),
        ("10.0.0.0/8", "10.0.0.1", [], "10.0.0.1"), ("10.0.0.0/8", "10.0.0.1", [""], "10.0.0.1"),
        ("10.0.0.0/8", "10.0.0.1", ["1.1.1.1, unknown"], "10.0.0.1"),
        // With ports.
        ("10.0.0.1", "10.0.0.1", ["1.1.1.1:4711"], "1.1.1.1"), ("10.0.0.1", "10.0.0.1", ["[2001:db8::1]:4711"], "2001:db8::1"),
        ("10.0.0.1", "10.0.0.1", ["2001:db8::1"], "2001:db8::1"), ("::1", "::1", ["\t1.1.1.1 "], "1.1.1.1"),
    ])
    func findsTheClient(_ trusted: String, _ peer: String, _ forwarded: [String], _ client: String) throws {
        let proxies = try #require(TrustedProxies(trusted))
        #expect(proxies.client(peer: try #require(ClientAddress(peer)), forwarded: forwarded) == ClientAddress(client))
    }
}
