import Curl
import TodoCore

extension TodoClient {
    /// Tells the trace of one attempt. Only method, path, status, time and size: a header or a body may hold a secret.
    func note(_ request: APIRequest, _ result: Result<HTTPResponse, HTTPError>, since start: ContinuousClock.Instant?) {
        guard let trace, let start else { return }
        let time = start.duration(to: .now).milliseconds
        let line = "\(request.method) \(ServerURL.apiPath)\(request.path) -> "
        switch result {
        case .success(let answer):
            trace(Printable.line(line + "\(answer.status) in \(time) ms (\(answer.body.count) bytes)"))
        case .failure(let error):
            trace(Printable.line(line + "no answer after \(time) ms: \(error.reason)"))
        }
    }
}

extension Duration {
    /// Whole milliseconds.
    var milliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }
}
