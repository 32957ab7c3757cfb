import Synchronization

/// Counts up from any thread.
public final class Counter: Sendable {
    private let value = Mutex(0)

    public init() {}

    /// 1 the first time, then 2…
    @discardableResult public func next() -> Int {
        value.withLock { value in
            value += 1
            return value
        }
    }

    public var count: Int { value.withLock { $0 } }
}

/// Gathers values from any thread.
public final class Recorder<Element: Sendable>: Sendable {
    private let elements = Mutex<[Element]>([])

    public init() {}

    public func append(_ element: Element) { elements.withLock { $0.append(element) } }

    public var all: [Element] { elements.withLock { $0 } }
}
