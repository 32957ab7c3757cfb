import Glibc

/// Says early and in words that a port can't be had, before a database is started for nothing.
enum PortCheck {
    /// - Throws: `SettingError` that names the port and the setting that changes it.
    static func isFree(host: String, port: Int) throws {
        guard port != 0 else { return }
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_PASSIVE
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, String(port), &hints, &found) == 0, let address = found else {
            throw SettingError(description: "HTTP_HOST is \(host): there is no such address on this machine.")
        }
        defer { freeaddrinfo(found) }
        let socket = Glibc.socket(address.pointee.ai_family, address.pointee.ai_socktype, address.pointee.ai_protocol)
        guard socket >= 0 else { return }
        defer { close(socket) }
        var yes: Int32 = 1
        setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        guard bind(socket, address.pointee.ai_addr, address.pointee.ai_addrlen) == 0 else {
            let reason = errno == EADDRINUSE ? "is in use" : "can't be had (\(String(cString: strerror(errno))))"
            throw SettingError(
                description: "Port \(port) on \(host) \(reason). Choose another with --port N or HTTP_PORT.")
        }
    }
}
