import ArgumentParser
import TodoCore

/// What every command takes.
struct CommonOptions: ParsableArguments {
    @Flag(name: [.short, .long], help: "Show each request to the server, without secrets.")
    var verbose = false
}

/// How a command answers that gives one thing: for people, or for programs.
struct JSONOption: ParsableArguments {
    @Flag(help: ArgumentHelp("Answer in JSON, errors too; --json=id,title picks fields.", valueName: "fields"))
    var json = false

    /// What ``CommandLineWords`` makes of `--json=id,title`.
    @Option(name: .customLong("json-fields"), help: .private)
    var jsonFields: String?

    /// - Parameter shape: What the command gives in JSON.
    func answer(_ shape: JSONShape, in context: CommandContext) throws -> Answer {
        Answer(json ? .json : .people, fields: try fields(of: shape), context)
    }

    /// The fields that were picked; nil for all.
    func fields(of shape: JSONShape) throws -> [String]? {
        guard let jsonFields else { return nil }
        let fields = jsonFields.split(separator: ",").map(String.init)
        let known = "Fields: \(shape.fields.joined(separator: ", "))"
        guard !fields.isEmpty else { throw UsageError("Name the fields after --json=\n\(known)") }
        for field in fields where !shape.fields.contains(field) {
            throw UsageError("There is no field \(field).\n\(known)")
        }
        return fields
    }
}

/// How a command answers that gives tasks or lists: for people, for programs, or as bare as can be.
struct OutputOptions: ParsableArguments {
    @OptionGroup var form: JSONOption

    @Flag(help: "Answer in JSON, one object a line, each as soon as it is there.")
    var ndjson = false

    @Flag(name: [.short, .long], help: "Print bare references only.")
    var quiet = false

    func validate() throws {
        if [form.json, ndjson, quiet].count(where: { $0 }) > (ndjson && form.json && form.jsonFields != nil ? 2 : 1) {
            throw ValidationError("--json, --ndjson and --quiet exclude each other (but for --ndjson --json=id,title).")
        }
    }

    /// - Parameter shape: What the command gives in JSON.
    func answer(_ shape: JSONShape, in context: CommandContext) throws -> Answer {
        let fields = try form.fields(of: shape)
        return Answer(ndjson ? .lines : form.json ? .json : quiet ? .references : .people, fields: fields, context)
    }
}

/// For commands that change something.
struct DryRunOption: ParsableArguments {
    @Flag(help: "Change nothing; say what would be done, or in JSON the request that would be sent.")
    var dryRun = false
}
