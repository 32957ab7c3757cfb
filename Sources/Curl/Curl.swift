// Curl: HTTP and SMTP over libcurl: kept connections, TLS that is always verified, proxies from the environment.
// The only module that imports Ccurl; no C handle leaves it. It must not know what the requests and messages mean:
// no JSON, no API, no task, no retries.

import Ccurl

/// What every handle of libcurl needs first.
enum Curl {
    /// Sets up libcurl once in the process; false where it could not (no memory, a broken TLS library).
    static let isReady = curl_global_init(Int(CURL_GLOBAL_SSL | CURL_GLOBAL_WIN32)) == CURLE_OK

    /// libcurl's own words for a code, such as `Couldn't connect to server`.
    static func text(_ code: CURLcode) -> String {
        String(cString: curl_easy_strerror(code))
    }
}

extension Duration {
    /// Whole milliseconds for libcurl, at least one: it takes 0 for "no limit".
    var curlMilliseconds: Int {
        let (seconds, attoseconds) = components
        return max(1, Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000))
    }
}
