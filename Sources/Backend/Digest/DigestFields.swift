import Mustache
import TodoCore

/// What a template, or a section of it, is given. Not a plain dictionary: the templates' library asks each object time and
/// again which protocols it has, and for a generic type that is most of the rendering.
struct TemplateFields: MustacheParent {
    private var values: [String: Any] = [:]

    subscript(name: String) -> Any? {
        get { values[name] }
        set { values[name] = newValue }
    }

    func child(named name: String) -> Any? { values[name] }
}

extension TemplateFields: ExpressibleByDictionaryLiteral {
    init(dictionaryLiteral elements: (String, Any)...) {
        values = Dictionary(elements) { $1 }
    }
}

/// The digest's words and its sections.
enum DigestFields {
    static func of(_ content: DigestContent) -> TemplateFields {
        let words = DigestWords(content)
        var fields: TemplateFields = [
            "subject": words.subject,
            "headline": words.headline,
            "counts": words.counts,
            "date": words.date,
            "recipient": SafeText.oneLine(content.recipient),
            "public_url": content.publicURL,
            "sections": sections(of: content),
        ]
        if let link = content.unsubscribeURL { fields["unsubscribe_url"] = link }
        return fields
    }

    private static func sections(of content: DigestContent) -> [TemplateFields] {
        let date = content.date
        var sections: [TemplateFields] = []
        for (heading, items, isLate) in [
            ("Overdue", content.overdue, true), ("Due today", content.dueToday, false), ("Open", content.open, false),
        ] where !items.isEmpty {
            sections.append([
                "heading": heading, "color": isLate ? "#b3261e" : "#1b1f27", "class": isLate ? "late" : "ink",
                "items": items.enumerated().map { open($1, number: $0 + 1, on: date) },
            ])
        }
        if content.more > 0 {
            if sections.isEmpty {
                sections = [["heading": "Open", "color": "#1b1f27", "class": "ink", "more": "\(content.more) not shown here"]]
            } else {
                sections[sections.count - 1]["more"] = "and \(content.more) more"
            }
        }
        if !content.done.isEmpty {
            var section: TemplateFields = [
                "heading": "Done since yesterday", "color": "#1b1f27", "class": "ink", "items": content.done.map(done),
            ]
            let more = (content.counts?.done ?? 0) - content.done.count
            if more > 0 { section["more"] = "and \(more) more" }
            sections.append(section)
        }
        return sections
    }

    /// An open task: with the command that completes it, and when it is due.
    private static func open(_ item: DailyDigest.Item, number: Int, on date: LocalDate) -> TemplateFields {
        var fields = title(of: item, marker: item.reference ?? "\(number).")
        let details = DigestWords.details(of: item, on: date)
        if !details.isEmpty { fields["details"] = details }
        // Only what is a reference: people paste the command into a shell.
        let command = item.reference.flatMap { TaskReference($0) }.map { "todo done \($0)" }
        if let command { fields["command"] = command }
        let second = [command, details.isEmpty ? nil : details].compactMap(\.self).joined(separator: "   ")
        if !second.isEmpty { fields["second_line"] = indent(fields) + second }
        return fields
    }

    private static func done(_ item: DailyDigest.Item) -> TemplateFields { title(of: item, marker: item.reference ?? "-") }

    private static func title(of item: DailyDigest.Item, marker: String) -> TemplateFields {
        let title = SafeText.oneLine(item.title), marker = SafeText.oneLine(marker)
        var fields: TemplateFields = ["title": SafeText.balanced(title), "marker": marker]
        fields["lines"] = TextWrapping.wrap(title, width: 78, marker: marker + " ")
        if item.reference != nil { fields["reference"] = marker }
        return fields
    }

    /// Spaces as wide as the marker, so that the second line stands under the title.
    private static func indent(_ fields: TemplateFields) -> String {
        String(repeating: " ", count: DisplayWidth.of(fields["marker"] as? String ?? "") + 1)
    }
}
