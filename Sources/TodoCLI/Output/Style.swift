import TodoCore

/// Colours, where a person looks and wants them: on a terminal, without NO_COLOR, and not on a dumb one.
struct Style {
    enum Stream { case standardOutput, standardError }

    private let isOn: Bool

    init(_ context: CommandContext, _ stream: Stream = .standardOutput) {
        let isTerminal = stream == .standardOutput ? context.io.outputIsTerminal : context.io.errorIsTerminal
        let refuses = context.environment["NO_COLOR"].map { !$0.isEmpty } ?? false
        isOn = isTerminal && !refuses && context.environment["TERM"] != "dumb"
    }

    func dim(_ text: String) -> String { styled(text, "2") }
    func bold(_ text: String) -> String { styled(text, "1") }
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
