/// The order of a list of tasks. Tasks without the date that is sorted by come last both ways.
public struct TaskSort: Sendable, Hashable, CustomStringConvertible {
    public enum Field: String, Sendable, Hashable, CaseIterable {
        case created, updated, due, priority, title
        case doneAt = "done_at"
    }

    public var field: Field
    public var isDescending: Bool

    public static let newestFirst = TaskSort(.created, isDescending: true)

    public init(_ field: Field, isDescending: Bool = false) {
        self.field = field
        self.isDescending = isDescending
    }

    /// Reads `due`, or `-due` for descending, as the API writes it; nil for what is no order.
    public init?(_ text: some StringProtocol) {
        let isDescending = text.hasPrefix("-")
        guard let field = Field(rawValue: String(text.dropFirst(isDescending ? 1 : 0))) else { return nil }
        self.init(field, isDescending: isDescending)
    }

    public var description: String { (isDescending ? "-" : "") + field.rawValue }

    /// All orders as they are written, for messages, help and documents.
    public static var all: [String] { Field.allCases.flatMap { [$0.rawValue, "-" + $0.rawValue] } }
}
