import Store
import Testing

struct OutboxPositionTests {
    @Test(arguments: ["0-0", "7421-93", "18446744073709551615-9223372036854775807"])
    func itsTextIsReadBack(text: String) throws {
        #expect(try #require(OutboxPosition(text)).description == text)
    }

    @Test(arguments: [
        "", "-", "7", "7-", "-7", "+7-1", "7-+1", "07-1", "7-01", "7-1-", "7--1", "7-1 ", " 7-1", "7_1", "18446744073709551616-1",
    ])
    func anythingElseIsNone(text: String) {
        #expect(OutboxPosition(text) == nil)
    }

    @Test func transactionsComeInTheOrderOfTheirNumbers() throws {
        let texts = ["0-0", "9-500", "10-3", "10-20", "1000-1", "18446744073709551615-0"]
        let positions = try texts.map { try #require(OutboxPosition($0)) }
        #expect(positions.reversed().sorted() == positions)
        #expect(positions[0] == .start)
    }
}
