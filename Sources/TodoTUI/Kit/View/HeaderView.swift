/// The first row: whose tasks these are, where they are kept, and how many there are.
enum HeaderView {
    static func draw(_ state: State, _ frame: inout Frame) {
        let theme = state.theme, columns = state.size.columns
        frame.fill(0..<columns, 0..<1, theme[.header])
        let name = " todo "
        var right = counts(state)
        if Text.width(name) + Text.width(right) > columns { right = "" }
        let start = columns - Text.width(right)
        frame.write(name, at: 0, 0, theme[.headerName])
        frame.write(right, at: start, 0, state.isAway ? theme[.headerAway] : theme[.header])
        // What doesn't fit as a whole is left out, the server first.
        let room = start - Text.width(name) - 1
        let candidates = [[state.account, state.server], [state.account], []].map {
            $0.compactMap { $0 }.joined(separator: " · ")
        }
        let middle = candidates.first { Text.width($0) <= room } ?? ""
        frame.write(middle, at: Text.width(name), 0, theme[.header])
    }

    private static func counts(_ state: State) -> String {
        guard case .board = state.screen else { return "" }
        var parts: [String] = []
        if state.isAway { parts.append("server away") }
        if state.board.counts.total > 0 || state.hasLoaded {
            parts.append("\(state.board.counts.open) open, \(state.board.counts.done) done")
        }
        return parts.isEmpty ? "" : parts.joined(separator: " · ") + " "
    }
}
