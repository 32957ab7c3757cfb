// Embedded: what `todo-backend dev` needs so that nobody has to run a server for it: the data folder and a private PostgreSQL.
// It starts, watches and stops the server and hands out a connection string; it speaks no SQL beyond the cluster's creation.
// It must not know the services, the schema or libpq: whoever gets the connection string can't tell it from any other.

/// What went wrong with the data folder or the private PostgreSQL, in words for people: what happened, and what to do.
public struct EmbeddedError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Kind: Sendable, Hashable {
        /// The data folder can't be created, read or written.
        case folderUnusable
        /// Another `todo-backend dev` works in the data folder. `process` is nil where it can't be told.
        case folderInUse(process: Int32?)
        /// No PostgreSQL server is installed, or it is too old, or its helper programs are missing.
        case postgresMissing
        /// The cluster was made by another major version, and that one isn't installed.
        case postgresVersion(cluster: Int, server: Int)
        /// The server of an earlier run doesn't end.
        case postgresStillRuns
        /// The server or `initdb` failed.
        case postgresFailed
    }

    public let kind: Kind
    /// One or two lines.
    public let description: String

    package init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}
