import TodoCore

/// Colours, where a person looks and wants them.
///
/// The first of these that applies: NO_COLOR (of any text) means none, CLICOLOR_FORCE (other than 0) means everywhere,
/// CLICOLOR=0 and TERM=dumb mean none; else a terminal gets them (no-color.org, bixense.com/clicolors).
struct Style {
    enum Stream { case standardOutput, standardError }

    private let isOn: Bool

    init(_ context: CommandContext, _ stream: Stream = .standardOutput) {
        let isTerminal = stream == .standardOutput ? context.io.outputIsTerminal : context.io.errorIsTerminal
        isOn = Style.isWanted(context.environment) ?? isTerminal
    }

    /// Nil where the environment says nothing.
    private static func isWanted(_ environment: [String: String]) -> Bool? {
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        if value("NO_COLOR") != nil { return false }
        if let force = value("CLICOLOR_FORCE"), force != "0" { return true }
        return value("CLICOLOR") == "0" || value("TERM") == "dumb" ? false : nil
    }

    static func plain(_ text: String) -> String { text }
    func dim(_ text: String) -> String { styled(text, "2") }
    func bold(_ text: String) -> String { styled(text, "1") }
    func green(_ text: String) -> String { styled(text, "32") }
    func red(_ text: String) -> String { styled(text, "31") }
    func yellow(_ text: String) -> String { styled(text, "33") }
    func cyan(_ text: String) -> String { styled(text, "36") }

    /// An error message with its mark, every line safe to print.
    func error(_ message: String) -> String {
        styled("todo: ", "1;31") + Printable.lines(message).joined(separator: "\n") + "\n"
    }

    private func styled(_ text: String, _ code: String) -> String {
        isOn && text.contains { $0 != " " } ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}
