import Ccurl
import Synchronization

/// Runs transfers on a thread of its own, over connections that it keeps.
///
/// The thread starts with the first transfer and ends with ``close()``, or when the loop is let go.
final class TransferLoop: Sendable {
    private let worker: TransferWorker

    /// - Parameters:
    ///   - limit: How many transfers run at once; the others wait their turn.
    ///   - saysGoodbye: Whether the protocol talks once more before a connection closes (SMTP). Needs a limit of 1: then
    ///     a cancelled transfer's connection is the only one.
    init(limit: Int, saysGoodbye: Bool = false) {
        worker = TransferWorker(limit: limit, sockets: saysGoodbye ? OpenSockets() : nil)
    }

    deinit { worker.stop() }

    /// Runs the transfer to its end and gives its code: `CURLE_ABORTED_BY_CALLBACK` when it was cancelled.
    func perform(_ transfer: Transfer) async -> CURLcode {
        let code = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                transfer.onDone = {
                    transfer.isOver.store(true, ordering: .releasing)
                    continuation.resume(returning: $0)
                }
                start(transfer)
            }
        } onCancel: {
            cancel(transfer)
        }
        // Says once more what the continuation says, in a way that the thread sanitizer sees.
        _ = transfer.isOver.load(ordering: .acquiring)
        return code
    }

    /// Runs the transfer; its `onDone` tells the end, on the loop's thread.
    func start(_ transfer: Transfer) { worker.start(transfer) }

    /// Ends the transfer soon, wherever it stands. Once it has ended this does nothing.
    func cancel(_ transfer: Transfer) {
        transfer.isCancelled.store(true, ordering: .releasing)
        worker.wake()
    }

    /// Lets a paused transfer go on.
    func resume(_ transfer: Transfer) {
        transfer.wantsResume.store(true, ordering: .releasing)
        worker.wake()
    }

    /// Cancels what runs, says goodbye on the kept connections and ends the thread.
    func close() async {
        await withCheckedContinuation { continuation in
            worker.stop { continuation.resume() }
        }
    }
}
