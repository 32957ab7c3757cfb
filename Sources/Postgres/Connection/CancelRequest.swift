internal import Clibpq
internal import Glibc

/// Asks the server to end what a connection is doing. `PQcancel` connects to the server and may block for as long as the
/// network likes, so it has a thread of its own that nobody waits for.
enum CancelRequest {
    static func send(for connection: OpaquePointer) {
        guard let request = PQgetCancel(connection) else { return }
        var id = pthread_t()
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        let status = pthread_create(
            &id, &attributes,
            { request in
                var message: (UInt64, UInt64) = (0, 0)
                withUnsafeMutableBytes(of: &message) { message in
                    _ = PQcancel(
                        OpaquePointer(request), message.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(message.count))
                }
                PQfreeCancel(OpaquePointer(request))
                return nil
            }, UnsafeMutableRawPointer(request))
        if status != 0 { PQfreeCancel(request) }
    }
}
