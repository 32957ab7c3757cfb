import Consumption
import FoundationEssentials
import Kafka
import TodoCore

/// What `todo-backend dlq` prints. Whatever a message holds, it can't reach the terminal as anything but text.
public enum DeadLetterText {
    /// A line for each letter under a head: time, id, type, reason; then how many older ones are left out.
    ///
    /// - Parameter columns: of the terminal; nil: nothing is cut off.
    public static func table(_ list: DeadLetterList, columns: Int?) -> String {
        if list.count == 0 { return "No dead letters.\n" }
        let rows =
            [["TIME", "ID", "TYPE", "REASON"]]
            + list.letters.map { letter in
                [
                    letter.time.map(time) ?? "-", letter.id.description, letter.type ?? "-", letter.reason ?? "-",
                ].map(Printable.line)
            }
        let widths = (0..<3).map { column in rows.map { DisplayWidth.of($0[column]) }.max() ?? 0 }
        var text = ""
        for row in rows {
            let cells = zip(row, widths).map { DisplayWidth.padded($0, to: $1) } + [row[3]]
            let line = cells.joined(separator: "  ")
            text += (columns.map { DisplayWidth.truncated(line, to: $0) } ?? line) + "\n"
        }
        let more = list.count - list.letters.count
        if more > 0 { text += "and \(more) older; --limit \(list.count) shows all.\n" }
        return text
    }

    /// An array with an object for each letter; what a letter doesn't say is `null`.
    public static func json(_ list: DeadLetterList) throws -> String {
        let encoder = Wire.encoder()
        encoder.outputFormatting.insert(.prettyPrinted)
        let bytes = try encoder.encode(list.letters.map(Line.init))
        return Printable.json(String(decoding: bytes, as: UTF8.self)) + "\n"
    }

    /// All of a letter: what is known of it, its headers, and its value.
    public static func details(_ contents: DeadLetterContents) -> String {
        let letter = contents.letter
        let origin = letter.originTopic.map { "\($0)/\(letter.originPartition ?? "?")/\(letter.originOffset ?? "?")" }
        var text = ""
        let facts: [(String, String?)] =
            [
                ("id", letter.id.description), ("time", letter.time.map(time)), ("reason", letter.reason), ("origin", origin),
                ("key", letter.key), ("size", "\(letter.size) bytes"),
            ] + contents.retries.map { ("sent back", time($0)) }
        for (name, value) in facts {
            text += "\(DisplayWidth.padded(name, to: 9))  \(Printable.line(value ?? "-"))\n"
        }
        text += "\nheaders\n"
        for header in contents.headers { text += "  \(Printable.line(header.name)): \(Printable.line(header.value))\n" }
        text += "\nvalue\n"
        return text + (letter.isValueOmitted ? "(too large to be kept here)\n" : ValueText.lines(contents.value))
    }

    /// One line for a letter that was to be sent back.
    public static func line(_ retry: DeadLetterRetry) -> String {
        let id = Printable.line(retry.id.description)
        return switch retry.outcome {
        case .sent(let delivery, nil): "\(id)  sent to \(delivery.topic)/\(delivery.partition)/\(delivery.offset)\n"
        case .sent(let delivery, let error?):
            "\(id)  sent to \(delivery.topic)/\(delivery.partition)/\(delivery.offset), but is still listed: \(error)\n"
        case .wouldBeSent(let topic): "\(id)  would be sent to \(topic)\n"
        case .retriedBefore(let date): "\(id)  was sent back \(time(date)); --again sends it once more\n"
        case .missing: "\(id)  is no dead letter (any more)\n"
        case .unusable(let reason): "\(id)  can't be sent back: \(Printable.line(reason))\n"
        case .failed(let error): "\(id)  was not sent: \(error)\n"
        }
    }

    /// The last line of a retry of all.
    public static func summary(good: Int, bad: Int, dryRun: Bool) -> String {
        if good + bad == 0 { return "No dead letters.\n" }
        let sent = dryRun ? "would be sent back" : "sent back"
        return "\(good) \(sent)\(bad > 0 ? ", \(bad) not" : "")\n"
    }

    /// To the second, in UTC.
    private static func time(_ date: Date) -> String { Timestamp.text(date).prefix(19) + "Z" }

    private struct Line: Encodable {
        let letter: DeadLetter

        private enum Keys: String, CodingKey {
            case id, topic, partition, offset, time, reason, key, size
            case originTopic = "origin_topic"
            case originPartition = "origin_partition"
            case originOffset = "origin_offset"
            case type = "event_type"
            case eventID = "event_id"
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Keys.self)
            try container.encode(letter.id.description, forKey: .id)
            try container.encode(letter.id.topic, forKey: .topic)
            try container.encode(letter.id.partition, forKey: .partition)
            try container.encode(letter.id.offset, forKey: .offset)
            try container.encode(letter.time, forKey: .time)
            try container.encode(letter.reason, forKey: .reason)
            try container.encode(letter.key, forKey: .key)
            try container.encode(letter.size, forKey: .size)
            try container.encode(letter.originTopic, forKey: .originTopic)
            try container.encode(letter.originPartition.flatMap { Int($0) }, forKey: .originPartition)
            try container.encode(letter.originOffset.flatMap { Int($0) }, forKey: .originOffset)
            try container.encode(letter.type, forKey: .type)
            try container.encode(letter.eventID, forKey: .eventID)
        }
    }
}
