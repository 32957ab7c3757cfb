import Glibc

/// An exclusive lock on a file. It lasts until the last descriptor that came from this opening is closed, in this process
/// or in one that inherited it; the kernel sees to it.
struct FileLock: Sendable {
    let descriptor: Descriptor

    /// Opens the file, and creates it where it is missing.
    init(_ path: String) throws(EmbeddedError) {
        guard let descriptor = Descriptor.open(path, O_RDWR | O_CREAT) else { throw Files.unusable(path) }
        self.descriptor = descriptor
    }

    /// Whether it could be taken at once.
    func tryToTake() -> Bool { flock(descriptor.number, LOCK_EX | LOCK_NB) == 0 }

    /// Waits for it at most so long; false when it doesn't come.
    func take(within patience: Duration) throws(EmbeddedError) -> Bool {
        if tryToTake() { return true }
        return Descriptor.poll([try taking()], until: .now + patience) != nil
    }

    /// Begins to wait for the lock. It is taken when the descriptor that this gives can be read.
    ///
    /// There is no flock with a deadline, so a thread waits; it may outlive the wish for the lock.
    func taking() throws(EmbeddedError) -> Descriptor {
        guard let pipe = Descriptor.pipe() else {
            throw EmbeddedError(.folderUnusable, "can't wait for a lock: \(errorText())")
        }
        try Threads.start {
            while flock(descriptor.number, LOCK_EX) != 0, errno == EINTR {}
            pipe.write.write([1])
        }
        return pipe.read
    }
}
