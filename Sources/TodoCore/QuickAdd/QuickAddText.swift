extension QuickAdd {
    /// The draft as a line that reads back as the same title, day, priority, list and tags; what a person can edit.
    ///
    /// The day stands there in full (`due:2026-11-27`), so that the line means the same tomorrow. The draft's id and notes
    /// have no words in this grammar and are left out.
    ///
    /// - Returns: nil where no line reads back the same: the title has runs of white space, or white space around it, or
    ///   something is outside the limits. An empty title is none of these.
    public static func text(for draft: TaskDraft) -> String? {
        let words = QuickAddWord.words(of: draft.title)
        var text = ""
        var plain = ""
        for word in words {
            let gap = plain.isEmpty ? "" : word.gap
            plain += gap + word.text
            text += gap + (QuickAddWord.needsBackslash(word.text) ? "\\" : "") + word.text
        }
        // Scalar by scalar: for == one text may be composed and the other not.
        guard plain.unicodeScalars.elementsEqual(draft.title.unicodeScalars) else { return nil }

        var pieces: [String] = []
        if let dueOn = draft.dueOn { pieces.append("due:\(dueOn)") }
        if let priority = draft.priority {
            guard priorities.indices.contains(priority) else { return nil }
            pieces.append("p:\(priorities[priority])")
        }
        if let list = draft.list {
            guard ListKey(list)?.text == list else { return nil }
            pieces.append("+\(list)")
        }
        if let tags = draft.tags {
            guard let good = try? Limits.tags(tags), good == tags else { return nil }
            pieces += tags.map { "@\($0)" }
        }
        return ((text.isEmpty ? [] : [text]) + pieces).joined(separator: " ")
    }

    /// What the line says, as a new task. Where there are ``faults`` it isn't what was meant.
    public var draft: TaskDraft {
        TaskDraft(title: title, list: list, dueOn: dueOn, priority: priority, tags: tags.isEmpty ? nil : tags)
    }
}
