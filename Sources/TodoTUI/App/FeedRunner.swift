internal import Synchronization
internal import TodoTUIKit
internal import TodoTUITerminal

/// Keeps the live feed open, and puts its news into the mailbox.
final class FeedRunner {
    /// After so long the first connection is called slow: something between us and the server may hold the feed back.
    private static let patience = Duration.seconds(2)

    private let service: any TaskService
    private let mailbox: Mailbox<Message>
    private var worker: Task<Void, Never>?
    /// Where the feed stands, so that it goes on from there.
    private let cursor = Cursor()

    private final class Cursor: Sendable {
        let text = Mutex("")
    }

    init(_ service: any TaskService, _ mailbox: Mailbox<Message>) {
        self.service = service
        self.mailbox = mailbox
    }

    /// Connects, at once even where the last attempt has just failed.
    func start() {
        worker?.cancel()
        let service = service, mailbox = mailbox, cursor = cursor
        worker = Task.detached {
            let alarm = Task.detached {
                guard (try? await Task.sleep(for: FeedRunner.patience)) != nil else { return }
                mailbox.post(.feed(.slow))
            }
            defer { alarm.cancel() }
            do throws(Failure) {
                try await service.follow(after: cursor.text.withLock { $0 }) { place, news in
                    // What comes after another start has been asked for is the other's to tell.
                    if Task.isCancelled { return }
                    alarm.cancel()
                    cursor.text.withLock { $0 = place }
                    mailbox.post(.feed(news))
                }
            } catch {
                if !Task.isCancelled { mailbox.post(.feed(.ended(error))) }
            }
        }
    }

    func stop() { worker?.cancel() }

    /// Another account has another feed.
    func forget() {
        stop()
        cursor.text.withLock { $0 = "" }
    }
}
