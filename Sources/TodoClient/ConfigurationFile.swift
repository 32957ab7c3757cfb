extension ClientConfiguration {
    /// The keys of `config.toml`.
    static let keys = ["[keys]", "theme", "timeout", "url"]

    /// Takes over what the file says; a missing file says nothing.
    mutating func readFile(_ path: String) throws(ConfigurationError) {
        let bytes: [UInt8]
        do throws(FileError) {
            guard let read = try PrivateFile.read(path) else { return }
            bytes = read
        } catch { throw ConfigurationError(place: path, reason: "can't be read: \(error.reason)") }
        let entries: [TOMLSubset.Entry]
        do throws(TOMLSubset.Fault) {
            entries = try TOMLSubset.parse(String(decoding: bytes, as: UTF8.self))
        } catch { throw ConfigurationError(place: "\(path):\(error.line)", reason: error.reason) }
        for entry in entries {
            let place = "\(path):\(entry.line)"
            switch (entry.key, entry.value) {
            case ("url", .string(let text)):
                do throws(ServerURL.Fault) {
                    url = try ServerURL(text)
                } catch { throw ConfigurationError(place: place, reason: "url: \(text) \(error.reason)") }
            case ("timeout", let value):
                let text = value.text
                guard let timeout = ClientConfiguration.timeout(text) else {
                    throw ConfigurationError(place: place, reason: "timeout: \(ClientConfiguration.wrongTimeout(text))")
                }
                self.timeout = timeout
            case ("theme", .string(let text)): screenSettings.append(ScreenSetting(key: entry.key, value: text, place: place))
            case (let key, .string(let text)) where key.hasPrefix("keys."):
                screenSettings.append(ScreenSetting(key: key, value: text, place: place))
            case (let key, _) where key == "theme" || key.hasPrefix("keys."):
                throw ConfigurationError(place: place, reason: "\(key) must be a text in quotes")
            case ("url", _): throw ConfigurationError(place: place, reason: "url must be a text in quotes")
            default:
                let known = ClientConfiguration.keys.joined(separator: ", ")
                throw ConfigurationError(place: place, reason: "unknown key \(entry.key) (there are: \(known))")
            }
        }
    }
}
