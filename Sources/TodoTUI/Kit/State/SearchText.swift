internal import TodoCore

/// Where the filter looks: title, reference and tags in lower case, as bytes, so that looking needs no string work.
struct SearchText: Sendable, Hashable {
    /// The title comes first, so that these bytes sort by title too.
    let bytes: [UInt8]

    init(_ task: TodoTask) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(
            task.title.utf8.count + task.reference.utf8.count + 2 + task.tags.reduce(0) { $0 + $1.utf8.count + 2 })
        SearchText.fold(task.title, into: &bytes)
        bytes.append(0)
        SearchText.fold(task.reference, into: &bytes)
        for tag in task.tags {
            bytes += [0, UInt8(ascii: "@")]
            SearchText.fold(tag, into: &bytes)
        }
        self.bytes = bytes
    }

    /// Lower case, without the cost of Unicode where all is ASCII.
    static func fold(_ text: String, into bytes: inout [UInt8]) {
        if text.utf8.allSatisfy({ $0 < 0x80 }) {
            for byte in text.utf8 { bytes.append((0x41...0x5A).contains(byte) ? byte | 0x20 : byte) }
        } else {
            bytes += text.lowercased().utf8
        }
    }

    func contains(_ word: [UInt8]) -> Bool {
        guard let first = word.first, bytes.count >= word.count else { return word.isEmpty }
        return bytes.withUnsafeBufferPointer { text in
            word.withUnsafeBufferPointer { word in
                for start in 0...text.count - word.count where text[start] == first {
                    var length = 1
                    while length < word.count, text[start + length] == word[length] { length += 1 }
                    if length == word.count { return true }
                }
                return false
            }
        }
    }
}

/// Words that must all be in a task's title, tags or reference, in any case.
struct Filter: Sendable, Hashable {
    let words: [[UInt8]]

    init(_ text: String) {
        words = text.split(whereSeparator: \.isWhitespace).map { word in
            var bytes: [UInt8] = []
            SearchText.fold(String(word), into: &bytes)
            return bytes
        }
    }

    func matches(_ text: SearchText) -> Bool {
        for word in words where !text.contains(word) { return false }
        return true
    }

    /// Whether what doesn't match `other` doesn't match this either.
    func isNarrower(than other: Filter) -> Bool {
        words.count >= other.words.count && zip(words, other.words).allSatisfy { $0.starts(with: $1) }
    }

    /// Which characters of the text are part of a match.
    func marks(in text: String) -> Set<Int> {
        guard !words.isEmpty else { return [] }
        var bytes: [UInt8] = [], owner: [Int] = []
        for (index, character) in text.enumerated() {
            SearchText.fold(String(character), into: &bytes)
            while owner.count < bytes.count { owner.append(index) }
        }
        var marks: Set<Int> = []
        for word in words where !word.isEmpty && bytes.count >= word.count {
            for start in 0...bytes.count - word.count where bytes[start..<start + word.count].elementsEqual(word) {
                marks.formUnion(owner[start..<start + word.count])
            }
        }
        return marks
    }
}
