import HTTPTypes

extension HTTPField.Name {
    static let contentTypeOptions = HTTPField.Name("X-Content-Type-Options")!
    static let referrerPolicy = HTTPField.Name("Referrer-Policy")!
    static let openerPolicy = HTTPField.Name("Cross-Origin-Opener-Policy")!
}

/// What keeps the page safe in a browser, and what users own out of caches.
enum SecurityHeaders {
    static let policy = """
        default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
        manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; \
        require-trusted-types-for 'script'; trusted-types 'none'
        """

    /// A handler that sets `Cache-Control`, or `Content-Security-Policy` for a page of its own, is left alone.
    static func add(to headers: inout HTTPFields) {
        headers.append(HTTPField(name: .contentTypeOptions, value: "nosniff"))
        if !headers.contains(.cacheControl) { headers.append(HTTPField(name: .cacheControl, value: "no-store")) }
        guard let type = headers.first(where: { $0.name == .contentType }), type.value.hasPrefix("text/html") else { return }
        headers.append(HTTPField(name: .referrerPolicy, value: "no-referrer"))
        headers.append(HTTPField(name: .openerPolicy, value: "same-origin"))
        guard !headers.contains(.contentSecurityPolicy) else { return }
        headers.append(HTTPField(name: .contentSecurityPolicy, value: policy))
    }
}
