import API
import Mailer
import Scheduler
import TodoCore

extension CheckReport {
    /// The settings that roles read at their start, without any connection. What connections need is checked with these.
    mutating func checkSettings(_ settings: Settings, role: CheckedRole?) {
        let before = findings.count
        func concerns(_ roles: CheckedRole...) -> Bool { role.map(roles.contains) ?? true }
        if concerns(.api) {
            check("JWT_SECRET") { _ = try settings.jwtSecret() }
            check("JWT_SECRET_PREVIOUS") { _ = try settings.previousJWTSecret() }
            check("JWT_TTL") { _ = try settings.seconds("JWT_TTL") }
            check("HTTP_PORT") { _ = try settings.integer("HTTP_PORT", in: 0...65_535) }
            check("LOGIN_RATE_LIMIT") { _ = try settings.rateLimit("LOGIN_RATE_LIMIT") }
            check("REGISTER_RATE_LIMIT") { _ = try settings.rateLimit("REGISTER_RATE_LIMIT") }
            check("TRUSTED_PROXIES") { _ = try settings.trustedProxies() }
            check("CORS_ORIGINS") { _ = try settings.cors() }
            check("EVENTS_RETENTION") { _ = try settings.seconds("EVENTS_RETENTION") }
        }
        if concerns(.scheduler) { check("DIGEST_CRON") { _ = try settings.scheduler() } }
        if concerns(.scheduler, .mailer) { check("MONITOR_PORT") { _ = try settings.monitorPort() } }
        if concerns(.api, .mailer) {
            check("UNSUBSCRIBE_SECRET") {
                if try settings.unsubscribeSecret() == nil {
                    throw SettingError.missing("UNSUBSCRIBE_SECRET", "Give at least 32 random bytes, the same to API and mailer.")
                }
            }
            checkPublicURL(settings)
        }
        if findings.count == before { add("settings", "environment", .ok, "all that is set can be used") }
        if concerns(.api), settings.string("JWT_SECRET_PREVIOUS") != nil {
            let end = settings.string("JWT_TTL") ?? "24h"
            add("settings", "JWT_SECRET_PREVIOUS", .note, "is still accepted: take it away \(end) after the change")
        }
    }

    private mutating func checkPublicURL(_ settings: Settings) {
        guard let url = settings.string("PUBLIC_URL") else {
            add("settings", "PUBLIC_URL", .wrong, "is not set: links in mails would lead nowhere. Give https://todo.example.org.")
            return
        }
        let host = url.split(separator: "/").dropFirst().first.map(String.init) ?? ""
        let isHere = host.hasPrefix("localhost") || host.hasPrefix("127.") || host.hasPrefix("[::1]")
        if !url.hasPrefix("https://"), !url.hasPrefix("http://") {
            add("settings", "PUBLIC_URL", .wrong, "is \(url): it must be like https://todo.example.org")
        } else if url.hasPrefix("http://"), !isHere {
            add("settings", "PUBLIC_URL", .warning, "is \(url): passwords and tokens go over the network in the clear")
        }
    }

    private mutating func check(_ name: String, _ read: () throws -> Void) {
        do {
            try read()
        } catch {
            add("settings", name, .wrong, "\(error)")
        }
    }
}
