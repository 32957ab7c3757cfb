import ArgumentParser
import TodoCore

/// How a command answers: for people, for programs, or as bare as can be.
struct OutputOptions: ParsableArguments {
    @Flag(name: .long, help: "Answer in JSON, errors too.")
    var json = false

    @Flag(name: [.short, .long], help: "Print bare references only.")
    var quiet = false

    func validate() throws {
        if json, quiet { throw ValidationError("--json and --quiet exclude each other.") }
    }

    /// Writes what became of one task: `verb` and the task for people, the task itself in JSON.
    func tell(_ verb: String, _ task: TodoTask, in context: CommandContext) throws {
        if json {
            try context.io.write(Printable.json(task) + "\n")
        } else if quiet {
            try context.io.write(Printable.line(task.reference) + "\n")
        } else {
            try context.io.write("\(verb) \(Printable.line(task.reference)): \(Printable.line(task.title))\n")
        }
    }
}

/// For commands that answer with something else than tasks.
struct JSONOption: ParsableArguments {
    @Flag(name: .long, help: "Answer in JSON, errors too.")
    var json = false
}
