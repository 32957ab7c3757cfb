/// Which statements a connection has prepared. Pure: it names them, the connection talks to the server.
struct StatementCache {
    /// A statement is the same when text and parameter types are.
    struct Key: Hashable {
        let pieces: [String]
        let types: [PostgresType]

        init(_ sql: SQL) {
            pieces = sql.pieces
            types = sql.parameters.types
        }
    }

    private struct Entry {
        let name: String
        var lastUse: Int
    }

    private let capacity: Int
    private var entries: [Key: Entry] = [:]
    private var clock = 0
    private var evicted: [String] = []

    init(capacity: Int = 256) { self.capacity = capacity }

    /// The statement's name, nil when it must be prepared first.
    mutating func name(of key: Key) -> String? {
        guard let index = entries.index(forKey: key) else { return nil }
        clock += 1
        entries.values[index].lastUse = clock
        return entries.values[index].name
    }

    /// A name that was never given before.
    mutating func makeName() -> String {
        clock += 1
        return "s\(clock)"
    }

    /// Remembers a statement after the server has prepared it; where the cache is full the one unused for longest goes.
    mutating func insert(_ key: Key, name: String) {
        if entries.count >= capacity, let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse }) { remove(oldest.key) }
        clock += 1
        entries[key] = Entry(name: name, lastUse: clock)
    }

    /// Forgets a statement.
    mutating func remove(_ key: Key) {
        if let entry = entries.removeValue(forKey: key) { evicted.append(entry.name) }
    }

    /// The names that the server should forget too. Each is given once.
    mutating func takeEvicted() -> [String] {
        defer { evicted = [] }
        return evicted
    }

    var count: Int { entries.count }
}
