public import TodoCore

/// Why the store refused. Anything else that it throws is a `PostgresError`.
public enum StoreError: Error, Sendable {
    case emailTaken
    /// No such thing, or not the caller's.
    case notFound
    /// The caller has no list with this key.
    case noSuchList(key: String)
    case listKeyTaken(key: String)
    /// The list has tasks that nobody said what to do with.
    case listNotEmpty(key: String)
    /// PostgreSQL knows no such IANA time zone.
    case unknownTimeZone(String)
    /// The id that the client chose belongs to something with other content.
    case idTaken
    /// `If-Match` named another version than this current one.
    case versionMismatch(current: TodoTask)
}
