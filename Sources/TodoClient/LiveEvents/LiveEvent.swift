public import TodoCore

/// What an ``EventStream`` tells.
public struct LiveEvent: Sendable {
    public enum Kind: Sendable {
        /// Something has happened; `json` is the event as the server wrote it.
        case event(DomainEvent, json: [UInt8])
        /// Some of what happened is not told: everything has to be loaded anew.
        case reset
        /// The server tells of everything after `cursor` from now on.
        case connected
        /// The connection is gone; the next attempt comes after this time.
        case disconnected(ClientError, retryIn: Duration)
    }

    /// Where the stream stands behind this: give it to ``TodoClient/events(after:)`` to go on from here. Empty until the
    /// server has told.
    public var cursor: String
    public var kind: Kind
}
