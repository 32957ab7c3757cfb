import HTTPTypes
import Hummingbird
import Logging

/// GET `/healthz` and `/readyz`, for load balancers and people.
struct HealthRoutes {
    let readiness: Readiness

    struct Health: Encodable {
        var status: String
        var dependencies: [String: String]?
    }

    func add(to router: some RouterMethods<BasicContext>) {
        router.path("healthz", [.get: { _, _ in try .json(Health(status: "ok")) }])
        router.path("readyz", [.get: { [readiness] _, _ in try await HealthRoutes.answer(of: readiness) }])
    }

    /// 503 only for what requests can't be answered without: an API that lost its broker is still worth a load
    /// balancer's trust.
    private static func answer(of readiness: Readiness) async throws -> Response {
        let states = await readiness.states()
        let status =
            states.contains { !$0.isWell && $0.isRequired } ? "unavailable" : states.allSatisfy(\.isWell) ? "ok" : "degraded"
        let dependencies = Dictionary(states.map { ($0.name, $0.isWell ? "ok" : "unavailable") }) { first, _ in first }
        return try .json(
            Health(status: status, dependencies: dependencies), status: status == "unavailable" ? .serviceUnavailable : .ok)
    }
}
