extension State {
    /// The picture of this state.
    public func view() -> Frame {
        var frame = Frame(size: size, theme[.text])
        guard size.columns > 0, size.rows > 0 else { return frame }
        let layout = Layout(self)
        HeaderView.draw(self, &frame)
        switch screen {
        case .account(let form): AccountView.draw(self, form, layout.body, &frame)
        case .board: drawBoard(layout, &frame)
        }
        StatusView.draw(self, layout, &frame)
        if let row = layout.hintRow { HintView.draw(self, row, &frame) }
        return frame
    }

    private func drawBoard(_ layout: Layout, _ frame: inout Frame) {
        ListView.draw(self, layout, &frame)
        if let area = layout.details { DetailsView.draw(self, area, layout, &frame) }
        if let area = layout.sidebar { SidebarView.draw(self, area, layout, &frame) }
        switch mode {
        case .browse, .confirmDelete: break
        case .prompt(let prompt): PromptView.draw(self, prompt, layout, &frame)
        case .menu(let menu): MenuView.draw(self, menu, layout, &frame)
        case .conflict(let conflict): ConflictView.draw(self, conflict, layout, &frame)
        case .details(let top): DetailsView.drawWhole(self, top, layout, &frame)
        case .help(let top): HelpView.draw(self, top, &frame)
        }
    }
}
