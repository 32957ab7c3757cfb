/**
 * What of the state is to be seen: pure functions from state to rows.
 */

/** @typedef {import("./store.js").Task} Task */
/** @typedef {import("./store.js").Change} Change */
/** @typedef {import("./store.js").State} State */

/**
 * @typedef {object} Row
 * @property {Task} task with the changes under way
 * @property {boolean} saving
 * @property {Change | null} fault the failed change that waits for a decision
 */

/**
 * The server's tasks with the changes laid over them, newest first.
 * @param {State} state
 * @returns {Row[]}
 */
export function visibleTasks({ tasks, changes }) {
  /** @type {Row[]} */
  let rows = tasks.map((task) => ({ task, saving: false, fault: null }));
  for (const change of changes) {
    const place = rows.findIndex((row) => row.task.id === change.task.id);
    const row = place < 0 ? null : rows[place];
    const sending = change.status === "sending";
    if (sending && change.kind === "delete") {
      rows = rows.filter((each) => each !== row);
    } else if (row === null) {
      if (change.kind === "add" || (change.kind === "restore" && sending)) {
        rows.unshift({ task: change.task, saving: sending, fault: sending ? null : change });
      }
    } else if (!sending) {
      rows[place] = { ...row, fault: change };
    } else if (change.kind === "done") {
      const done = change.done === true;
      rows[place] = { ...row, saving: true, task: { ...row.task, done, done_at: done ? change.at : null } };
    } else {
      rows[place] = { ...row, saving: true };
    }
  }
  return rows;
}

/**
 * @param {State} state
 * @returns {{ open: Row[], done: Row[], openCount: number, doneCount: number }} rows that pass the filter, and how many
 *   there are without it; open ones newest first, done ones by when they were done, the last first
 */
export function board(state) {
  const rows = visibleTasks(state);
  const open = rows.filter((row) => !row.task.done);
  const done = rows.filter((row) => row.task.done);
  /** @param {Row} row */
  const doneAt = (row) => (row.task.done_at ? Date.parse(row.task.done_at) : 0);
  done.sort((a, b) => doneAt(b) - doneAt(a));
  const matches = matcher(state.filter);
  return {
    open: open.filter((row) => matches(row.task)),
    done: done.filter((row) => matches(row.task)),
    openCount: open.length,
    doneCount: done.length,
  };
}

/**
 * Whether a task has every word of the filter in its title, reference or tags, without regard to case.
 * @param {string} filter
 * @returns {(task: Task) => boolean}
 */
export function matcher(filter) {
  const words = fold(filter).split(/\s+/).filter(Boolean);
  if (words.length === 0) return () => true;
  return (task) => {
    const text = fold([task.title, task.reference, ...task.tags.map((tag) => `@${tag}`)].join(" "));
    return words.every((word) => text.includes(word));
  };
}

/** @param {string} text */
const fold = (text) => text.normalize("NFKC").toLowerCase();

/**
 * How many changes would be lost with the page. Those that are under way get there without it.
 * @param {State} state
 */
export const unsaved = (state) => state.changes.filter((change) => change.status === "failed").length;

/**
 * A due date for people: near ones by name.
 * @param {string} date `2026-05-01`
 * @param {Date} now
 * @returns {{ text: string, kind: "overdue" | "due-today" | "due" }}
 */
export function dueWords(date, now) {
  const [year, month, day] = date.split("-").map(Number);
  const today = Date.UTC(now.getFullYear(), now.getMonth(), now.getDate());
  const days = Math.round((Date.UTC(year, month - 1, day) - today) / 86_400_000);
  if (days === 0) return { text: "Due today", kind: "due-today" };
  if (days === 1) return { text: "Due tomorrow", kind: "due" };
  const sameYear = year === now.getFullYear();
  const text = new Intl.DateTimeFormat("en", {
    day: "numeric", month: "short", year: sameYear ? undefined : "numeric", timeZone: "UTC",
  }).format(Date.UTC(year, month - 1, day));
  return days < 0 ? { text: `Overdue since ${text}`, kind: "overdue" } : { text: `Due ${text}`, kind: "due" };
}
