import ArgumentParser

struct Completion: TodoCommand {
    static let configuration = CommandConfiguration(
        commandName: "completion",
        abstract: "Print a script that lets a shell complete commands and options.",
        discussion: """
            EXAMPLES
              todo completion bash > ~/.local/share/bash-completion/completions/todo
              todo completion zsh > "${fpath[1]}/_todo"
              todo completion fish > ~/.config/fish/completions/todo.fish
            """)

    enum Shell: String, ExpressibleByArgument, CaseIterable {
        case bash, zsh, fish

        var known: CompletionShell {
            switch self {
            case .bash: .bash
            case .zsh: .zsh
            case .fish: .fish
            }
        }
    }

    @Argument(help: "bash, zsh or fish.")
    var shell: Shell

    @OptionGroup var common: CommonOptions

    func run(in context: CommandContext) async throws {
        try context.io.write(Todo.completionScript(for: shell.known) + "\n")
    }
}
