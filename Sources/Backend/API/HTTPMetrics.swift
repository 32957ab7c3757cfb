import HTTPTypes
import Synchronization
import Telemetry

/// What the requests are counted by.
final class HTTPMetrics: Sendable {
    private struct Key: Hashable {
        var route: String
        var method: String
        var status: Int
    }

    private struct Series {
        var requests: Counter
        var duration: Histogram
    }

    private let requests: Labelled<Counter>
    private let durations: Labelled<Histogram>
    private let inFlight: Gauge
    /// The metrics that were used before. The lock is held for some fifty nanoseconds.
    private let series = Mutex<[Key: Series]>([:])

    init(_ registry: Registry) throws(TelemetryError) {
        requests = try registry.counter(
            "http_requests_total", "Requests that were answered.", labels: ["method", "route", "status"])
        durations = try registry.histogram(
            "http_request_duration_seconds", "From a request's head to its answer; not the time to send that.",
            buckets: Histogram.durations, labels: ["method", "route"])
        inFlight = try registry.gauge("http_requests_in_flight", "Requests that wait for their answer.")
    }

    func began() { inFlight.add(1) }

    /// - Parameter route: what the router calls the place, such as `/tasks/{id}`: never what a client sent.
    func ended(route: String?, method: HTTPRequest.Method, status: Int, after duration: Duration) {
        inFlight.add(-1)
        let key = Key(route: HTTPMetrics.route(route), method: HTTPMetrics.name(of: method), status: status)
        let series = series.withLock { all in
            if let known = all[key] { return known }
            // The API is served at two places, and counted as one.
            let route = key.route.hasPrefix("/api/v1/") ? String(key.route.dropFirst(7)) : key.route
            let new = Series(
                requests: requests.labels(key.method, route, "\(status)"), duration: durations.labels(key.method, route))
            all[key] = new
            return new
        }
        series.requests.increment()
        series.duration.observe(duration / .seconds(1))
    }

    /// The router's own name for what it doesn't find is not everybody's.
    static func route(_ endpoint: String?) -> String {
        switch endpoint {
        case nil, "NotFound": "unmatched"
        case let endpoint?: endpoint
        }
    }

    /// A client may invent methods without end.
    private static func name(of method: HTTPRequest.Method) -> String {
        switch method {
        case .get, .head, .post, .put, .patch, .delete, .options: method.rawValue
        default: "other"
        }
    }
}
