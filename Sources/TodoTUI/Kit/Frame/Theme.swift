/// What a cell means. The theme says how that looks; words or signs always say it too, for those who see no colours.
public enum Role: Int, Sendable, Hashable, CaseIterable {
    case text, faint
    case headerName, header, headerAway
    case reference, title, done, tag, mark, match
    case due, dueToday, overdue
    case priority, priorityHigh
    case section, border, heading
    /// Tints: the row where the keys go, and a chosen one where they don't.
    case cursor, chosen
    case input, inputLabel, placeholder
    case button, buttonFocused
    case success, failure, question, activity
    case hintKey, hintText
}

/// The look of every role.
public struct Theme: Sendable, Hashable {
    private var styles: [Style]

    /// Roles that are not named look like ``Role/text``.
    public init(_ styles: [Role: Style]) {
        self.styles = Role.allCases.map { styles[$0] ?? styles[.text] ?? .plain }
    }

    /// How a role looks.
    public subscript(role: Role) -> Style { styles[role.rawValue] }

    /// As `config.toml` names them.
    public static let named: [(name: String, theme: Theme)] = [
        ("terminal", terminal), ("dark", dark), ("light", light), ("mono", mono),
    ]

    /// The terminal's own colours, good on dark and on light backgrounds: only those that both kinds of schemes keep legible.
    public static let terminal = Theme([
        .faint: Style(.standard, .dim),
        .headerName: Style(.standard, [.bold, .reverse]), .header: Style(.standard, .reverse),
        .headerAway: Style(.red, [.bold, .reverse]),
        .reference: Style(.cyan), .done: Style(.standard, .dim), .tag: Style(.magenta),
        .mark: Style(.yellow, .bold), .match: Style(.yellow, [.bold, .underline]),
        .due: Style(.blue), .dueToday: Style(.green, .bold), .overdue: Style(.red, .bold),
        .priority: Style(.yellow), .priorityHigh: Style(.red, .bold),
        .section: Style(.standard, .dim), .border: Style(.standard, .dim), .heading: Style(.standard, .bold),
        .cursor: Style(.standard, [.reverse, .bold]), .chosen: Style(.standard, .bold),
        .input: Style(.standard, .underline), .inputLabel: Style(.standard, .bold), .placeholder: Style(.standard, .dim),
        .button: Style(.cyan), .buttonFocused: Style(.cyan, [.bold, .reverse]),
        .success: Style(.green), .failure: Style(.red, .bold), .question: Style(.yellow, .bold), .activity: Style(.cyan),
        .hintKey: Style(.standard, .bold), .hintText: Style(.standard, .dim),
    ])

    /// Attributes only: for those who want no colours, and terminals that have none.
    public static let mono = Theme([
        .faint: Style(.standard, .dim),
        .headerName: Style(.standard, [.bold, .reverse]), .header: Style(.standard, .reverse),
        .headerAway: Style(.standard, [.bold, .reverse, .underline]),
        .done: Style(.standard, .dim), .mark: Style(.standard, .bold), .match: Style(.standard, [.bold, .underline]),
        .dueToday: Style(.standard, .bold), .overdue: Style(.standard, [.bold, .underline]),
        .priorityHigh: Style(.standard, .bold),
        .section: Style(.standard, .dim), .border: Style(.standard, .dim), .heading: Style(.standard, .bold),
        .cursor: Style(.standard, [.reverse, .bold]), .chosen: Style(.standard, .bold),
        .input: Style(.standard, .underline), .inputLabel: Style(.standard, .bold), .placeholder: Style(.standard, .dim),
        .buttonFocused: Style(.standard, [.bold, .reverse]),
        .failure: Style(.standard, .bold), .question: Style(.standard, .bold),
        .hintKey: Style(.standard, .bold), .hintText: Style(.standard, .dim),
    ])

    /// For dark backgrounds, with finer colours where there are 256.
    public static let dark = fine(
        text: 252, faint: 245, border: 239, bar: 236, cursor: 24, chosen: 237,
        cyan: 80, magenta: 176, blue: 111, green: 114, red: 203, yellow: 221)

    /// For light backgrounds.
    public static let light = fine(
        text: 235, faint: 243, border: 250, bar: 254, cursor: 153, chosen: 254,
        cyan: 30, magenta: 90, blue: 25, green: 28, red: 160, yellow: 130)

    private static func fine(
        text: UInt8, faint: UInt8, border: UInt8, bar: UInt8, cursor: UInt8, chosen: UInt8,
        cyan: UInt8, magenta: UInt8, blue: UInt8, green: UInt8, red: UInt8, yellow: UInt8
    ) -> Theme {
        // The foreground stays the terminal's own: with a wrong guess about its background all can still be read.
        let grey = Color.fine(faint, or: .standard), bar = Color.fine(bar, or: .standard)
        let line = Color.fine(border, or: .standard), text = Color.fine(text, or: .standard)
        let cyan = Color.fine(cyan, or: .cyan), magenta = Color.fine(magenta, or: .magenta), blue = Color.fine(blue, or: .blue)
        let green = Color.fine(green, or: .green), red = Color.fine(red, or: .red), yellow = Color.fine(yellow, or: .yellow)
        return Theme([
            .text: .plain, .faint: Style(grey), .headerName: Style(cyan, [.bold], on: bar), .header: Style(text, on: bar),
            .headerAway: Style(red, .bold, on: bar), .reference: Style(cyan), .done: Style(grey), .tag: Style(magenta),
            .mark: Style(yellow, .bold), .match: Style(yellow, [.bold, .underline]),
            .due: Style(blue), .dueToday: Style(green, .bold), .overdue: Style(red, .bold),
            .priority: Style(yellow), .priorityHigh: Style(red, .bold),
            .section: Style(grey), .border: Style(line), .heading: Style(.standard, .bold),
            .cursor: Style(.standard, .bold, on: .fine(cursor, or: .blue)),
            .chosen: Style(.standard, .bold, on: .fine(chosen, or: .standard)),
            .input: Style(.standard, .underline), .inputLabel: Style(cyan, .bold), .placeholder: Style(grey),
            .button: Style(cyan), .buttonFocused: Style(cyan, [.bold, .reverse]),
            .success: Style(green), .failure: Style(red, .bold), .question: Style(yellow, .bold), .activity: Style(cyan),
            .hintKey: Style(cyan), .hintText: Style(grey),
        ])
    }
}
