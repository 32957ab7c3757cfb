extension State {
    /// The picture of this state.
    public func view() -> Frame {
        var frame = Frame(size: size)
        guard size.columns > 0, size.rows > 0 else { return frame }
        let layout = Layout(self)
        HeaderView.draw(self, &frame)
        switch screen {
        case .account(let form):
            AccountView.draw(self, form, 1..<max(1, layout.statusRows.lowerBound), &frame)
        case .board:
            ListView.draw(self, layout, &frame)
            PromptView.draw(self, layout, &frame)
        }
        StatusView.draw(self, layout, &frame)
        if let row = layout.hintRow { HintView.draw(self, row, &frame) }
        if case .help(let top) = mode { HelpView.draw(self, top, &frame) }
        return frame
    }
}
