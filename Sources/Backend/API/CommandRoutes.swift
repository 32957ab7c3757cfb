import FoundationEssentials
import HTTPTypes
import Hummingbird
import Kafka
import Logging
import Store
import TodoCore

/// POST `/task/create_event`: asks for a task through the broker. A consumer creates it soon after.
struct CommandRoutes: Sendable {
    let tasks: TaskStore
    /// Nil where there is no broker.
    let producer: KafkaProducer?

    struct Published: Encodable {
        let status = "published"
        var taskID: String

        enum CodingKeys: String, CodingKey {
            case status
            case taskID = "task_id"
        }
    }

    func add(to router: some RouterMethods<UserContext>) {
        router.path("task/create_event", [.post: publish])
    }

    @Sendable func publish(_ request: Request, _ context: UserContext) async throws -> Response {
        let command = TaskCommand(user: context.user, draft: try await TaskRoutes.draft(request))
        try await tasks.checkList(command.draft.list, of: context.user)
        guard let producer else { throw CommandRoutes.noBroker }
        let message = KafkaMessage(
            topic: Topics.commands, key: command.user.lowercase, value: try Wire.encode(command),
            headers: [
                KafkaHeader(name: MessageHeader.eventType, value: TaskCommand.type),
                KafkaHeader(name: MessageHeader.eventID, value: command.id.lowercase),
                KafkaHeader(name: MessageHeader.requestID, value: context.requestID),
            ])
        do {
            _ = try await producer.send(message)
        } catch {
            if error.kind == .tooLarge { throw APIError(.contentTooLarge, "This is more than the broker takes.") }
            context.logger.warning("the broker did not take a command", metadata: ["error": "\(error)"])
            throw CommandRoutes.noBroker
        }
        return try .json(Published(taskID: command.taskID.lowercase), status: .created)
    }

    private static let noBroker = APIError.unavailable("The broker can't take it just now. Try again in a moment.")
}
