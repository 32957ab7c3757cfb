/// A colour of the terminal's own palette, so that the user's colour scheme holds.
public enum Color: UInt8, Sendable, Hashable, CaseIterable {
    /// The terminal's own foreground or background.
    case standard
    case black, red, green, yellow, blue, magenta, cyan, white
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
