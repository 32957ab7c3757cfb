import TodoCore

/// What the templates are given: the digest's words and its sections.
enum DigestFields {
    static func of(_ content: DigestContent) -> [String: Any] {
        let words = DigestWords(content)
        var fields: [String: Any] = [
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

    private static func sections(of content: DigestContent) -> [[String: Any]] {
        let date = content.date
        var sections: [[String: Any]] = []
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
            var section: [String: Any] = [
                "heading": "Done since yesterday", "color": "#1b1f27", "class": "ink", "items": content.done.map(done),
            ]
            let more = (content.counts?.done ?? 0) - content.done.count
            if more > 0 { section["more"] = "and \(more) more" }
            sections.append(section)
        }
        return sections
    }

    /// An open task: with the command that completes it, and when it is due.
    private static func open(_ item: DailyDigest.Item, number: Int, on date: LocalDate) -> [String: Any] {
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

    private static func done(_ item: DailyDigest.Item) -> [String: Any] { title(of: item, marker: item.reference ?? "-") }

    private static func title(of item: DailyDigest.Item, marker: String) -> [String: Any] {
        let title = SafeText.oneLine(item.title), marker = SafeText.oneLine(marker)
        var fields: [String: Any] = ["title": SafeText.balanced(title), "marker": marker]
        fields["lines"] = TextWrapping.wrap(title, width: 78, marker: marker + " ")
        if item.reference != nil { fields["reference"] = marker }
        return fields
    }

    /// Spaces as wide as the marker, so that the second line stands under the title.
    private static func indent(_ fields: [String: Any]) -> String {
        String(repeating: " ", count: DisplayWidth.of(fields["marker"] as? String ?? "") + 1)
    }
}
