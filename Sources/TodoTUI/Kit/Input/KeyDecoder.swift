/// Makes inputs out of the bytes that a terminal sends: UTF-8, control characters, and escape sequences in
/// the forms of xterm, VT220, rxvt and the Linux console. What it doesn't know it swallows whole.
public struct KeyDecoder: Sendable {
    /// How long after an ESC the rest of a sequence may come, in milliseconds. Later it was the key Esc.
    public static let escapeTimeout = 50
    /// A paste is cut here, so that a runaway one can't fill the memory. In bytes.
    static let longestPaste = 1 << 16

    private var waiting: [UInt8] = []
    private var paste: [UInt8]?

    /// With nothing read so far.
    public init() {}

    /// Whether what came so far could be the key Esc or the beginning of a sequence. Then call ``flush()``
    /// if nothing comes within ``escapeTimeout``.
    public var isUndecided: Bool { paste == nil && waiting.first == 0x1B }

    /// Takes bytes in the order of their arrival, cut anywhere, and gives the inputs that are complete.
    public mutating func feed(_ bytes: some Sequence<UInt8>) -> [Input] {
        waiting += bytes
        return drain(final: false)
    }

    /// Gives what is left for what it is: a lone ESC is the key Esc.
    public mutating func flush() -> [Input] { drain(final: true) }

    private mutating func drain(final: Bool) -> [Input] {
        var inputs: [Input] = []
        var at = 0
        reading: while at < waiting.count {
            if paste != nil {
                guard let next = takePaste(from: at, into: &inputs) else {
                    at = waiting.count - keepForEndOfPaste(from: at)
                    break reading
                }
                at = next
                continue
            }
            switch KeyDecoder.decode(waiting[at...], final: final) {
            case .incomplete: break reading
            case .key(let key, let length):
                inputs.append(.key(key))
                at += length
            case .mouse(let mouse, let length):
                inputs.append(.mouse(mouse))
                at += length
            case .skip(let length): at += length
            case .startOfPaste(let length):
                paste = []
                at += length
            }
        }
        waiting.removeFirst(at)
        return inputs
    }

    /// Adds to the paste; the place behind its end, or nil when the end hasn't come.
    private mutating func takePaste(from start: Int, into inputs: inout [Input]) -> Int? {
        let end = EscapeSequences.endOfPaste
        let rest = waiting[start...]
        let found = rest.indices.first { rest[$0...].starts(with: end) }
        let kept = found ?? waiting.count - keepForEndOfPaste(from: start)
        var text = paste ?? []
        text += rest[start..<kept].prefix(KeyDecoder.longestPaste - text.count)
        guard let found else {
            paste = text
            return nil
        }
        inputs.append(.paste(String(decoding: text, as: UTF8.self)))
        paste = nil
        return found + end.count
    }

    /// How many of the last bytes could be the beginning of the end mark.
    private func keepForEndOfPaste(from start: Int) -> Int {
        let end = EscapeSequences.endOfPaste
        let longest = min(end.count - 1, waiting.count - start)
        return (0...longest).last { waiting.suffix($0).elementsEqual(end.prefix($0)) } ?? 0
    }

    enum Step {
        case incomplete
        case key(Key, length: Int)
        case mouse(Mouse, length: Int)
        case skip(Int)
        case startOfPaste(Int)
    }

    /// What stands at the beginning of `bytes`, which are not empty.
    static func decode(_ bytes: ArraySlice<UInt8>, final: Bool) -> Step {
        guard let first = bytes.first else { return .incomplete }
        switch first {
        case 0x1B: return EscapeSequences.decode(bytes, final: final)
        case 0x0D, 0x0A: return .key(Key(.enter), length: 1)
        case 0x09: return .key(Key(.tab), length: 1)
        case 0x7F, 0x08: return .key(Key(.backspace), length: 1)
        case 0x00: return .key(Key(.character(" "), .control), length: 1)
        case 0x01...0x1A: return .key(.control(Character(Unicode.Scalar(first + 0x60))), length: 1)
        case 0x1C...0x1F: return .key(.control(Character(Unicode.Scalar(first + 0x40))), length: 1)
        default: return character(bytes, final: final)
        }
    }

    /// One UTF-8 character. Bytes that are none are skipped one by one.
    private static func character(_ bytes: ArraySlice<UInt8>, final: Bool) -> Step {
        let first = bytes[bytes.startIndex]
        let length = first < 0x80 ? 1 : first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0
        guard length > 0 else { return .skip(1) }
        let sequence = bytes.prefix(length)
        guard sequence.dropFirst().allSatisfy({ $0 & 0xC0 == 0x80 }) else { return .skip(1) }
        guard sequence.count == length else { return final ? .skip(bytes.count) : .incomplete }
        guard let text = String(validating: sequence, as: UTF8.self), let scalar = text.unicodeScalars.first,
            scalar.properties.generalCategory != .control
        else { return .skip(length) }
        return .key(.character(Character(scalar)), length: length)
    }
}
