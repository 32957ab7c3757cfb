package import FoundationEssentials
package import TodoCore

// Exchange: `todo import` and `todo export`: other programs' files of tasks, read and written. The codecs are pure: bytes
// in, tasks out and back. They must not know the server; who talks to it (Importer) must not know a format.

/// A task as a file has it, made to fit what the server takes.
package struct ExchangeTask: Sendable, Hashable {
    /// What makes the task the same task when the file is read again.
    package enum Identity: Sendable, Hashable {
        /// The file gives ids.
        case own(UUID)
        /// It gives none: what the task says, without what changes when it is done.
        case content(String)
    }

    /// Where it stands in the file: a line, counted from 1.
    package var line: Int
    package var identity: Identity
    package var title: String
    package var notes = ""
    /// Nil for the inbox.
    package var list: ExchangeList?
    package var dueOn: LocalDate?
    /// 0–3.
    package var priority = 0
    package var tags: [String] = []
    package var isDone = false
    package var isDeleted = false

    package init(line: Int, identity: Identity, title: String) {
        self.line = line
        self.identity = identity
        self.title = title
    }
}

/// A list as a file names it.
package struct ExchangeList: Sendable, Hashable {
    /// Nil where the file has names only.
    package var key: String?
    /// Nil where the file has keys only.
    package var name: String?

    package init(key: String? = nil, name: String? = nil) {
        self.key = key
        self.name = name
    }
}

/// A part of a file that can't be read.
package struct ExchangeFault: Error, Sendable, Hashable {
    /// Counted from 1.
    package var line: Int
    /// What is wrong with it, after "line 7: ".
    package var message: String

    package init(line: Int, _ message: String) {
        self.line = line
        self.message = message
    }
}

/// All that was found in a file.
package struct ExchangeContent: Sendable {
    package var tasks: [ExchangeTask] = []
    /// Those that the file names apart from its tasks.
    package var lists: [ExchangeList] = []
    package var faults: [ExchangeFault] = []
    package var losses = Losses()

    package init() {}

    /// Takes the task in, cut to what the server takes, or notes why not.
    mutating func add(_ task: ExchangeTask) {
        var task = task
        do throws(ExchangeFault) {
            try task.fit(&losses)
            tasks.append(task)
        } catch { faults.append(error) }
    }
}

/// A file that can't be read at all.
package struct ExchangeError: Error, Sendable, Hashable {
    package var message: String

    package init(_ message: String) { self.message = message }
}
