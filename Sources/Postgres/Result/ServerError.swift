internal import Clibpq

/// The fields of an error or a notice. Source: `postgres_ext.h`, whose macros Swift can't import.
enum ResultField: Unicode.Scalar {
    case severity = "V"
    case sqlState = "C"
    case message = "M"
    case detail = "D"
    case hint = "H"
    case position = "P"
    case table = "t"
    case column = "c"
    case constraint = "n"
    case routine = "R"
}

/// A field's text, nil where the server gave none.
func resultField(_ result: OpaquePointer, _ field: ResultField) -> String? {
    PQresultErrorField(result, Int32(field.rawValue.value)).map { String(cString: $0) }
}

extension PostgresError {
    /// The error that a result carries.
    ///
    /// - Parameter script: the text that was run, to say the line of a script.
    init(result: OpaquePointer, script: String? = nil) {
        let state = resultField(result, .sqlState)
        guard let state, let primary = resultField(result, .message) else {
            // Without a SQLSTATE it was libpq that failed, not the server.
            self.init(.closed, String(cString: PQresultErrorMessage(result)).oneLine)
            return
        }
        var message = primary.oneLine
        // Errors about data quote the value: `invalid input syntax for type uuid: "…"`.
        if state.hasPrefix("22"), let quote = message.firstIndex(of: "\"") {
            message = message[..<quote] + "(value not shown)"
        }
        if let script, let position = resultField(result, .position).flatMap({ Int($0) }) {
            message = "line \(script.unicodeScalars.prefix(max(position - 1, 0)).count { $0 == "\n" } + 1): \(message)"
        }
        // 57014 without a cancel request of ours: the statement timeout (or an administrator).
        self.init(state == "57014" ? .timeout : .server, message)
        sqlState = state
        detail = resultField(result, .detail)
        hint = resultField(result, .hint)
        constraint = resultField(result, .constraint)
        table = resultField(result, .table)
        column = resultField(result, .column)
        routine = resultField(result, .routine)
    }

    /// The server no longer has the plan or the statement: preparing it again is all that is needed.
    var isStalePlan: Bool { sqlState == "26000" || sqlState == "0A000" && routine == "RevalidateCachedQuery" }
}
