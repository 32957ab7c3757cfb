import Ccurl

/// A URL as libcurl itself takes it apart, so that what we decide about it and what libcurl does agree.
package struct URLParts {
    package var scheme: String
    /// Without the brackets of an IPv6 address.
    package var host: String
    package var port: String?
    package var user: String?
    package var password: String?
    package var path: String
    package var query: String?

    /// Nil for what is no absolute URL with a host.
    package init?(_ text: String) {
        guard let handle = curl_url() else { return nil }
        defer { curl_url_cleanup(handle) }
        guard curl_url_set(handle, CURLUPART_URL, text, UInt32(CURLU_NON_SUPPORT_SCHEME)) == CURLUE_OK,
            let scheme = URLParts.part(CURLUPART_SCHEME, of: handle), let host = URLParts.part(CURLUPART_HOST, of: handle)
        else { return nil }
        self.scheme = scheme.lowercased()
        self.host = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        port = URLParts.part(CURLUPART_PORT, of: handle)
        user = URLParts.part(CURLUPART_USER, of: handle, decoded: true)
        password = URLParts.part(CURLUPART_PASSWORD, of: handle, decoded: true)
        path = URLParts.part(CURLUPART_PATH, of: handle) ?? "/"
        query = URLParts.part(CURLUPART_QUERY, of: handle)
    }

    /// Whether the host is this machine by its name or address.
    package var isThisMachine: Bool {
        let name = host.lowercased()
        return name == "localhost" || name.hasSuffix(".localhost") || name == "::1"
            || (name.hasPrefix("127.") && name.allSatisfy { $0.isNumber || $0 == "." })
    }

    private static func part(_ part: CURLUPart, of handle: OpaquePointer, decoded: Bool = false) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        guard curl_url_get(handle, part, &text, decoded ? UInt32(CURLU_URLDECODE) : 0) == CURLUE_OK, let text else { return nil }
        defer { curl_free(text) }
        return String(cString: text)
    }
}
