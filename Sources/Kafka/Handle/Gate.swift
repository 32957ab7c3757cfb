internal import Glibc

/// Many may be inside at once; `shut()` waits until all have left, and lets nobody in any more.
///
/// A lock for readers and a writer, because those inside must not wait for each other.
final class Gate: @unchecked Sendable {
    // `@unchecked`: `isOpen` is only touched while `lock` is held.
    private let lock: UnsafeMutablePointer<pthread_rwlock_t>
    private var isOpen = true

    init() {
        lock = .allocate(capacity: 1)
        pthread_rwlock_init(lock, nil)
    }

    deinit {
        pthread_rwlock_destroy(lock)
        lock.deallocate()
    }

    /// Goes in, and must be followed by `leave()`. `false`: it is shut, and there is nothing to leave.
    func enter() -> Bool {
        pthread_rwlock_rdlock(lock)
        if isOpen { return true }
        pthread_rwlock_unlock(lock)
        return false
    }

    func leave() {
        pthread_rwlock_unlock(lock)
    }

    /// `false` if it was shut before.
    func shut() -> Bool {
        pthread_rwlock_wrlock(lock)
        defer { pthread_rwlock_unlock(lock) }
        defer { isOpen = false }
        return isOpen
    }
}
