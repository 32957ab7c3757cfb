/// What an import has done, or would do: for people and for programs.
struct ImportReport: Encodable, Sendable {
    struct Place: Encodable, Sendable {
        var line: Int
        var reference: String?
        var title: String?
        var message: String?
    }

    var format: String
    var dryRun = false
    /// Whether it came to its end.
    var complete = true
    var added: [String]
    var addedCount: Int
    var finished: Int
    var present: Int
    var changed: [Place]
    var deletedHere: [Place]
    var failed: [Place]
    var listsAdded: [String]
    var losses: [String]

    enum CodingKeys: String, CodingKey {
        case format
        case dryRun = "dry_run"
        case complete, added
        case addedCount = "added_count"
        case finished, present, changed
        case deletedHere = "deleted_here"
        case failed
        case listsAdded = "lists_added"
        case losses
    }

    /// What comes of carrying out a plan; nil for one that is only looked at.
    init(_ plan: ImportPlan, faults: [ExchangeFault], format: ExchangeFormat, tally: Importer.Tally?) {
        func place(_ standing: ImportPlan.Standing) -> Place {
            Place(line: standing.line, reference: standing.reference.isEmpty ? nil : standing.reference, title: standing.title)
        }
        self.format = format.rawValue
        present = plan.present
        changed = (plan.changed + (tally?.changed ?? [])).sorted { $0.line < $1.line }.map(place)
        deletedHere = plan.deletedHere.map(place)
        failed = (faults + plan.faults + (tally?.failures ?? [])).sorted { $0.line < $1.line }
            .map { Place(line: $0.line, message: $0.message) }
        losses = plan.losses.lines(withPlaces: false, noun: "line")
        listsAdded = plan.newLists.map(\.key)
        if let tally {
            complete = tally.stop == nil && !tally.isInterrupted
            added = tally.added
            addedCount = tally.added.count
            finished = tally.finished
            listsAdded = Array(listsAdded.prefix(tally.newLists))
        } else {
            dryRun = true
            added = []
            addedCount = plan.steps.count(where: \.creates)
            finished = plan.steps.count - addedCount
        }
    }

    /// One line: `Imported 998 tasks in 0.8 s (1 240/s), 2 were there already, 0 failed.`
    func summary(in duration: Duration?) -> String {
        var text = "\(dryRun ? "Would import" : "Imported") \(ImportReport.tasks(addedCount))"
        if let duration {
            let rate = addedCount + finished > 0 ? " (\(grouped(ImportProgress.rate(addedCount + finished, duration)))/s)" : ""
            text += " in \(ImportProgress.seconds(duration))\(rate)"
        }
        func add(_ count: Int, _ singular: String, _ plural: String) {
            if count > 0 { text += ", \(grouped(count)) \(count == 1 ? singular : plural)" }
        }
        add(listsAdded.count, dryRun ? "new list" : "list was made", dryRun ? "new lists" : "lists were made")
        add(finished, dryRun ? "to finish" : "was finished", dryRun ? "to finish" : "were finished")
        add(present, dryRun ? "is there already" : "was there already", dryRun ? "are there already" : "were there already")
        add(changed.count, "was changed here and stays so", "were changed here and stay so")
        add(deletedHere.count, "was deleted here and stays so", "were deleted here and stay so")
        return text + ", \(grouped(failed.count)) failed."
    }

    static func tasks(_ count: Int) -> String { count == 1 ? "1 task" : "\(grouped(count)) tasks" }
}
