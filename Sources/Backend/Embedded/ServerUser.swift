import Glibc

/// The operating system's user that the server runs as. PostgreSQL refuses to run as root.
struct ServerUser: Sendable, Hashable {
    var user: uid_t
    var group: gid_t
    /// Whether we are root and drop to this user.
    var isOther: Bool

    /// Ourselves; for root the owner of the cluster where there is one, else the user `postgres` that the package made.
    static func choose(cluster: String) throws(EmbeddedError) -> ServerUser {
        guard geteuid() == 0 else { return ServerUser(user: geteuid(), group: getegid(), isOther: false) }
        var attributes = stat()
        if stat(cluster, &attributes) == 0, attributes.st_uid != 0 {
            return ServerUser(user: attributes.st_uid, group: attributes.st_gid, isOther: true)
        }
        guard let entry = getpwnam("postgres") else {
            throw EmbeddedError(
                .postgresMissing,
                "PostgreSQL doesn't run as root, and there is no user postgres to run it as: "
                    + "start todo-backend as a normal user, or: adduser --system --group postgres")
        }
        return ServerUser(user: entry.pointee.pw_uid, group: entry.pointee.pw_gid, isOther: true)
    }

    /// The words before a command that run it as this user, and end it (fast shutdown) when our thread or process ends.
    func prefix(environment: [String: String]) throws(EmbeddedError) -> [String] {
        let folders = (environment["PATH"] ?? "").split(separator: ":").map(String.init) + ["/usr/bin", "/bin"]
        guard let program = folders.map({ $0 + "/setpriv" }).first(where: { access($0, X_OK) == 0 }) else {
            throw EmbeddedError(.postgresMissing, "setpriv is missing, which starts PostgreSQL: apt install util-linux")
        }
        let drop = isOther ? ["--reuid=\(user)", "--regid=\(group)", "--clear-groups"] : []
        return [program] + drop + ["--pdeathsig=INT", "--"]
    }

    /// Gives the folder to this user.
    func own(_ folder: String) throws(EmbeddedError) {
        if isOther, chown(folder, user, group) != 0 { throw Files.unusable(folder) }
    }
}
