import Ccurl
import Glibc
import Synchronization

/// The thread's side of a ``TransferLoop``. It outlives the loop until the thread has cleaned up.
///
/// Unchecked, because `running`, `waiting` and `sockets` belong to the thread alone; all else is behind the lock.
final class TransferWorker: @unchecked Sendable {
    private enum Phase { case idle, running, stopping, stopped }

    private struct Shared {
        var phase = Phase.idle
        var incoming: [Transfer] = []
        /// Valid while the phase is `running` or `stopping`; the lock makes a late wake-up harmless.
        nonisolated(unsafe) var multi: UnsafeMutableRawPointer?
        var onStopped: [@Sendable () -> Void] = []
    }

    private let shared = Mutex(Shared())
    private let limit: Int
    private let sockets: OpenSockets?
    private var waiting: [Transfer] = []
    private var running: [UnsafeMutableRawPointer: Transfer] = [:]

    init(limit: Int, sockets: OpenSockets?) {
        self.limit = limit
        self.sockets = sockets
    }

    func start(_ transfer: Transfer) {
        let refusal: CURLcode? = shared.withLock { shared in
            if shared.phase == .idle {
                guard Curl.isReady, let multi = curl_multi_init() else { return CURLE_OUT_OF_MEMORY }
                guard spawn() else {
                    curl_multi_cleanup(multi)
                    return CURLE_OUT_OF_MEMORY
                }
                shared.multi = multi
                shared.phase = .running
            }
            guard shared.phase == .running else { return CURLE_ABORTED_BY_CALLBACK }
            shared.incoming.append(transfer)
            curl_multi_wakeup(shared.multi)
            return nil
        }
        if let refusal { transfer.onDone(refusal) }
    }

    func wake() {
        shared.withLock { shared in
            if shared.phase == .running || shared.phase == .stopping { curl_multi_wakeup(shared.multi) }
        }
    }

    func stop(_ onStopped: (@Sendable () -> Void)? = nil) {
        let isStopped = shared.withLock { shared in
            switch shared.phase {
            case .idle, .stopped:
                shared.phase = .stopped
                return true
            case .running, .stopping:
                shared.phase = .stopping
                if let onStopped { shared.onStopped.append(onStopped) }
                curl_multi_wakeup(shared.multi)
                return false
            }
        }
        if isStopped { onStopped?() }
    }

    /// Called under the lock: the thread takes it first, so it finds `multi` in its place.
    private func spawn() -> Bool {
        var thread = pthread_t()
        let me = Unmanaged.passRetained(self)
        let code = pthread_create(
            &thread, nil,
            { context in
                if let context { Unmanaged<TransferWorker>.fromOpaque(context).takeRetainedValue().run() }
                return nil
            }, me.toOpaque())
        guard code == 0 else {
            me.release()
            return false
        }
        pthread_detach(thread)
        return true
    }

    private func run() {
        // Signals are for the program's other threads; above all a server that leaves must not end it by SIGPIPE.
        var signals = sigset_t()
        sigfillset(&signals)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        guard let multi = shared.withLock({ $0.multi }) else { return }
        var isStopping = false
        while !isStopping {
            let incoming = shared.withLock { shared in
                isStopping = shared.phase == .stopping
                defer { shared.incoming = [] }
                return shared.incoming
            }
            waiting += incoming
            if isStopping { for transfer in running.values + waiting { transfer.isCancelled.store(true, ordering: .releasing) } }
            let cancelled = dropCancelled()
            resumePaused()
            admit(to: multi)
            waitForConnections()
            var active: Int32 = 0
            curl_multi_perform(multi, &active)
            finishDone(in: multi)
            drop(cancelled, from: multi)
            let patience = patience()
            let canAdmit = !waiting.isEmpty && running.count < limit
            // libcurl wakes by itself for its timeouts.
            if !isStopping && !canAdmit { curl_multi_poll(multi, nil, 0, patience, nil) }
        }
        sockets?.hangUp()
        let onStopped = shared.withLock { shared in
            // Closes the kept connections. Under the lock, so that no wake-up comes after it.
            curl_multi_cleanup(multi)
            shared.multi = nil
            shared.phase = .stopped
            defer { shared.onStopped = [] }
            return shared.onStopped
        }
        for call in onStopped { call() }
    }

    /// Ends the cancelled ones that wait. Those that run, libcurl ends as soon as it looks at them.
    ///
    /// - Returns: these.
    private func dropCancelled() -> [Transfer] {
        func isCancelled(_ transfer: Transfer) -> Bool { transfer.isCancelled.load(ordering: .acquiring) }
        let dropped = waiting.filter(isCancelled)
        waiting.removeAll(where: isCancelled)
        for transfer in dropped { transfer.onDone(CURLE_ABORTED_BY_CALLBACK) }
        return running.values.filter(isCancelled)
    }

    /// Ends those of them that libcurl has not asked, as they have no connection yet.
    private func drop(_ cancelled: [Transfer], from multi: UnsafeMutableRawPointer) {
        for transfer in cancelled where running[transfer.easy] === transfer {
            curl_multi_remove_handle(multi, transfer.easy)
            running[transfer.easy] = nil
            transfer.onDone(CURLE_ABORTED_BY_CALLBACK)
        }
    }

    /// Until a request is sent, the limit for connecting holds. In SMTP it is the server who begins.
    private func waitForConnections() {
        guard sockets == nil else { return }
        for transfer in running.values where transfer.info(CURLINFO_REQUEST_SIZE) == 0 { transfer.isAlive() }
    }

    /// Milliseconds until some other side may have been silent for too long; a minute where nothing is known.
    private func patience() -> Int32 {
        let deadlines = running.values.compactMap(\.idleDeadline)
        let left = deadlines.min().map { ContinuousClock.now.duration(to: $0) } ?? .seconds(60)
        // One more than whole ones: it is past then.
        return Int32(min(max(left, .zero), .seconds(60)).curlMilliseconds) + 1
    }

    private func resumePaused() {
        for transfer in running.values where transfer.wantsResume.exchange(false, ordering: .acquiringAndReleasing) {
            transfer.isAlive()
            curl_easy_pause(transfer.easy, CURLPAUSE_CONT)
        }
    }

    private func admit(to multi: UnsafeMutableRawPointer) {
        while running.count < limit, !waiting.isEmpty {
            let transfer = waiting.removeFirst()
            if let sockets {
                sockets.watch(transfer)
                transfer.onGivenUp = { [unowned transfer] in
                    // Nobody else's mail goes over this connection: the answer to this one may still come.
                    transfer.set(CURLOPT_FORBID_REUSE, 1)
                    sockets.hangUp()
                }
            }
            transfer.isAlive()
            if curl_multi_add_handle(multi, transfer.easy) == CURLM_OK {
                running[transfer.easy] = transfer
            } else {
                transfer.onDone(CURLE_OUT_OF_MEMORY)
            }
        }
    }

    /// Whether more may come over the connection, or the server is about to close it (421).
    private func isLeftInDoubt(_ code: CURLcode, _ easy: UnsafeMutableRawPointer) -> Bool {
        guard sockets != nil else { return false }
        var reply = 0
        _ = shim_getinfo_long(easy, CURLINFO_RESPONSE_CODE, &reply)
        return code != CURLE_OK && code != CURLE_WEIRD_SERVER_REPLY || reply == 421
    }

    private func finishDone(in multi: UnsafeMutableRawPointer) {
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle else { continue }
            // Read before the handle leaves: the message goes with it.
            let code = message.pointee.data.result
            // What the server still says to this one must never be taken for its answer to the next.
            if isLeftInDoubt(code, easy) { sockets?.hangUp() }
            curl_multi_remove_handle(multi, easy)
            guard let transfer = running.removeValue(forKey: easy) else { continue }
            transfer.onDone(transfer.isOverdue ? CURLE_OPERATION_TIMEDOUT : code)
        }
    }
}
