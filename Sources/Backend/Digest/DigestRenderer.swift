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
    private let html: MustacheTemplate
    private let text: MustacheTemplate

    public init() throws(DigestTemplateError) {
        // A name that the template's first line gives: it must be known before the template is parsed.
        MustacheContentTypes.register(HTMLByScalar(), named: "HTML_BY_SCALAR")
        html = try Self.template(PackageResources.digest_html_mustache, named: "digest_html")
        text = try Self.template(PackageResources.digest_text_mustache, named: "digest_text")
    }

    /// The subject alone: one line of ASCII without a word of the user's.
    public static func subject(of content: DigestContent) -> String { DigestWords(content).subject }

    /// The digest in every form.
    public func render(_ content: DigestContent) -> RenderedDigest {
        let fields = DigestFields.of(content)
        return RenderedDigest(subject: Self.subject(of: content), text: text.render(fields), html: html.render(fields))
    }

    private static func template(_ bytes: [UInt8], named name: String) throws(DigestTemplateError) -> MustacheTemplate {
        do {
            return try MustacheTemplate(string: String(decoding: bytes, as: UTF8.self))
        } catch {
            throw DigestTemplateError(description: "the template \(name) can't be parsed: \(error)")
        }
    }
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
