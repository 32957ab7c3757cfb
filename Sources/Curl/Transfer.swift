import Ccurl
import Synchronization

/// One transfer: a libcurl easy handle with its buffers and callbacks.
///
/// Unchecked, because the compiler can't see the order that makes it safe: the owner fills it in before it gives it to
/// the loop, from then on only the loop's thread touches it, and the owner reads it again after `onDone`. The flags are
/// atomic and may be set from anywhere.
final class Transfer: @unchecked Sendable {
    /// What a receiver of body bytes says to them.
    enum Verdict {
        case take
        /// Not now: the same bytes come again after ``TransferLoop/resume(_:)``.
        case pause
        case abort
    }

    let easy: UnsafeMutableRawPointer
    /// What is sent as the body of a message (SMTP).
    var upload: [UInt8] = []
    /// Called with each reply or header line, its line end removed.
    var onLine: (String) -> Void = { _ in }
    /// Called with the body's bytes as they come.
    var onBytes: (UnsafeRawBufferPointer) -> Verdict = { _ in .take }
    /// Called once all of the upload is taken.
    var onUploaded: () -> Void = {}
    /// Called when the transfer is about to be given up: cancelled, or silent for too long.
    var onGivenUp: () -> Void = {}
    /// Called once, on the loop's thread, at the end.
    var onDone: (CURLcode) -> Void = { _ in }
    /// How long the other side may be silent; nil for as long as it likes. libcurl's own limit is on the mean speed of the
    /// last seconds, so that it comes late after many bytes.
    var idleLimit: Duration?
    /// Whether libcurl has asked for the upload.
    private(set) var hasUploaded = false
    /// Whether it was given up since the other side was silent for too long.
    private(set) var isOverdue = false

    let isCancelled = Atomic(false)
    let wantsResume = Atomic(false)
    let isOver = Atomic(false)

    private var lastSign = ContinuousClock.now
    /// Whether it is the receiver who wants nothing.
    private var isHeld = false
    private var uploadOffset = 0
    private var isUploaded = false
    /// Whether the other side has said what it makes of the upload. Then it is too late to give up.
    private var isAnswered = false
    private var lists: [UnsafeMutablePointer<curl_slist>] = []
    private let errorBuffer: UnsafeMutablePointer<CChar>

    /// Nil where libcurl can't start or memory is out.
    init?(url: String) {
        guard Curl.isReady, let easy = curl_easy_init() else { return nil }
        self.easy = easy
        errorBuffer = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorBuffer.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        let context = Unmanaged.passUnretained(self).toOpaque()
        set(CURLOPT_ERRORBUFFER, pointer: errorBuffer)
        set(CURLOPT_URL, url)
        // Signals belong to the program: name look-ups time out in a thread of libcurl's own instead.
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_HEADERDATA, pointer: context)
        set(CURLOPT_WRITEDATA, pointer: context)
        set(CURLOPT_READDATA, pointer: context)
        set(CURLOPT_XFERINFODATA, pointer: context)
        set(CURLOPT_NOPROGRESS, 0)
        _ = shim_setopt_callback(easy, CURLOPT_HEADERFUNCTION) { bytes, _, count, context in
            guard let bytes, let context else { return 0 }
            let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
            transfer.isAlive()
            if transfer.isUploaded { transfer.isAnswered = true }
            transfer.onLine(line(UnsafeRawBufferPointer(start: bytes, count: count)))
            return count
        }
        _ = shim_setopt_callback(easy, CURLOPT_WRITEFUNCTION) { bytes, _, count, context in
            guard let bytes, let context else { return 0 }
            let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
            transfer.isAlive()
            switch transfer.onBytes(UnsafeRawBufferPointer(start: bytes, count: count)) {
            case .take: return count
            case .pause:
                transfer.isHeld = true
                return Int(CURL_WRITEFUNC_PAUSE)
            case .abort: return 0
            }
        }
        _ = shim_setopt_callback(easy, CURLOPT_READFUNCTION) { buffer, size, count, context in
            guard let buffer, let context else { return Int(CURL_READFUNC_ABORT) }
            let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
            return transfer.read(into: UnsafeMutableRawBufferPointer(start: buffer, count: size * count))
        }
        // Only so does libcurl learn that a transfer is to end: one that it is made to drop counts as a success for it, and an
        // upload is then brought to its end as if all of it had been sent.
        _ = shim_setopt_on_progress(easy) { context, _, _, _, _ in
            guard let context else { return 0 }
            return Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue().isGivenUp() ? 1 : 0
        }
    }

    deinit {
        curl_easy_cleanup(easy)
        for list in lists { curl_slist_free_all(list) }
        errorBuffer.deallocate()
    }

    /// When the other side's silence has been too long; nil while nothing says so.
    var idleDeadline: ContinuousClock.Instant? { isHeld ? nil : idleLimit.map { lastSign.advanced(by: $0) } }

    /// The other side has said something, or may do so from now on.
    func isAlive() {
        isHeld = false
        if idleLimit != nil { lastSign = .now }
    }

    func set(_ option: CURLoption, _ value: Int) { _ = shim_setopt_long(easy, option, value) }

    /// libcurl copies the text.
    func set(_ option: CURLoption, _ value: String) { _ = shim_setopt_string(easy, option, value) }

    /// libcurl keeps the list until the transfer goes.
    func set(_ option: CURLoption, list values: [String]) {
        var list: UnsafeMutablePointer<curl_slist>?
        for value in values { list = curl_slist_append(list, value) ?? list }
        guard let list else { return }
        lists.append(list)
        _ = shim_setopt_list(easy, option, list)
    }

    /// libcurl copies the bytes.
    func setBody(_ bytes: [UInt8]) {
        set(CURLOPT_POSTFIELDSIZE, bytes.count)
        bytes.withUnsafeBytes { buffer in
            var nothing: UInt8 = 0
            // An empty array has no address, and libcurl takes NULL for "ask the read callback".
            withUnsafeMutableBytes(of: &nothing) { empty in
                let start = buffer.baseAddress.map(UnsafeMutableRawPointer.init(mutating:)) ?? empty.baseAddress
                _ = shim_setopt_pointer(easy, CURLOPT_COPYPOSTFIELDS, start)
            }
        }
    }

    /// A number that libcurl knows about the transfer; 0 where it has none.
    func info(_ info: CURLINFO) -> Int {
        var value = 0
        _ = shim_getinfo_long(easy, info, &value)
        return value
    }

    /// What went wrong, in libcurl's words; those for the code alone where it left none.
    func errorText(_ code: CURLcode) -> String {
        let text = String(cString: errorBuffer)
        return text.isEmpty ? Curl.text(code) : text
    }

    /// libcurl keeps the pointer: what it leads to must live as long.
    func set(_ option: CURLoption, pointer: UnsafeMutableRawPointer) {
        _ = shim_setopt_pointer(easy, option, pointer)
    }

    private func isGivenUp() -> Bool {
        if isAnswered { return false }
        if let idleDeadline, idleDeadline <= .now { isOverdue = true }
        guard isOverdue || isCancelled.load(ordering: .acquiring) else { return false }
        onGivenUp()
        return true
    }

    private func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        isAlive()
        hasUploaded = true
        let count = min(buffer.count, upload.count - uploadOffset)
        upload[uploadOffset..<uploadOffset + count].withUnsafeBytes { buffer.copyMemory(from: $0) }
        uploadOffset += count
        if count == 0 {
            isUploaded = true
            onUploaded()
        }
        return count
    }
}

private func line(_ bytes: UnsafeRawBufferPointer) -> String {
    var bytes = bytes[...]
    while let last = bytes.last, last == 0x0D || last == 0x0A { bytes = bytes.dropLast() }
    return String(decoding: bytes, as: UTF8.self)
}
