// Digest: turns the facts of a digest into its subject, text and HTML, the same for the mail, for
// GET /digest and for `todo digest`. Pure: it must not know where the facts come from, how mail is
// sent, or what time it is.

import Mustache
import TodoCore

/// The templates of this build can't be used: a fault of the build, not of the data.
public struct DigestTemplateError: Error, CustomStringConvertible {
    /// Which template, and the parser's words.
    public let description: String
}

/// Renders digests. Making one parses the templates; rendering can't fail.
public struct DigestRenderer: Sendable {
    /// Open tasks that are shown; the rest is a number.
    public static let shownItems = 50

    private let html: MustacheTemplate
    private let text: MustacheTemplate

    public init() throws(DigestTemplateError) {
        // A name that the template's first line gives: it must be known before the template is parsed.
        MustacheContentTypes.register(HTMLByScalar(), named: "HTML_BY_SCALAR")
        html = try Self.template(PackageResources.digest_html_mustache, named: "digest_html")
        text = try Self.template(PackageResources.digest_text_mustache, named: "digest_text")
    }

    /// The digest in every form. Shows at most ``shownItems`` tasks, then "and 132 more".
    public func render(_ content: DigestContent) -> RenderedDigest {
        let words = DigestWords(content)
        let shown = content.items.prefix(Self.shownItems)
        let unshown = max(content.stats.undone, content.items.count) - shown.count
        var fields: [String: Any] = [
            "subject": words.subject,
            "headline": words.headline,
            "counts": words.counts,
            "date": words.date,
            "recipient": plain(content.recipient),
            "public_url": content.publicURL,
            "has_tasks": !shown.isEmpty,
            "tasks": shown.enumerated().map { itemFields($1, number: $0 + 1, on: content) },
        ]
        if unshown > 0 { fields["more"] = shown.isEmpty ? "\(unshown) not shown here" : "and \(unshown) more" }
        if let link = content.unsubscribeURL { fields["unsubscribe_url"] = link }
        return RenderedDigest(subject: words.subject, text: text.render(fields), html: html.render(fields))
    }

    private func itemFields(_ item: DigestContent.Item, number: Int, on content: DigestContent) -> [String: Any] {
        let title = plain(item.title)
        var fields: [String: Any] = ["title": title]
        let due = item.dueOn.map { DigestWords.due($0, from: content.date) }
        if let due {
            fields["due"] = due.text
            fields["due_class"] = due.isPressing ? "late" : "soft"
            fields["due_color"] = due.isPressing ? "#b3261e" : "#5b6472"
        }
        if let reference = item.reference { fields["reference"] = reference }
        let marker = item.reference ?? "\(number)."
        let line = title + (due.map { " (\($0.text))" } ?? "")
        fields["lines"] = TextWrapping.wrap(line, width: 78, marker: marker + " ")
        return fields
    }

    private static func template(_ bytes: [UInt8], named name: String) throws(DigestTemplateError) -> MustacheTemplate {
        do {
            return try MustacheTemplate(string: String(decoding: bytes, as: UTF8.self))
        } catch {
            throw DigestTemplateError(description: "the template \(name) can't be parsed: \(error)")
        }
    }
}

/// On one line: control characters and line separators become spaces, so that no title can look like another part.
private func plain(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
        let isBreak = scalar.properties.generalCategory == .control || scalar == "\u{2028}" || scalar == "\u{2029}"
        result.append(isBreak ? " " : scalar)
    }
    return String(result)
}

/// Escapes each scalar by itself. The library's own escaping looks at characters, so `<` with a combining mark after it,
/// one character, would pass.
struct HTMLByScalar: MustacheContentType {
    func escapeText(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "<": result.append(contentsOf: "&lt;".unicodeScalars)
            case ">": result.append(contentsOf: "&gt;".unicodeScalars)
            case "&": result.append(contentsOf: "&amp;".unicodeScalars)
            case "\"": result.append(contentsOf: "&quot;".unicodeScalars)
            case "'": result.append(contentsOf: "&#39;".unicodeScalars)
            default: result.append(scalar)
            }
        }
        return String(result)
    }
}
