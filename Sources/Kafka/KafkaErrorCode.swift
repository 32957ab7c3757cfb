extension KafkaError {
    /// Codes that callers tell apart or that tests inject; librdkafka has many more (`rd_kafka_resp_err_t`).
    public enum Code {
        /// The connection broke. As an injected error: the broker hangs up.
        public static let transport: Int32 = -195
        /// Not delivered within `message.timeout.ms`.
        public static let messageTimedOut: Int32 = -192
        /// There is no such offset (any more).
        public static let offsetOutOfRange: Int32 = 1
        /// The checksum is wrong.
        public static let corruptMessage: Int32 = 2
        /// The broker has no such topic or partition.
        public static let unknownTopicOrPartition: Int32 = 3
        /// The partition has no leader for the moment.
        public static let leaderNotAvailable: Int32 = 5
        /// Another broker leads the partition by now.
        public static let notLeaderForPartition: Int32 = 6
        /// The broker gave up waiting for its replicas.
        public static let requestTimedOut: Int32 = 7
        /// The broker takes no message of that size.
        public static let messageTooLarge: Int32 = 10
        /// The group's coordinator isn't there yet.
        public static let coordinatorNotAvailable: Int32 = 15
        /// Another broker coordinates the group by now.
        public static let notCoordinator: Int32 = 16
        /// Fewer replicas in sync than the topic wants; not written.
        public static let notEnoughReplicas: Int32 = 19
        /// Fewer replicas in sync than the topic wants; written to some.
        public static let notEnoughReplicasAfterAppend: Int32 = 20
        /// The group has been shared out anew since.
        public static let illegalGeneration: Int32 = 22
        /// The group no longer counts this member.
        public static let unknownMemberID: Int32 = 25
        /// The group is being shared out.
        public static let rebalanceInProgress: Int32 = 27
        /// These credentials may not use the topic.
        public static let topicAuthorizationFailed: Int32 = 29
        /// The broker's disk failed.
        public static let storage: Int32 = 56
        /// These credentials may not do this to the cluster.
        public static let clusterAuthorizationFailed: Int32 = 31
        /// Another member with the same `group.instance.id` took over.
        public static let fencedInstanceID: Int32 = 82
    }
}
