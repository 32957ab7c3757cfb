/**
 * What is said where no task is: why, and what to do.
 */

/**
 * @param {Place} place
 * @param {{ done: unknown[], openCount: number, doneCount: number, total: number }} seen
 * @returns {{ title: string, words: string, teach: boolean }}
 */
export function emptyWords({ view, list, tag, priority, q }, { done, openCount, doneCount, total }) {
  const say = (/** @type {string} */ title, /** @type {string} */ words, teach = false) => ({ title, words, teach });
  const below = done.length > 0 ? "Something that is done does: see below." : "";
  if (q.trim() !== "" && openCount + doneCount > 0) {
    return say(`Nothing to do matches “${q.trim()}”`, below || "It looks in titles, numbers, tags and notes.");
  }
  if (total === 0) return say("Nothing to do yet", "Write a task above and press Enter. Tick it off when it is done.", true);
  if (view === "today") return say("Nothing is due today", "A task with due:today is here, and what was done today.");
  if (view === "overdue") return say("Nothing is overdue", "What was due before today and is open will be here.");
  if (view === "upcoming") return say("Nothing is coming up", "Give a task a day: due:fri, due:24.12. or due:in-2-weeks.");
  if (view === "done") return say("Nothing is done yet", "What you tick off will be here.");
  if (doneCount > 0) return say("All done", "Enjoy it, or write down the next thing.");
  if (tag !== null || priority !== null) return say("No task is like that", "Show all tasks, or write one that is.");
  if (list !== null) return say("This list is empty", "What you write above goes into it.");
  return say("Nothing to do", "Write a task above and press Enter.");
}
