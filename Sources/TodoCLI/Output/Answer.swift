import TodoCore

/// Where a command's answer goes, in the form that was asked for.
struct Answer {
    enum Form {
        /// Words.
        case people
        /// Bare references.
        case references
        /// One document.
        case json
        /// JSON, one object a line.
        case lines
    }

    let form: Form
    /// The fields of each object, in the order in which they were named; nil for all.
    let fields: [String]?
    let context: CommandContext

    init(_ form: Form, fields: [String]?, _ context: CommandContext) {
        (self.form, self.fields, self.context) = (form, fields, context)
    }

    var isJSON: Bool { form == .json || form == .lines }

    /// Writes the one thing that the command gives.
    func write(_ value: some Encodable, reference: String? = nil, people: () throws -> String) throws {
        switch form {
        case .json, .lines: try context.io.write(try json(value) + "\n")
        case .references: if let reference { try context.io.write(Printable.line(reference) + "\n") }
        case .people: try context.io.write(try people() + "\n")
        }
    }

    /// One object with the fields that were picked.
    func json(_ value: some Encodable) throws -> String {
        let bytes = try Wire.encode(value)
        guard let fields else { return String(decoding: Printable.json(bytes), as: UTF8.self) }
        var reader = try JSONReader(bytes)
        return String(decoding: Printable.json(try JSONFields(fields).pick(from: &reader)), as: UTF8.self)
    }

    /// Tells what went wrong with one of several things, while the others go on.
    func tell(_ failure: Failure) {
        context.io.writeError(isJSON ? failure.json + "\n" : Style(context, .standardError).error(failure.text))
    }
}

/// The things that a command gives one after the other: people and `--ndjson` see each at once, `--json` is one array at
/// the end.
struct AnswerList {
    let answer: Answer
    private var objects: [String] = []

    init(_ answer: Answer) { self.answer = answer }

    mutating func add(_ value: some Encodable, reference: String?, people: @autoclosure () throws -> String) throws {
        if answer.form == .json {
            objects.append(try answer.json(value))
        } else {
            try answer.write(value, reference: reference, people: people)
            // The next one may take long: a person waits, or a program at the other end of a pipe.
            try answer.context.io.flush()
        }
    }

    func finish() throws {
        if answer.form == .json { try answer.context.io.write("[\(objects.joined(separator: ","))]\n") }
    }
}
