import Synchronization

/// How far the topic `events` is passed on to the streams, for each partition, whichever way an event came: read from
/// the broker, or known at once since this process published it.
package final class TopicReader: Sendable {
    private struct Place {
        /// What the consumer gives next.
        var read: Int64
        /// What the streams get next: as far as `read`, or beyond it by what this process published.
        var passedOn: Int64
    }

    package init() {}

    private let places = Mutex<[Int32: Place]>([:])

    /// Passes a record on unless the streams have it already.
    ///
    /// - Parameter pass: called in the order of the partition.
    /// - Returns: false where the record doesn't follow the last one: some are missing, or it is another topic now.
    package func read(partition: Int32, offset: Int64, _ pass: () -> Void) -> Bool {
        places.withLock { places in
            guard var place = places[partition], place.read == offset else {
                let isFirst = places.updateValue(Place(read: offset + 1, passedOn: offset + 1), forKey: partition) == nil
                pass()
                return isFirst
            }
            place.read += 1
            if offset >= place.passedOn {
                place.passedOn = offset + 1
                pass()
            }
            places[partition] = place
            return true
        }
    }

    /// Passes an event on that the broker took from this process, where it is the next one of its partition: the streams
    /// need not wait for it to come back. Any other comes by the topic.
    package func published(partition: Int32, offset: Int64, _ pass: () -> Void) {
        places.withLock { places in
            guard places[partition]?.passedOn == offset else { return }
            places[partition]?.passedOn += 1
            pass()
        }
    }

    /// A new consumer begins.
    package func reset() { places.withLock { $0 = [:] } }
}
