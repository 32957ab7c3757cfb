import TodoClient
import TodoCore

/// Does the same to several tasks. One that fails does not keep the others from it: it is told, and the first failure's
/// status is the command's. What would fail for all (no login, no server) ends it at once.
///
/// JSON is one array of the tasks that it was done to.
func forEach(
    _ references: [TaskReference], _ verb: String, _ output: OutputOptions, in context: CommandContext,
    _ change: (TaskReference) async throws -> TodoTask?
) async throws {
    var changed: [TodoTask] = []
    var firstFailure: CommandStatus?
    for reference in references {
        do {
            guard let task = try await change(reference) else { continue }
            if !output.json { try output.tell(verb, task, in: context) }
            changed.append(task)
        } catch let error as ClientError {
            let failure = Failure(error)
            if references.count == 1 || [.loginNeeded, .unreachable].contains(failure.status) {
                if output.json, !changed.isEmpty { try context.io.write(Printable.json(changed) + "\n") }
                throw error
            }
            context.io.writeError(
                output.json
                    ? failure.json + "\n" : Style(context, .standardError).error("\(reference): \(failure.message)"))
            firstFailure = firstFailure ?? failure.status
        }
    }
    if output.json { try context.io.write(Printable.json(changed) + "\n") }
    if let firstFailure { throw FailureTold(status: firstFailure) }
}
