internal import TodoCore

extension State {
    mutating func accountInput(_ input: Input, _ form: AccountForm) -> [Effect] {
        if case .key(let key) = input {
            switch (key.code, key.modifiers) {
            case (.character("c"), .control), (.character("q"), .control): return [.quit]
            case (.character("z"), .control): return [.suspend]
            case (.character("l"), .control): return [.redraw]
            default: break
            }
        }
        if form.isSending { return [] }
        var form = form
        let effects = handle(input, &form)
        screen = .account(form)
        return effects
    }

    private mutating func handle(_ input: Input, _ form: inout AccountForm) -> [Effect] {
        if case .key(let key) = input {
            switch (key.code, key.modifiers) {
            case (.tab, []), (.down, _):
                form.move(by: 1)
                return []
            case (.tab, .shift), (.up, _):
                form.move(by: -1)
                return []
            case (.function(2), _):
                form.changePurpose()
                notice = nil
                return []
            case (.escape, _):
                notice = nil
                return []
            case (.enter, _): return advance(&form)
            case (.character(" "), []) where form.editor == nil: return advance(&form)
            default: break
            }
        }
        guard var editor = form.editor else { return [] }
        if case .edited = edit(&editor, input) {
            form.editor = editor
            notice = nil
        }
        return []
    }

    /// Enter: to the next field, and from the last one to the server.
    private mutating func advance(_ form: inout AccountForm) -> [Effect] {
        if form.focus == .change {
            form.changePurpose()
            notice = nil
            return []
        }
        guard form.enterSends else {
            form.move(by: 1)
            return []
        }
        switch form.credentials() {
        case .failure(let fault):
            form.focus = fault.field
            say(.failure, fault.message)
            return []
        case .success(let credentials):
            form.isSending = true
            notice = nil
            return [form.purpose == .signIn ? .signIn(credentials) : .register(credentials)]
        }
    }
}
