internal import TodoClient
internal import TodoTUIKit

/// What `config.toml` says of the screen: `theme`, and the keys in `[keys]`.
struct ScreenSettings {
    var keys = KeyMap.standard
    var theme = Theme.terminal

    /// - Parameter wantsNoColor: Whether `NO_COLOR` is set (no-color.org).
    init(_ configuration: ClientConfiguration, wantsNoColor: Bool) throws(Failure) {
        var changes: [(name: String, keys: String)] = [], place = ""
        for setting in configuration.screenSettings {
            if setting.key == "theme" {
                guard let named = Theme.named.first(where: { $0.name == setting.value }) else {
                    let names = Theme.named.map(\.name).joined(separator: ", ")
                    throw Failure(.refused, "\(setting.place): there is no theme \(setting.value) (there are: \(names))")
                }
                theme = named.theme
            } else {
                changes.append((String(setting.key.dropFirst("keys.".count)), setting.value))
                place = setting.place
            }
        }
        if wantsNoColor { theme = .mono }
        do throws(KeyMap.Fault) {
            keys = try KeyMap(changes: changes)
        } catch { throw Failure(.refused, "\(place): \(error.message)") }
    }
}
