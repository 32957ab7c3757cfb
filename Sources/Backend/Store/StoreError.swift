public import TodoCore

/// Why the store refused. Anything else that it throws is a `PostgresError`.
public enum StoreError: Error, Sendable {
    case emailTaken(String)
    /// There is no such account, or no longer.
    case noSuchUser
    /// There is no such task, or it is not the caller's. The reference is what the caller wrote.
    case noSuchTask(String)
    /// The caller has no list with this key.
    case noSuchList(key: String)
    /// A task was meant for a list that the caller doesn't have.
    case noListForTask(key: String)
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
