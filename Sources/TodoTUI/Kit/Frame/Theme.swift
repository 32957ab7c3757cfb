/// What a cell means. The theme says how that looks; words or signs always say it too, for those who see no colours.
public enum Role: Sendable, Hashable, CaseIterable {
    case text, faint
    case headerName, header, headerAway
    case reference, title, done, tag
    case due, dueToday, overdue
    case priority, priorityHigh
    case section, border, heading
    case input, inputLabel, placeholder
    case button, buttonFocused
    case success, failure, question, activity
    case hintKey, hintText
}

/// The look of every role.
public struct Theme: Sendable, Hashable {
    private var styles: [Role: Style]

    /// Roles that are not named look plain.
    public init(_ styles: [Role: Style]) {
        self.styles = styles
    }

    /// How a role looks.
    public subscript(role: Role) -> Style { styles[role] ?? .plain }

    /// Good on dark and on light backgrounds: it uses only colours that both schemes keep legible.
    public static let standard = Theme([
        .faint: Style(.standard, .dim),
        .headerName: Style(.standard, [.bold, .reverse]),
        .header: Style(.standard, .reverse),
        .headerAway: Style(.red, [.bold, .reverse]),
        .reference: Style(.cyan),
        .done: Style(.standard, .dim),
        .tag: Style(.magenta),
        .due: Style(.blue),
        .dueToday: Style(.green, .bold),
        .overdue: Style(.red, .bold),
        .priority: Style(.yellow),
        .priorityHigh: Style(.red, .bold),
        .section: Style(.standard, .dim),
        .border: Style(.standard, .dim),
        .heading: Style(.standard, .bold),
        .input: Style(.standard, .underline),
        .inputLabel: Style(.standard, .bold),
        .placeholder: Style(.standard, .dim),
        .button: Style(.cyan),
        .buttonFocused: Style(.cyan, [.bold, .reverse]),
        .success: Style(.green),
        .failure: Style(.red, .bold),
        .question: Style(.yellow, .bold),
        .activity: Style(.cyan),
        .hintKey: Style(.standard, .bold),
        .hintText: Style(.standard, .dim),
    ])
}
