internal import Crdkafka
internal import Synchronization

/// Hands one message over to librdkafka, which copies it.
func produce(
    _ message: KafkaMessage, to topic: OpaquePointer, _ ticket: Ticket, _ rk: OpaquePointer
) -> rd_kafka_resp_err_t {
    withOptionalUTF8(message.key) { key in
        message.value.withUnsafeBytes { value in
            withUnsafeTemporaryAllocation(of: rd_kafka_vu_t.self, capacity: 7) { arguments in
                var count = 0
                func add(_ type: rd_kafka_vtype_t, _ set: (inout rd_kafka_vu_t) -> Void) {
                    var argument = rd_kafka_vu_t()
                    argument.vtype = type
                    set(&argument)
                    arguments.initializeElement(at: count, to: argument)
                    count += 1
                }
                add(RD_KAFKA_VTYPE_RKT) { $0.u.rkt = topic }
                add(RD_KAFKA_VTYPE_MSGFLAGS) { $0.u.i = RD_KAFKA_MSG_F_COPY }
                add(RD_KAFKA_VTYPE_OPAQUE) { $0.u.ptr = ticket.opaque }
                add(RD_KAFKA_VTYPE_VALUE) { $0.u.mem = .init(bytes: value) }
                if let key { add(RD_KAFKA_VTYPE_KEY) { $0.u.mem = .init(bytes: key) } }
                if let partition = message.partition { add(RD_KAFKA_VTYPE_PARTITION) { $0.u.i32 = partition } }
                let headers = makeHeaders(message.headers)
                if let headers { add(RD_KAFKA_VTYPE_HEADERS) { $0.u.headers = headers } }
                guard let error = rd_kafka_produceva(rk, arguments.baseAddress, count) else { return RD_KAFKA_RESP_ERR_NO_ERROR }
                defer { rd_kafka_error_destroy(error) }
                // librdkafka takes the headers only with the message.
                if let headers { rd_kafka_headers_destroy(headers) }
                return rd_kafka_error_code(error)
            }
        }
    }
}

private func makeHeaders(_ headers: [KafkaHeader]) -> OpaquePointer? {
    guard !headers.isEmpty, let list = rd_kafka_headers_new(headers.count) else { return nil }
    for header in headers {
        withOptionalUTF8(header.name) { name in
            withOptionalUTF8(header.value) { value in
                _ = rd_kafka_header_add(
                    list, name?.baseAddress?.assumingMemoryBound(to: CChar.self), name?.count ?? 0,
                    value?.baseAddress, value?.count ?? 0)
            }
        }
    }
    return list
}

private func withOptionalUTF8<R>(_ string: String?, _ body: (UnsafeRawBufferPointer?) -> R) -> R {
    guard var string else { return body(nil) }
    return string.withUTF8 { body(UnsafeRawBufferPointer($0)) }
}

/// An address for what is empty: librdkafka takes no address for no value at all, which is another thing.
// `nonisolated(unsafe)`: nobody ever reads or writes what is there.
nonisolated(unsafe) private let nothing = UnsafeMutableRawPointer.allocate(byteCount: 1, alignment: 1)

extension rd_kafka_vu_t.__Unnamed_union_u.__Unnamed_struct_mem {
    fileprivate init(bytes: UnsafeRawBufferPointer) {
        let address = bytes.isEmpty ? nil : bytes.baseAddress
        self.init(ptr: address.map { UnsafeMutableRawPointer(mutating: $0) } ?? nothing, size: bytes.count)
    }
}

/// One topic of a producer's.
struct TopicHandle: @unchecked Sendable {
    // `@unchecked`: topics may be used from any thread, while the producer's handle lends itself.
    let pointer: OpaquePointer
}

/// The topic handles of one producer: looking one up by name costs librdkafka more.
final class TopicCache: Sendable {
    private let handles = Mutex<[String: TopicHandle]>([:])

    /// `nil`: no topic can have that name.
    func topic(_ name: String, in rk: OpaquePointer) -> TopicHandle? {
        if let topic = handles.withLock({ $0[name] }) { return topic }
        guard let new = rd_kafka_topic_new(rk, name, nil).map({ TopicHandle(pointer: $0) }) else { return nil }
        return handles.withLock { handles in
            if let topic = handles[name] {  // somebody else was quicker
                rd_kafka_topic_destroy(new.pointer)
                return topic
            }
            handles[name] = new
            return new
        }
    }

    func removeAll() {
        handles.withLock { handles in
            for topic in handles.values { rd_kafka_topic_destroy(topic.pointer) }
            handles = [:]
        }
    }
}
