internal import Cncurses
internal import Glibc
internal import TodoTUIKit

/// Makes ncurses attributes and colour pairs out of styles.
final class Palette {
    private let hasColors: Bool
    /// Whether -1 stands for the terminal's own colours.
    private let hasDefaults: Bool
    /// Whether there are xterm's 256.
    private let isFine: Bool
    /// A frame has few styles, and each of them many times.
    private var looks: [Style: (attributes: attr_t, pair: Int16)] = [:]
    private var last: (style: Style, look: (attributes: attr_t, pair: Int16))?
    private var pairs: [Style: Int16] = [:]
    private var nextPair: Int16 = 1

    /// After `newterm`. With `NO_COLOR` set to anything, attributes are all there is (no-color.org).
    init() {
        let isUnwanted = getenv("NO_COLOR").map { $0.pointee != 0 } ?? false
        hasColors = !isUnwanted && has_colors() && start_color() == OK && todo_colors() >= 8
        hasDefaults = hasColors && use_default_colors() == OK
        isFine = hasColors && todo_colors() >= 256
    }

    func look(of style: Style) -> (attributes: attr_t, pair: Int16) {
        if let last, last.style == style { return last.look }
        let look = looks[style] ?? make(style)
        looks[style] = look
        last = (style, look)
        return look
    }

    private func make(_ style: Style) -> (attributes: attr_t, pair: Int16) {
        var attributes: attr_t = 0
        if style.attributes.contains(.bold) { attributes |= TODO_BOLD }
        if style.attributes.contains(.dim) { attributes |= TODO_DIM }
        if style.attributes.contains(.underline) { attributes |= TODO_UNDERLINE }
        if style.attributes.contains(.reverse) { attributes |= TODO_REVERSE }
        return (attributes, pair(for: style))
    }

    private func pair(for style: Style) -> Int16 {
        guard hasColors, style.foreground != .standard || style.background != .standard else { return 0 }
        let key = Style(style.foreground, on: style.background)
        if let known = pairs[key] { return known }
        let foreground = number(style.foreground) ?? (hasDefaults ? -1 : Int16(COLOR_WHITE))
        let background = number(style.background) ?? (hasDefaults ? -1 : Int16(COLOR_BLACK))
        let pair = init_pair(nextPair, foreground, background) == OK ? nextPair : 0
        if pair != 0 { nextPair += 1 }
        pairs[key] = pair
        return pair
    }

    private func number(_ color: Color) -> Int16? {
        if isFine, let fine = color.fine { return Int16(fine) }
        // ncurses counts as ANSI does: black, red, green, yellow, blue, magenta, cyan, white.
        return color.basic.map { Int16($0) }
    }
}
