/// One step of the schema: a script that is run once, in a transaction of its own.
public struct PostgresMigration: Sendable {
    /// Names it for ever, like `0001_users`.
    public let name: String
    /// The script. It may not end its transaction.
    public let sql: String

    public init(name: String, sql: String) {
        self.name = name
        self.sql = sql
    }
}
