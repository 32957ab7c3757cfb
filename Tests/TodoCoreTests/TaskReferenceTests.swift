import FoundationEssentials
import Testing
import TodoCore

struct TaskReferenceTests {
    @Test(arguments: [
        ("12", TaskReference.number(list: nil, number: 12)),
        ("WEB-12", .number(list: "WEB", number: 12)),
        ("web-1", .number(list: "WEB", number: 1)),
        ("A1-999999999", .number(list: "A1", number: 999_999_999)),
        (
            "0198a5b2-7c1e-7000-8000-0000000000ff",
            .id(UUID(uuidString: "0198A5B2-7C1E-7000-8000-0000000000FF") ?? UUID())
        ),
    ])
    func reads(_ text: String, _ reference: TaskReference) {
        #expect(TaskReference(text) == reference)
    }

    @Test(arguments: [
        "", "0", "-1", "+5", "WEB-", "WEB-0", "-5", "1A-5", "WEB--5", "ABCDEFGHIJK-1", "1234567890", "٣", "WEB_1", "a b-1",
    ])
    func refuses(_ text: String) {
        #expect(TaskReference(text) == nil)
    }

    @Test func writesWhatItReads() {
        for text in ["7", "HOME-7", "0198a5b2-7c1e-7000-8000-0000000000ff"] {
            #expect(TaskReference(text)?.description == text)
        }
    }
}
