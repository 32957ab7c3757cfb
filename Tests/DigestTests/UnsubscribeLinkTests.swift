import Digest
import FoundationEssentials
import Testing
import TodoCore

@Suite struct UnsubscribeLinkTests {
    private let links = UnsubscribeLink(
        secret: Array("a secret of thirty-two bytes or more".utf8), publicURL: "https://todo.example.org/")
    private let user = UUID(uuidString: "019aa000-0000-7000-8000-000000000001") ?? UUID()

    private func token(_ user: UUID) throws -> String {
        let url = links.url(for: user)
        #expect(url.hasPrefix("https://todo.example.org/unsubscribe?token="))
        return String(try #require(url.split(separator: "=").last))
    }

    /// Mails of years ago have it: it must stay as it is. HKDF and HMAC by Python's `hmac` gave the same.
    @Test func neverChanges() throws {
        #expect(try token(user) == "AZqgAAAAcACAAAAAAAAAAbnXZY0N8Uh32lmx965GhAhSze9-d1mBPFRypkOAbD9U")
        #expect(links.user(of: try token(user)) == user)
    }

    @Test func anotherUserOrSecretHasAnother() throws {
        #expect(try token(.v7()) != token(user))
        let others = UnsubscribeLink(secret: Array(repeating: 7, count: 32), publicURL: "https://todo.example.org")
        #expect(others.user(of: try token(user)) == nil)
    }

    /// One token has one spelling, and no byte of it can be changed.
    @Test func whatIsChangedIsRefused() throws {
        let good = Array(try token(user).utf8)
        for index in good.indices {
            for byte in "Aa0-_=+/. %".utf8 where byte != good[index] {
                var bad = good
                bad[index] = byte
                #expect(links.user(of: String(decoding: bad, as: UTF8.self)) == nil)
            }
        }
        for bad in ["", "A", String(repeating: "A", count: 64), String(decoding: good.dropLast(), as: UTF8.self)] {
            #expect(links.user(of: bad) == nil)
        }
        #expect(links.user(of: try token(user) + "=") == nil)
        #expect(links.user(of: try token(user) + "A") == nil)
    }
}
