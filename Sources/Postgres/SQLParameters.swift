/// The values of a statement, encoded one behind the other in one buffer.
package struct SQLParameters: Sendable {
    package private(set) var types: [PostgresType] = []
    /// Where each value ends in `bytes`; negative for NULL: -1 minus the end.
    private var ends: [Int] = []
    private var bytes: [UInt8] = []

    package var count: Int { types.count }

    mutating func reserveCapacity(_ count: Int) {
        types.reserveCapacity(count)
        ends.reserveCapacity(count)
        bytes.reserveCapacity(count * 16)
    }

    mutating func append<T: PostgresEncodable>(_ value: T) {
        types.append(T.postgresType)
        if value.isPostgresNull {
            ends.append(-1 - bytes.count)
        } else {
            value.encode(into: &bytes)
            ends.append(bytes.count)
        }
    }

    mutating func append(_ other: SQLParameters) {
        let shift = bytes.count
        types.append(contentsOf: other.types)
        ends.append(contentsOf: other.ends.map { $0 < 0 ? $0 - shift : $0 + shift })
        bytes.append(contentsOf: other.bytes)
    }

    /// The value's bytes, nil for NULL.
    package subscript(index: Int) -> [UInt8]? {
        ends[index] < 0 ? nil : Array(bytes[start(of: index)..<ends[index]])
    }

    private func start(of index: Int) -> Int {
        guard index > 0 else { return 0 }
        return ends[index - 1] < 0 ? -1 - ends[index - 1] : ends[index - 1]
    }

    /// Calls `body` with what `PQsendQueryPrepared` wants: values, lengths and formats (all binary).
    func withLibpqArrays<R>(
        _ body: (UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?) -> R
    ) -> R {
        guard count > 0 else { return body(nil, nil, nil) }
        return bytes.withUnsafeBufferPointer { bytes in
            withUnsafeTemporaryAllocation(of: UnsafePointer<CChar>?.self, capacity: count) { values in
                withUnsafeTemporaryAllocation(of: Int32.self, capacity: count * 2) { numbers in
                    guard let lengths = numbers.baseAddress else { return body(nil, nil, nil) }
                    // An empty value needs an address too, since nil is NULL; libpq reads nothing there.
                    let base = UnsafeRawPointer(bytes.baseAddress.map(UnsafeRawPointer.init) ?? UnsafeRawPointer(lengths))
                    var start = 0
                    for (index, end) in ends.enumerated() {
                        let stop = end < 0 ? -1 - end : end
                        let value = end < 0 ? nil : (base + start).assumingMemoryBound(to: CChar.self)
                        values.initializeElement(at: index, to: value)
                        numbers.initializeElement(at: index, to: Int32(clamping: stop - start))
                        numbers.initializeElement(at: count + index, to: 1)
                        start = stop
                    }
                    return body(values.baseAddress, lengths, lengths + count)
                }
            }
        }
    }

    /// Whether the protocol can't carry it: more than 65535 parameters, or a value of 2 GiB or more.
    var isTooLarge: Bool {
        count > Int(UInt16.max)
            || bytes.count > Int(Int32.max) && (0..<count).contains { abs(ends[$0]) - start(of: $0) > Int(Int32.max) }
    }
}
