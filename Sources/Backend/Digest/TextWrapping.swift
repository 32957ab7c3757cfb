import TodoCore

/// Folds plain text to a width in terminal columns.
enum TextWrapping {
    /// `text` after `marker`, in lines of at most `width` columns; later lines stand under the first one's text, and each
    /// keeps its direction of writing to itself.
    ///
    /// Breaks at spaces, and on either side of a wide character (Chinese and Japanese have no spaces). A word that
    /// is too long for any line, such as a URL, stays whole.
    static func wrap(_ text: String, width: Int, marker: String) -> String {
        let indent = DisplayWidth.of(marker)
        let room = max(1, width - indent)
        var lines: [String] = [], line = "", lineColumns = 0
        for piece in pieces(of: text) {
            let gap = piece.afterSpace && !line.isEmpty ? 1 : 0
            if !line.isEmpty, lineColumns + gap + piece.columns > room {
                lines.append(line)
                (line, lineColumns) = (piece.text, piece.columns)
            } else {
                line += (gap == 1 ? " " : "") + piece.text
                lineColumns += gap + piece.columns
            }
        }
        lines.append(line)
        return marker + lines.map(SafeText.isolated).joined(separator: "\n" + String(repeating: " ", count: indent))
    }

    /// What may not be torn apart.
    private struct Piece {
        var text: String
        var columns: Int
        var afterSpace: Bool
    }

    private static func pieces(of text: String) -> [Piece] {
        var pieces: [Piece] = []
        var afterSpace = false, lastIsWide = true
        for character in text {
            if character == " " {
                afterSpace = true
                continue
            }
            let columns = DisplayWidth.of(character)
            let isWide = columns == 2
            if afterSpace || isWide || lastIsWide || pieces.isEmpty {
                pieces.append(Piece(text: String(character), columns: columns, afterSpace: afterSpace))
            } else {
                pieces[pieces.count - 1].text.append(character)
                pieces[pieces.count - 1].columns += columns
            }
            (afterSpace, lastIsWide) = (false, isWide)
        }
        return pieces
    }
}
