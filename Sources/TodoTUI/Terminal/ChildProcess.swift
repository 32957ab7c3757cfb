internal import Cncurses
internal import Glibc

extension SignalPort {
    /// Runs another program on the terminal and waits for its end. Stops with it when it is stopped (Ctrl-Z), and lets
    /// it go on with this one. Returns its exit code, or 128 and the signal's number; 127 where it can't be started.
    public func runChild(_ path: String, _ arguments: [String]) -> Int32 {
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // It hears signals as every program does, though this one has put them aside.
        var none = sigset_t(), defaults = sigset_t()
        sigemptyset(&none)
        sigfillset(&defaults)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &defaults)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        var words = arguments.map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var child: pid_t = 0
        guard posix_spawn(&child, path, nil, &attributes, &words, environ) == 0 else { return 127 }
        var status: Int32 = 0
        while true {
            if waitpid(child, &status, WUNTRACED) < 0 {
                if errno == EINTR { continue }
                return 127
            }
            // The low seven bits are the signal that ended it; 0x7F means stopped.
            guard status & 0xFF == 0x7F else { break }
            stop(wholeGroup: false)
            kill(child, SIGCONT)
        }
        forgetKeys()
        return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
    }
}
