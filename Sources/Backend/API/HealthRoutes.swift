import HTTPTypes
import Hummingbird

/// GET `/healthz` and `/readyz`, for load balancers and people.
struct HealthRoutes {
    let dependencies: [Dependency]

    struct Health: Encodable {
        var status: String
        var dependencies: [String: String]?
    }

    func add(to router: some RouterMethods<BasicContext>) {
        router.path("healthz", [.get: { _, _ in try .json(Health(status: "ok")) }])
        router.path("readyz", [.get: { [dependencies] _, _ in try await HealthRoutes.readiness(of: dependencies) }])
    }

    /// 503 only for what requests can't be answered without: an API that lost its broker is still worth a load
    /// balancer's trust.
    private static func readiness(of dependencies: [Dependency]) async throws -> Response {
        var states: [String: String] = [:]
        var status = "ok"
        for dependency in dependencies {
            let trouble = await dependency.check()
            states[dependency.name] = trouble ?? "ok"
            guard trouble != nil else { continue }
            status = dependency.isRequired || status == "unavailable" ? "unavailable" : "degraded"
        }
        return try .json(
            Health(status: status, dependencies: states), status: status == "unavailable" ? .serviceUnavailable : .ok)
    }
}
