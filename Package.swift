// swift-tools-version: 6.2
import PackageDescription

/// The settings of every target: what hummingbird uses, and warnings that fail the build in CI.
let strict: [SwiftSetting] =
    [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
    ] + (Context.environment["CI"] == nil ? [] : [.treatAllWarnings(as: .error)])

let log = Target.Dependency.product(name: "Logging", package: "swift-log")
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

/// A library of ours, under `Sources/`.
func module(_ name: String, at path: String? = nil, _ dependencies: [Target.Dependency], resources: [Resource]? = nil) -> Target {
    .target(
        name: name, dependencies: dependencies, path: path.map { "Sources/\($0)" }, resources: resources, swiftSettings: strict)
}

/// A program of ours, under `Sources/`.
func program(
    _ name: String, at path: String? = nil, _ dependencies: [Target.Dependency], linkerSettings: [LinkerSetting] = []
) -> Target {
    .executableTarget(
        name: name, dependencies: dependencies, path: path.map { "Sources/\($0)" }, swiftSettings: strict,
        linkerSettings: linkerSettings)
}

/// Swift's own libraries go into the program: it starts sooner, and needs no Swift on the machine. The build system has a
/// switch for this, but for all programs at once and their tests.
let staticSwift: [LinkerSetting] = [
    .unsafeFlags(["-static-stdlib"], .when(configuration: .release)),
    .linkedLibrary("_FoundationCShims", .when(configuration: .release)),
    .linkedLibrary("_FoundationCollections", .when(configuration: .release)),
]

/// A C library of the system: a module map and a shim header, no logic.
func system(_ name: String, pkgConfig: String, apt: String) -> Target {
    .systemLibrary(name: name, path: "Sources/CModules/\(name)", pkgConfig: pkgConfig, providers: [.apt([apt])])
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

let package = Package(
    name: "todo",
    products: [
        .executable(name: "todo", targets: ["todo"]),
        .executable(name: "todo-tui", targets: ["TodoTUI"]),
        .executable(name: "todo-backend", targets: ["TodoBackend"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections.git", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-configuration.git", from: "1.4.0", traits: []),
        .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.2"),
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.1", traits: []),
        .package(url: "https://github.com/hummingbird-project/swift-mustache.git", from: "2.1.1"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
        .package(url: "https://github.com/vapor/jwt-kit.git", from: "5.7.1"),
    ],
    targets: [
        // MARK: The C libraries. Exactly one module of ours imports each.
        system("Clibpq", pkgConfig: "libpq", apt: "libpq-dev"),
        system("Crdkafka", pkgConfig: "rdkafka", apt: "librdkafka-dev"),
        system("Ccurl", pkgConfig: "libcurl", apt: "libcurl4-openssl-dev"),
        .systemLibrary(name: "Cncurses", path: "Sources/CModules/Cncurses", providers: [.apt(["libncurses-dev"])]),
        system("Csodium", pkgConfig: "libsodium", apt: "libsodium-dev"),
        .systemLibrary(name: "Clinux", path: "Sources/CModules/Clinux"),

        // MARK: What talks to the world.
        module("Postgres", ["Clibpq", log, .product(name: "DequeModule", package: "swift-collections")]),
        module("Kafka", ["Crdkafka", log]),
        module("Curl", ["Ccurl"]),

        // MARK: What server and clients share.
        module("TodoCore", []),
        module("TodoClient", ["TodoCore", "Curl"]),

        // MARK: The clients.
        .target(
            name: "TodoCLI", dependencies: ["TodoClient", "TodoCore", argumentParser], exclude: ["Main"], swiftSettings: strict),
        program("todo", at: "TodoCLI/Main", ["TodoCLI"], linkerSettings: staticSwift),
        module("TodoTUIKit", at: "TodoTUI/Kit", ["TodoCore"]),
        module("TodoTUITerminal", at: "TodoTUI/Terminal", ["TodoTUIKit", "Cncurses"]),
        program(
            "TodoTUI", at: "TodoTUI/App", ["TodoTUIKit", "TodoTUITerminal", "TodoClient", "TodoCore", argumentParser],
            linkerSettings: staticSwift),

        // MARK: The services. None imports another; TodoBackend alone knows them all.
        module(
            "Store", at: "Backend/Store",
            ["Postgres", "TodoCore", log, .product(name: "DequeModule", package: "swift-collections")],
            resources: [.embedInCode("Migrations")]
        ),
        module("Telemetry", at: "Backend/Telemetry", []),
        module(
            "API", at: "Backend/API",
            [
                "Store", "Feed", "Postgres", "Kafka", "TodoCore", "Digest", "Telemetry", "Csodium", log,
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "JWTKit", package: "jwt-kit"),
            ],
            resources: [.embedInCode("Description")]
        ),
        module("Relay", at: "Backend/Relay", ["Store", "Postgres", "Kafka", "Telemetry", "TodoCore", log]),
        module(
            "Digest", at: "Backend/Digest",
            [
                "TodoCore", .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Mustache", package: "swift-mustache"),
            ],
            resources: [.embedInCode("Templates")]
        ),
        module("Scheduler", at: "Backend/Scheduler", ["Store", "Postgres", "Kafka", "Digest", "TodoCore", log]),
        module(
            "Feed", at: "Backend/Feed",
            ["Store", "Postgres", "Kafka", "Telemetry", log, .product(name: "DequeModule", package: "swift-collections")]),
        // What every consuming service needs: the loop over a group's records, and dead letters.
        module("Consumption", at: "Backend/Consumption", ["Store", "Kafka", log]),
        module("Mailer", at: "Backend/Mailer", ["Consumption", "Store", "Postgres", "Kafka", "Curl", "Digest", "TodoCore", log]),
        module("Commands", at: "Backend/Commands", ["Consumption", "Store", "Postgres", "Kafka", "TodoCore", log]),
        module("DeadLetters", at: "Backend/DeadLetters", ["Consumption", "Store", "Kafka", "Telemetry", "TodoCore", log]),
        module("Embedded", at: "Backend/Embedded", ["Clinux", log]),
        program(
            "TodoBackend", at: "Backend/Main",
            [
                "Store", "API", "Feed", "Relay", "Commands", "Scheduler", "Mailer", "DeadLetters", "Embedded", "Telemetry",
                "Postgres", "Curl",
                "Kafka", "TodoCore", log,
                argumentParser,
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ]
        ),

        // MARK: Tests. TestSupport brings a private PostgreSQL and servers that follow a script; BackendTestSupport a
        // database with the schema, and brokers.
        .target(name: "TestSupport", dependencies: ["Postgres", log], path: "Tests/Support", swiftSettings: strict),
        .target(
            name: "BackendTestSupport", dependencies: ["TestSupport", "Store", "Kafka", "Postgres", log],
            path: "Tests/BackendSupport", swiftSettings: strict),
        tests("PostgresTests", ["Postgres", "TestSupport", log]),
        tests("KafkaTests", ["Kafka", log]),
        tests("CurlTests", ["Curl", "TestSupport"]),
        tests("TodoCoreTests", ["TodoCore"]),
        tests("TodoClientTests", ["TodoClient", "TodoCore", "Curl", "TestSupport"]),
        tests("TodoCLITests", ["TodoCLI", "TodoClient", "TodoCore", "Curl", "TestSupport", argumentParser]),
        .testTarget(
            name: "TodoTUITests", dependencies: ["TodoTUIKit", "TodoCore"], exclude: ["Frames"], swiftSettings: strict),
        tests("StoreTests", ["Store", "Postgres", "TodoCore", "TestSupport", log]),
        tests(
            "APITests",
            [
                "API", "Store", "Postgres", "Telemetry", "TodoCore", "TestSupport", log,
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
            ]),
        tests("TelemetryTests", ["Telemetry"]),
        tests(
            "FeedTests", ["Feed", "Relay", "Store", "Kafka", "Postgres", "TodoCore", "BackendTestSupport", "TestSupport", log]),
        tests("RelayTests", ["Relay", "Store", "Kafka", "Postgres", "TodoCore", "BackendTestSupport", "TestSupport", log]),
        tests("ConsumptionTests", ["Consumption", "Store", "Kafka", "BackendTestSupport", "TestSupport", log]),
        tests("CommandsTests", ["Commands", "Store", "Kafka", "Postgres", "TodoCore", "BackendTestSupport", "TestSupport", log]),
        tests(
            "DeadLettersTests",
            [
                "DeadLetters", "Commands", "Consumption", "Store", "Kafka", "Postgres", "Telemetry", "TodoCore",
                "BackendTestSupport", "TestSupport", log,
            ]),
        tests("DigestTests", ["Digest", "TodoCore"]),
        tests(
            "SchedulerTests",
            ["Scheduler", "Digest", "Store", "Kafka", "Postgres", "TodoCore", "BackendTestSupport", "TestSupport", log]),
        tests(
            "MailerTests",
            ["Mailer", "Digest", "Store", "Kafka", "Postgres", "TodoCore", "BackendTestSupport", "TestSupport", log]),
        tests("EmbeddedTests", ["Embedded", log]),
    ],
    swiftLanguageModes: [.v6]
)
