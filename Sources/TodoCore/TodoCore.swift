// TodoCore: what the server and every client share: the wire types of the REST API, their limits,
// dates and ids. It must stay pure: no network, no files, no clock of its own, and nothing beyond
// FoundationEssentials (full Foundation costs the command line 15–20 ms at each start).

/// Facts about the product that more than one program states.
public enum Product {
    /// The version that `todo version`, `User-Agent` and `openapi.json` give.
    public static let version = "0.1.0"
}
