import FoundationEssentials

extension TodoTask {
    /// Reads one task as the API answers it. Fields that this version doesn't know are passed over; of a field that is there
    /// twice the last counts.
    public init(reading reader: inout JSONReader) throws(JSONReader.Fault) {
        /// What must be there, by its bit.
        var found: UInt16 = 0
        self.init(
            id: UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)), number: 0, title: "", createdAt: .distantPast,
            updatedAt: .distantPast)
        try reader.beginObject()
        while try reader.nextKey() {
            if reader.isKey("id") {
                id = try reader.uuid()
                found |= 1
            } else if reader.isKey("reference") {
                reference = try reader.string()
                found |= 1 << 1
            } else if reader.isKey("number") {
                number = try reader.integer()
                found |= 1 << 2
            } else if reader.isKey("title") {
                title = try reader.string()
                found |= 1 << 3
            } else if reader.isKey("done") {
                done = try reader.bool()
                found |= 1 << 4
            } else if reader.isKey("notes") {
                notes = try reader.string()
                found |= 1 << 5
            } else if reader.isKey("priority") {
                priority = try reader.integer()
                found |= 1 << 6
            } else if reader.isKey("tags") {
                tags = try reader.strings()
                found |= 1 << 7
            } else if reader.isKey("version") {
                version = try reader.integer()
                found |= 1 << 8
            } else if reader.isKey("created_at") {
                createdAt = try reader.timestamp()
                found |= 1 << 9
            } else if reader.isKey("updated_at") {
                updatedAt = try reader.timestamp()
                found |= 1 << 10
            } else if reader.isKey("list") {
                list = try reader.null() ? nil : reader.string()
            } else if reader.isKey("due_on") {
                dueOn = try reader.null() ? nil : reader.date()
            } else if reader.isKey("done_at") {
                doneAt = try reader.null() ? nil : reader.timestamp()
            } else if reader.isKey("deleted_at") {
                deletedAt = try reader.null() ? nil : reader.timestamp()
            } else {
                try reader.skipValue()
            }
        }
        guard found == 0x7FF else {
            throw reader.fault(.missing(TodoTask.required[(~found).trailingZeroBitCount]))
        }
    }

    /// In the order of their bits.
    private static let required = [
        "id", "reference", "number", "title", "done", "notes", "priority", "tags", "version", "created_at", "updated_at",
    ]

    /// Reads a whole document that is one task.
    public init(json: [UInt8]) throws(JSONReader.Fault) {
        var reader = try JSONReader(json)
        try self.init(reading: &reader)
        try reader.finish()
    }

    /// Reads a whole document that is an array of tasks.
    public static func array(json: [UInt8]) throws(JSONReader.Fault) -> [TodoTask] {
        var reader = try JSONReader(json)
        var tasks: [TodoTask] = []
        try reader.beginArray()
        while try reader.nextElement() { tasks.append(try TodoTask(reading: &reader)) }
        try reader.finish()
        return tasks
    }
}

extension JSONReader {
    /// An array of strings.
    public mutating func strings() throws(Fault) -> [String] {
        var strings: [String] = []
        try beginArray()
        while try nextElement() { strings.append(try string()) }
        return strings
    }
}
