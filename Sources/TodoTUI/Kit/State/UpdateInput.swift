internal import TodoCore

extension State {
    mutating func addInput(_ input: Input, _ editor: LineEditor) -> [Effect] {
        var editor = editor
        switch edit(&editor, input) {
        case .edited:
            mode = .add(editor)
            if notice?.kind == .failure { notice = nil }
        case .submitted: return add(editor)
        case .cancelled:
            mode = .browse
            unsaved = nil
        case .left(let effect): return [effect]
        case .ignored: break
        }
        return []
    }

    private mutating func add(_ editor: LineEditor) -> [Effect] {
        if editor.text.allSatisfy(\.isWhitespace) {
            mode = .browse
            return []
        }
        do throws(Limits.Fault) {
            let title = try Limits.title(editor.text)
            mode = .browse
            notice = nil
            // The server may have got it the last time: under the same id it can't become two tasks.
            if let draft = unsaved, draft.title == title {
                unsaved = nil
                return [change(.create(draft), title)]
            }
            unsaved = nil
            return [change(.create(TaskDraft(title: title, id: nextID)), title), .makeID]
        } catch {
            say(.failure, "The title \(error.message).")
            return []
        }
    }

    /// The list follows each key.
    mutating func filterInput(_ input: Input, _ editor: LineEditor, _ before: String) -> [Effect] {
        var editor = editor
        switch edit(&editor, input) {
        case .edited:
            mode = .filter(editor, before: before)
            board.filter = editor.text
        case .submitted: mode = .browse
        case .cancelled:
            mode = .browse
            board.filter = before
        case .left(let effect): return [effect]
        case .ignored:
            // The found ones can be walked through while the filter is being typed.
            guard case .key(let key) = input, let cursor = board.cursor else { break }
            if key.code == .up { board.moveCursor(to: cursor - 1) }
            if key.code == .down { board.moveCursor(to: cursor + 1) }
        }
        return []
    }

    enum Edit {
        case edited, submitted, cancelled, ignored
        case left(Effect)
    }

    /// What every input line does with a key.
    func edit(_ editor: inout LineEditor, _ input: Input) -> Edit {
        switch input {
        case .paste(let text):
            editor.insert(text.replacing("\r\n", with: "\n").replacing("\r", with: "\n"))
            return .edited
        case .key(Key(.enter)): return .submitted
        case .key(Key(.escape)): return .cancelled
        case .key(.control("c")): return .left(.quit)
        case .key(.control("z")): return .left(.suspend)
        case .key(.control("l")): return .left(.redraw)
        case .key(let key): return editor.handle(key) ? .edited : .ignored
        }
    }
}
