package import TodoCore

/// Finds the list that a file means, among those of the account and those that the import makes.
package struct ListResolver: Sendable {
    package struct NewList: Sendable, Hashable {
        package var key: String
        package var name: String
    }

    /// What the import has to make, in the order in which the file asks for it.
    package private(set) var made: [NewList] = []
    private var names: [String: String] = [:]
    private var keys: [String: String] = [:]

    package init(_ lists: [TodoList]) {
        // Of two lists of one name the first by key is taken, each time.
        for list in lists.sorted(by: { ($0.key ?? "") > ($1.key ?? "") }) {
            guard let key = list.key else { continue }
            names[key] = list.name
            keys[list.name] = key
        }
    }

    /// The name that the list with this key has here.
    func name(of key: String) -> String? { names[key] }

    /// The key of a list that is there: by its key, else by its name, else by its name as a key.
    package func key(of list: ExchangeList) -> String? {
        if let key = list.key { return names[key] == nil ? nil : key }
        guard let name = list.name else { return nil }
        if let key = keys[name] { return key }
        return ListKey(name).flatMap { names[$0.text] == nil ? nil : $0.text }
    }

    /// The same, and where there is none, that of one to make.
    package mutating func keyOrNew(_ list: ExchangeList) -> String {
        if let key = key(of: list) { return key }
        let key = list.key ?? newKey(for: list.name ?? "")
        let name = list.name ?? key
        names[key] = name
        if keys[name] == nil { keys[name] = key }
        made.append(NewList(key: key, name: name))
        return key
    }

    /// A free key that a person will recognize: `Home.Garden` is HOMEGARDEN, a second one HOMEGARDE2.
    private func newKey(for name: String) -> String {
        let base = ListResolver.letters(of: name)
        var key = String(base.prefix(10))
        var number = 1
        while names[key] != nil || key == "INBOX" {
            number += 1
            key = String(base.prefix(10 - String(number).count)) + String(number)
        }
        return key
    }

    /// A name's letters and digits as keys have them, a letter first; never empty.
    private static func letters(of name: String) -> String {
        var letters = ""
        for scalar in name.unicodeScalars {
            let text = plain[scalar] ?? String(scalar)
            letters += text.uppercased().unicodeScalars.filter { ("A"..."Z").contains($0) || ("0"..."9").contains($0) }.map(
                String.init
            ).joined()
        }
        guard let first = letters.first else { return "LIST" }
        return first.isNumber ? "L" + letters : letters
    }

    /// Latin letters without their marks.
    private static let plain: [Unicode.Scalar: String] = {
        let groups = [
            ("A", "àáâãāăąÀÁÂÃĀĂĄ"), ("AE", "äæÄÆ"), ("AA", "åÅ"), ("C", "çćĉċčÇĆĈĊČ"), ("D", "ďđðĎĐÐ"),
            ("E", "èéêëēĕėęěÈÉÊËĒĔĖĘĚ"), ("G", "ĝğġģĜĞĠĢ"), ("H", "ĥħĤĦ"), ("I", "ìíîïĩīĭįıÌÍÎÏĨĪĬĮİ"), ("J", "ĵĴ"),
            ("K", "ķĶ"), ("L", "ĺļľłĹĻĽŁ"), ("N", "ñńņňÑŃŅŇ"), ("O", "òóôõōŏőÒÓÔÕŌŎŐ"), ("OE", "öøœÖØŒ"),
            ("R", "ŕŗřŔŖŘ"), ("S", "śŝşšșŚŜŞŠȘ"), ("SS", "ßẞ"), ("T", "ţťŧțŢŤŦȚ"), ("TH", "þÞ"),
            ("U", "ùúûũūŭůűųÙÚÛŨŪŬŮŰŲ"), ("UE", "üÜ"), ("W", "ŵŴ"), ("Y", "ýÿŷÝŸŶ"), ("Z", "źżžŹŻŽ"),
        ]
        var plain: [Unicode.Scalar: String] = [:]
        for (letter, marked) in groups { for scalar in marked.unicodeScalars { plain[scalar] = letter } }
        return plain
    }()
}
