/// A colour of the terminal: one of its own palette, so that the user's colour scheme holds, or a finer one where the
/// terminal has 256.
public struct Color: Sendable, Hashable {
    /// 0 to 7 in the order of ANSI: black, red, green, yellow, blue, magenta, cyan, white. Nil for the terminal's own
    /// foreground or background.
    public let basic: UInt8?
    /// The finer one, in xterm's palette of 256.
    public let fine: UInt8?

    private init(_ basic: UInt8?, fine: UInt8? = nil) {
        self.basic = basic
        self.fine = fine
    }

    public static let standard = Color(nil)
    public static let black = Color(0), red = Color(1), green = Color(2), yellow = Color(3)
    public static let blue = Color(4), magenta = Color(5), cyan = Color(6), white = Color(7)

    /// `fine` where there are 256 colours, else the other.
    public static func fine(_ fine: UInt8, or basic: Color) -> Color { Color(basic.basic, fine: fine) }
}

extension Color: CustomStringConvertible {
    private static let names = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"]

    public var description: String {
        let name = basic.map { Color.names[Int($0 & 7)] } ?? "standard"
        return fine.map { "\(name)(\($0))" } ?? name
    }
}

/// How a cell looks.
public struct Style: Sendable, Hashable {
    public struct Attributes: OptionSet, Sendable, Hashable {
        public let rawValue: UInt8
        public init(rawValue: UInt8) { self.rawValue = rawValue }
        public static let bold = Attributes(rawValue: 1)
        public static let dim = Attributes(rawValue: 2)
        public static let underline = Attributes(rawValue: 4)
        public static let reverse = Attributes(rawValue: 8)
    }

    public var foreground: Color
    public var background: Color
    public var attributes: Attributes

    /// Without arguments: as the terminal shows text anyway.
    public init(_ foreground: Color = .standard, _ attributes: Attributes = [], on background: Color = .standard) {
        self.foreground = foreground
        self.background = background
        self.attributes = attributes
    }

    public static let plain = Style()

    /// The same with these attributes too.
    public func adding(_ attributes: Attributes) -> Style {
        Style(foreground, self.attributes.union(attributes), on: background)
    }

    /// The same under a tint: the tint's background, its foreground where it has one, and its attributes too.
    func tinted(_ tint: Style) -> Style {
        Style(
            tint.foreground == .standard ? foreground : tint.foreground, attributes.union(tint.attributes),
            on: tint.background == .standard ? background : tint.background)
    }
}

extension Style: CustomStringConvertible {
    /// `bold red on blue`, as the golden frames name it.
    public var description: String {
        var words: [String] = []
        if attributes.contains(.bold) { words.append("bold") }
        if attributes.contains(.dim) { words.append("dim") }
        if attributes.contains(.underline) { words.append("underline") }
        if attributes.contains(.reverse) { words.append("reverse") }
        if foreground != .standard { words.append("\(foreground)") }
        if background != .standard { words.append("on \(background)") }
        return words.isEmpty ? "plain" : words.joined(separator: " ")
    }
}
