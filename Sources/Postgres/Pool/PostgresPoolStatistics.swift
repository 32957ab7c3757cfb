/// What a pool is doing, for metrics. The last six count from the pool's beginning.
public struct PostgresPoolStatistics: Sendable, Equatable {
    /// How many connections there may be.
    public internal(set) var size = 0
    /// Open, and used by nobody.
    public internal(set) var idle = 0
    /// In use.
    public internal(set) var busy = 0
    /// Being opened.
    public internal(set) var opening = 0
    /// How many tasks wait for a connection.
    public internal(set) var waiting = 0

    /// How often a connection was given to a task.
    public internal(set) var leases = 0
    /// Connections that were opened.
    public internal(set) var opened = 0
    /// Connections that could not be opened.
    public internal(set) var failed = 0
    /// Connections that were closed because they could not be used again.
    public internal(set) var discarded = 0
    /// Tasks that waited too long.
    public internal(set) var expired = 0
    /// Tasks that were turned away because too many waited.
    public internal(set) var refused = 0
}
