import Commands
import Kafka
import Mailer
import Store

extension KafkaPacing {
    /// The embedded broker of `dev` forgets what is too old, so nobody publishes more than these groups keep up with.
    static let services = KafkaPacing(groups: [
        Topics.events: [Mailer.group], Topics.commands: [CommandConsumer.group],
    ])
}
