/// Who must keep up with a producer where the broker can't hold what nobody has read yet.
///
/// `EmbeddedBroker` forgets the oldest messages of a partition past about 5 MB, read or not. With this in its
/// configuration a producer holds sends back while one of the groups is too far behind: `send` then just takes longer.
/// It acts only where the cluster is an embedded one, in this process or in another; on any other it costs nothing.
public struct KafkaPacing: Sendable, Hashable {
    /// The names of the groups that read a topic; topics that are not here are not paced.
    public var groups: [String: Set<String>]
    /// How much of a partition one producer may send that the slowest group has not committed: keys, values and headers,
    /// uncompressed. Several producers may each use it, so it is well below what the broker keeps. Only a larger single
    /// message goes beyond it, alone.
    public var bytesPerPartition: Int

    /// Paces the topics of `groups`.
    ///
    /// A group that never committed is one that reads from the start, and is waited for: give none that doesn't exist.
    public init(groups: [String: Set<String>], bytesPerPartition: Int = 1 << 20) {
        self.groups = groups
        self.bytesPerPartition = bytesPerPartition
    }
}
