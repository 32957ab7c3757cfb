import Clinux
import Glibc

/// A program to start: with nothing of ours but what is named here.
package struct Command: Sendable {
    /// The first is the program's path.
    var arguments: [String]
    /// `NAME=value`; the child sees no other.
    var environment: [String]
    /// They become the child's descriptors 3, 4, … and all that it starts has them too.
    var inherited: [Descriptor] = []

    package init(arguments: [String], environment: [String]) {
        self.arguments = arguments
        self.environment = environment
    }

    init(arguments: [String], environment: [String], inherited: [Descriptor]) {
        self.init(arguments: arguments, environment: environment)
        self.inherited = inherited
    }

    /// How it ended.
    package enum Status: Sendable, Hashable, CustomStringConvertible {
        case exited(Int32)
        case signalled(Int32)

        package var description: String {
            switch self {
            case .exited(let code): "ended with code \(code)"
            case .signalled(let signal): "was ended by signal \(signal)"
            }
        }
    }

    /// Starts it, in a session of its own (a Ctrl-C in the terminal is for us alone), with `/` as its folder.
    ///
    /// The thread that calls this must outlive the child: the child's death signal comes when this thread ends.
    func spawn(input: Descriptor?, output: Descriptor) throws(EmbeddedError) -> pid_t {
        // Numbers above all targets, so that no target overwrites a source.
        let sources = ([output] + inherited).compactMap { source -> Descriptor? in
            let copy = fcntl(source.number, F_DUPFD_CLOEXEC, 64)
            return copy < 0 ? nil : Descriptor(copy)
        }
        guard sources.count == inherited.count + 1 else { throw failure(errno) }

        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if let input {
            posix_spawn_file_actions_adddup2(&actions, input.number, 0)
        } else {
            posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        }
        posix_spawn_file_actions_adddup2(&actions, sources[0].number, 1)
        posix_spawn_file_actions_adddup2(&actions, sources[0].number, 2)
        for (index, source) in sources.dropFirst().enumerated() {
            posix_spawn_file_actions_adddup2(&actions, source.number, 3 + Int32(index))
        }
        // Else the child would keep our listening sockets, and their ports, after we are gone.
        posix_spawn_file_actions_addclosefrom_np(&actions, 3 + Int32(inherited.count))
        posix_spawn_file_actions_addchdir_np(&actions, "/")

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        var all = sigset_t()
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF) | shim_posix_spawn_setsid)

        var child = pid_t()
        let code = withCStrings(arguments) { arguments in
            withCStrings(environment) { environment in
                withExtendedLifetime(sources) {
                    posix_spawn(&child, self.arguments[0], &actions, &attributes, arguments, environment)
                }
            }
        }
        guard code == 0 else { throw failure(code) }
        return child
    }

    /// Runs it to its end and gives what it wrote to both outputs. Kills it at the deadline.
    package func run(input: String = "", within limit: Duration) throws(EmbeddedError) -> (status: Status, output: String) {
        let deadline = ContinuousClock.now + limit
        let (child, output) = try spawn(input: input)
        var bytes: [UInt8] = []
        while Descriptor.poll([output], until: deadline) != nil {
            guard let part = output.read(), !part.isEmpty else { break }
            bytes += part
        }
        if ContinuousClock.now >= deadline { kill(child, SIGKILL) }
        return (Command.wait(for: child), String(decoding: bytes, as: UTF8.self))
    }

    /// Starts it and leaves only the child its ends of the pipes: so it sees the end of the text, and we that of its output.
    private func spawn(input text: String) throws(EmbeddedError) -> (pid_t, output: Descriptor) {
        guard let input = Descriptor.pipe(), let output = Descriptor.pipe() else { throw failure(errno) }
        input.write.write(text.utf8)  // Far less than a pipe holds.
        return (try spawn(input: input.read, output: output.write), output.read)
    }

    /// Waits for the child's end and takes its status.
    static func wait(for child: pid_t) -> Status {
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        return status & 0x7F == 0 ? .exited(status >> 8 & 0xFF) : .signalled(status & 0x7F)
    }

    private func failure(_ code: Int32) -> EmbeddedError {
        EmbeddedError(.postgresFailed, "can't start \(arguments[0]): \(errorText(code))")
    }
}

/// Gives the strings as C wants them: pointers, and a null at the end.
private func withCStrings<R>(_ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> R) -> R {
    let copies = strings.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    return body(copies + [nil])
}
