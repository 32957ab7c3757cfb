/**
 * What of the state is to be seen: pure functions from state to rows. Each step is remembered, so that a keystroke in
 * the search costs only the search.
 */
import { localDay } from "./dates.js";
import { memo } from "./memo.js";
import { doneLastFirst, orders } from "./order.js";
import { sortOf } from "./place.js";
import { matcher } from "./search.js";

/**
 * The server's tasks with the changes laid over them, newest first.
 * @param {Task[]} tasks
 * @param {Change[]} changes
 * @returns {Row[]}
 */
function overlaid(tasks, changes) {
  /** @type {Map<string, Row>} */
  const rows = new Map(tasks.map((task) => [task.id, { task, saving: false, fault: null }]));
  /** @type {Map<string, Row>} */
  const added = new Map();
  for (const change of changes) {
    const { id } = change.task;
    const home = rows.has(id) ? rows : added;
    const row = home.get(id);
    const sending = change.status === "sending";
    if (sending && change.kind === "delete") {
      home.delete(id);
    } else if (row === undefined) {
      const comes = change.kind === "add" || (change.kind === "restore" && sending);
      if (comes) added.set(id, { task: change.task, saving: sending, fault: sending ? null : change });
    } else if (!sending) {
      home.set(id, { ...row, fault: change });
    } else {
      home.set(id, { ...row, saving: true, task: change.patch ? patched(row.task, change.patch, change.at) : row.task });
    }
  }
  return [...[...added.values()].reverse(), ...rows.values()];
}

/**
 * @param {Task} task
 * @param {Patch} patch
 * @param {string} at
 * @returns {Task}
 */
export function patched(task, patch, at) {
  const next = { ...task, ...patch };
  if (patch.done !== undefined && patch.done !== task.done) next.done_at = patch.done ? at : null;
  // In another list it gets another number, which only the server knows.
  if (patch.list !== undefined && patch.list !== task.list) next.reference = "";
  return next;
}

const rowsOf = memo(overlaid);

/** @param {State} state */
export const visibleTasks = ({ tasks, changes }) => rowsOf(tasks, changes);

/**
 * @param {State} state
 * @param {string} id
 */
export const visibleTask = (state, id) => visibleTasks(state).find((row) => row.task.id === id)?.task;

// The tasks of a view, before anything is searched.
/** @type {Record<string, (task: Task, today: string) => boolean>} */
const members = {
  today: (task, today) => (task.done ? localDay(task.done_at ?? "") === today : task.due_on === today),
  overdue: (task, today) => !task.done && task.due_on !== null && task.due_on < today,
  upcoming: (task, today) => !task.done && task.due_on !== null && task.due_on > today,
  done: (task) => task.done,
  all: () => true,
};

const sectionsOf = memo(
  // One value each, so that the search isn't among what it depends on.
  /** @type {(rows: Row[], ...place: [View, string | null, string | null, number | null, Sort, boolean, string]) => { open: Row[], done: Row[] }} */
  (rows, view, list, tag, priority, sort, isSorted, today) => {
    const isMember = members[view] ?? members.all;
    const inView = rows.filter(
      ({ task }) =>
        isMember(task, today) &&
        (list === null || (task.list ?? "inbox") === list) &&
        (tag === null || task.tags.includes(tag)) &&
        (priority === null || task.priority === priority),
    );
    const [order, doneOrder] = [orders[sort], isSorted ? orders[sort] : doneLastFirst];
    const open = inView.filter((row) => !row.task.done);
    const done = inView.filter((row) => row.task.done);
    if (order) open.sort((one, other) => order(one.task, other.task));
    if (doneOrder) done.sort((one, other) => doneOrder(one.task, other.task));
    return { open, done };
  },
);

const searched = memo((/** @type {{ open: Row[], done: Row[] }} */ sections, /** @type {string} */ q) => {
  if (q.trim() === "") return sections;
  const matches = matcher(q);
  const passes = (/** @type {Row} */ row) => matches(row.task);
  return { open: sections.open.filter(passes), done: sections.done.filter(passes) };
});

/**
 * @param {State} state
 * @param {string} today
 * @returns {{ open: Row[], done: Row[], openCount: number, doneCount: number, total: number }} the rows of the place;
 *   how many there are before the search; how many tasks there are at all
 */
export function board(state, today) {
  const rows = visibleTasks(state);
  const { view, list, tag, priority, q, sort } = state.place;
  const sections = sectionsOf(rows, view, list, tag, priority, sortOf(state.place), sort !== null, today);
  const { open, done } = searched(sections, q);
  return { open, done, openCount: sections.open.length, doneCount: sections.done.length, total: rows.length };
}

const counted = memo((/** @type {Row[]} */ rows, /** @type {string} */ today) => {
  const views = { all: 0, today: 0, overdue: 0, upcoming: 0, done: 0 };
  /** @type {Map<string, number>} */
  const lists = new Map();
  /** @type {Map<string, number>} */
  const tags = new Map();
  const add = (/** @type {Map<string, number>} */ map, /** @type {string} */ key) => map.set(key, (map.get(key) ?? 0) + 1);
  for (const { task } of rows) {
    if (task.done) {
      views.done += 1;
      continue;
    }
    views.all += 1;
    if (task.due_on !== null) {
      if (task.due_on === today) views.today += 1;
      if (task.due_on < today) views.overdue += 1;
      if (task.due_on > today) views.upcoming += 1;
    }
    add(lists, task.list ?? "inbox");
    for (const tag of task.tags) add(tags, tag);
  }
  return { views, lists, tags };
});

/**
 * How many tasks are open, by view, list and tag.
 * @param {State} state
 * @param {string} today
 */
export const counts = (state, today) => counted(visibleTasks(state), today);

/**
 * How many changes would be lost with the page. Those that are under way get there without it.
 * @param {State} state
 */
export const unsaved = (state) => state.changes.filter((change) => change.status !== "sending").length + (state.editing?.dirty ? 1 : 0);
