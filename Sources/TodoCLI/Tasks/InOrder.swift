/// Works on several items at once and hands each outcome on in the order of the items, as soon as it can.
///
/// - Parameters:
///   - next: Gives the items, nil at their end. It is not called again before it has answered.
///   - limit: How many are worked on at once, at most. Where one takes long, twice as many are begun until it is through: what is
///     to be reported after it can still end the work.
///   - report: Takes the outcomes in order. Where it gives false no further item is begun; those that were are still
///     reported.
/// - Throws: What `report` throws; what was begun is cancelled then.
func inOrder<Item: Sendable, Outcome: Sendable>(
    _ next: @escaping @Sendable () async -> Item?, atOnce limit: Int = 8,
    _ work: @escaping @Sendable (Item) async -> Outcome, report: (Outcome) throws -> Bool
) async throws {
    try await withThrowingTaskGroup(of: Step<Item, Outcome>.self) { group in
        var begun = 0, ended = 0, reported = 0
        var waiting: [Int: Outcome] = [:]
        var hasMore = true, isAsking = true
        group.addTask { .item(await next()) }
        while let step = try await group.next() {
            switch step {
            case .item(let item):
                isAsking = false
                guard let item, hasMore else {
                    hasMore = false
                    break
                }
                let index = begun
                begun += 1
                group.addTask { .outcome(index, await work(item)) }
            case .outcome(let index, let outcome):
                ended += 1
                waiting[index] = outcome
                while let outcome = waiting.removeValue(forKey: reported) {
                    reported += 1
                    if try !report(outcome) { hasMore = false }
                }
                // Whoever waits for a line that nobody may ever type must not hold up the end.
                if !hasMore, ended == begun { group.cancelAll() }
            }
            if hasMore, !isAsking, begun - ended < limit, begun - reported < 2 * limit {
                isAsking = true
                group.addTask { .item(await next()) }
            }
        }
    }
}

private enum Step<Item: Sendable, Outcome: Sendable>: Sendable {
    case item(Item?)
    case outcome(Int, Outcome)
}

/// Gives the elements one after the other, to one asker at a time.
actor Supply<Element: Sendable> {
    private let elements: AsyncStream<Element>
    /// Free for whoever counts what it takes.
    var count = 0

    init(_ elements: AsyncStream<Element>) { self.elements = elements }

    init(_ elements: [Element]) {
        self.init(
            AsyncStream { continuation in
                for element in elements { continuation.yield(element) }
                continuation.finish()
            })
    }

    func next() async -> Element? {
        // An iterator has no state of its own here: the stream itself knows what comes next.
        var iterator = elements.makeAsyncIterator()
        return await iterator.next(isolation: self)
    }
}
