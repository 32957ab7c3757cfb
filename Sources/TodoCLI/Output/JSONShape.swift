/// What the JSON of a command has: its fields, none of which is ever removed or renamed. `docs/schema/cli.schema.json`
/// describes them; a test compares the two.
struct JSONShape: Sendable {
    /// Under this name the schema has it.
    let name: String
    let fields: [String]

    init(_ name: String, _ fields: String...) {
        self.name = name
        self.fields = fields
    }

    static let task = JSONShape(
        "task", "id", "reference", "list", "number", "title", "done", "notes", "due_on", "priority", "tags", "version",
        "created_at", "updated_at", "done_at", "deleted_at")
    static let list = JSONShape("list", "id", "key", "name", "created_at")
    static let account = JSONShape("account", "id", "email", "time_zone", "digest_enabled", "created_at")
    static let login = JSONShape("login", "email", "expires_in", "url")
    static let logout = JSONShape("logout", "logged_out")
    static let deletion = JSONShape("deletion", "deleted")
    static let stats = JSONShape("stats", "total", "done", "undone", "overdue", "due_today", "done_per_day")
    static let digest = JSONShape(
        "digest", "subject", "stats", "date", "time_zone", "overdue", "due_today", "open", "done", "more")
    static let change = JSONShape("change", "cursor", "kind", "event")
    static let version = JSONShape("version", "version")
    /// Of every command with `--dry-run`.
    static let request = JSONShape("request", "method", "path", "body")

    /// All of them.
    package static let all = [task, list, account, login, logout, deletion, stats, digest, change, version, request, imported]
}
