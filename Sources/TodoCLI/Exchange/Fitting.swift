import TodoCore

extension ExchangeTask {
    /// Makes the task fit the limits of ``Limits``; what doesn't fit goes to the notes, and is noted as a loss.
    mutating func fit(_ losses: inout Losses) throws(ExchangeFault) {
        fitTags(&losses)
        try fitTitle(&losses)
        fitNotes(&losses)
        if let name = list?.name {
            let (clean, hadControls) = ExchangeTask.cleaned(name, keeping: [])
            if hadControls { losses.add(.controls, at: line) }
            // Names are cut in one place only, so that two long projects which begin alike stay one list each time.
            list?.name = clean.trimmingSpaces.prefixScalars(Limits.listNameLength.upperBound).trimmingSpaces
            if list?.name != clean.trimmingSpaces { losses.add(.listName, at: line) }
            if list?.name == "" { list = list?.key.map { ExchangeList(key: $0) } }
        }
    }

    private mutating func fitTitle(_ losses: inout Losses) throws(ExchangeFault) {
        let (clean, hadControls) = ExchangeTask.cleaned(title, keeping: [])
        if hadControls { losses.add(.controls, at: line) }
        title = clean.trimmingSpaces
        if title.isEmpty { throw ExchangeFault(line: line, "the task has no title") }
        let limit = Limits.titleLength.upperBound
        if title.unicodeScalars.count > limit {
            losses.add(.longTitle, at: line)
            notes = notes.isEmpty ? title : title + "\n" + notes
            title = title.prefixScalars(limit - 1).trimmingSpaces + "…"
        }
    }

    private mutating func fitNotes(_ losses: inout Losses) {
        let (clean, hadControls) = ExchangeTask.cleaned(notes, keeping: ["\n", "\t", "\r"])
        if hadControls { losses.add(.controls, at: line) }
        notes = clean
        let limit = Limits.notesLength.upperBound
        if notes.unicodeScalars.count > limit {
            losses.add(.longNotes, at: line)
            notes = notes.prefixScalars(limit - 1) + "…"
        }
    }

    /// Tags that can't be one go to the notes, as an attribute.
    private mutating func fitTags(_ losses: inout Losses) {
        var good: [String] = []
        var others: [String] = []
        for tag in tags {
            let checked = try? Limits.tags([tag])
            if let tag = checked?.first, good.count < Limits.tagCount.upperBound {
                if !good.contains(tag) { good.append(tag) }
            } else {
                others.append(tag)
            }
        }
        tags = good
        guard !others.isEmpty else { return }
        losses.add(.attributes, at: line)
        notes = Attributes([.init("tags", others.joined(separator: ","))]).appended(to: notes)
    }

    /// The text with a space for each control character that may not stay.
    private static func cleaned(_ text: String, keeping kept: Set<Unicode.Scalar>) -> (text: String, hadControls: Bool) {
        func isControl(_ scalar: Unicode.Scalar) -> Bool {
            (scalar.properties.generalCategory == .control || scalar == "\u{2028}" || scalar == "\u{2029}")
                && !kept.contains(scalar)
        }
        guard text.unicodeScalars.contains(where: isControl) else { return (text, false) }
        var clean = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { clean.append(isControl(scalar) ? " " : scalar) }
        return (String(clean), true)
    }
}

extension String {
    /// Without white space at both ends.
    var trimmingSpaces: String {
        let scalars = unicodeScalars
        guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
            let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
        else { return "" }
        return String(scalars[first...last])
    }

    /// As many whole characters from the start as have at most so many scalars.
    func prefixScalars(_ limit: Int) -> String {
        var count = 0
        let whole = prefix { character in
            count += character.unicodeScalars.count
            return count <= limit
        }
        return String(whole)
    }
}
