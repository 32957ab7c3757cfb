/// A dictionary in bounded memory: what was not used for a while is forgotten, without ever looking through all of it.
///
/// New and used entries are in the young generation. `advance()` makes it the old one and forgets the old one before it;
/// so does filling it up. An entry is thus kept through one `advance()` at least, unless more than `capacity` others came.
package struct Generations<Key: Hashable, Value> {
    /// Entries of one generation; there are two.
    package let capacity: Int
    private var young: [Key: Value] = [:]
    private var old: [Key: Value] = [:]

    package init(capacity: Int) { self.capacity = capacity }

    /// How many entries are kept; at most twice the capacity.
    package var count: Int { young.count + old.count }

    /// The value that was kept, which counts as a use of it.
    package mutating func use(_ key: Key) -> Value? {
        if let value = young[key] { return value }
        guard let value = old.removeValue(forKey: key) else { return nil }
        keep(value, for: key)
        return value
    }

    package mutating func keep(_ value: Value, for key: Key) {
        if young.count >= capacity, young[key] == nil { advance() }
        old[key] = nil
        young[key] = value
    }

    package mutating func forget(_ key: Key) {
        young[key] = nil
        old[key] = nil
    }

    package mutating func advance() {
        old = young
        young = [:]
    }
}
