import ArgumentParser
import Embedded
import FoundationEssentials
import Logging
import ServiceLifecycle
import TodoCore
import UnixSignals

/// A service whose work ends by cancellation.
struct LongRunning: Service {
    let work: @Sendable () async throws -> Void

    init(_ work: @escaping @Sendable () async throws -> Void) { self.work = work }

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            do {
                try await work()
            } catch is CancellationError {
                // That is how it ends.
            }
        }
    }
}

/// Runs services until one fails, or until SIGTERM or SIGINT ends them in reverse order, within ten seconds.
func runServices(_ services: [any Service], logger: Logger) async throws {
    var configuration = ServiceGroupConfiguration(
        services: services.map { ServiceGroupConfiguration.ServiceConfiguration(service: $0) },
        gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
    configuration.maximumGracefulShutdownDuration = .seconds(10)
    try await ServiceGroup(configuration: configuration).run()
}

/// Options that every role has.
struct RoleOptions: ParsableArguments {
    @Option(help: "The data folder of a running `todo-backend dev`, whose database and broker are used where none are set.")
    var data = DevFile.defaultFolder
}

extension AsyncParsableCommand {
    /// Runs a role: settings that can't be used, and whatever else stops it at its start, end it with one line and code 1.
    func reporting(_ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let code as ExitCode {
            throw code
        } catch {
            FileHandleStream.standardError.write("todo-backend: \(error)\n")
            throw ExitCode.failure
        }
    }
}
