import FoundationEssentials
import Postgres
import TodoCore

/// Where a user's days begin and end.
struct UserZone: Sendable {
    var email: String
    /// The IANA name: the user's own, else the default.
    var name: String

    /// - Throws: `StoreError.noSuchUser`; `PostgresError`.
    static func of(_ user: UUID, default zone: String, _ database: PostgresPool) async throws -> UserZone {
        let rows = try await database.query("SELECT email, coalesce(time_zone, \(zone)) FROM users WHERE id = \(user)")
        guard let row = rows.first else { throw StoreError.noSuchUser }
        let (email, name) = try row.decode(String.self, String.self)
        return UserZone(email: email, name: name)
    }

    /// The day that it is there at `instant`; nil for now, by the database's clock, which also says when a task was done.
    ///
    /// - Throws: `StoreError.unknownTimeZone`; `PostgresError`.
    func date(at instant: Date?, _ database: PostgresPool) async throws -> LocalDate {
        do {
            let rows = try await database.query("SELECT (coalesce(\(instant), now()) AT TIME ZONE \(name))::date")
            guard let date = try rows.first?.decode(LocalDate.self) else { throw StoreError.unknownTimeZone(name) }
            return date
        } catch let error as PostgresError where error.sqlState == "22023" {
            throw StoreError.unknownTimeZone(name)
        }
    }
}
