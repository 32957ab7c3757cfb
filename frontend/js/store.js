/**
 * What the page knows, as plain data: the tasks as the server last told them, the changes under way on
 * top of them, where one is, and what is typed. Pure: no page, no requests, no clock.
 *
 * A change is shown the moment it is made and sent meanwhile. It is never mixed into the server's
 * tasks, but laid over them by `visibleTasks`; so taking it back is leaving it out.
 */
import { home } from "./place.js";

/** How many acts can be taken back. */
const ACTS = 50;

/** @type {State} */
export const emptyState = {
  tasks: [],
  trash: null,
  lists: [],
  changes: [],
  load: { status: "idle", message: "", everLoaded: false },
  link: "off",
  place: home,
  draft: "",
  editing: null,
  marked: new Set(),
  acts: [],
  notice: null,
};

/**
 * @param {State} state
 * @param {Action} action
 * @returns {State}
 */
export function reduce(state, action) {
  switch (action.type) {
    case "load-begun":
      return { ...state, load: { ...state.load, status: "loading", message: "" } };
    case "loaded": {
      /** @type {LoadStatus} */
      const status = action.complete ? "ready" : "loading";
      const load = { status, message: "", everLoaded: state.load.everLoaded || action.complete };
      const changes = action.complete ? stillOpen(state.changes, action.tasks) : state.changes;
      return { ...state, tasks: action.tasks, load, changes };
    }
    case "load-failed":
      return { ...state, load: { ...state.load, status: "failed", message: action.message } };
    case "told":
      return withTask(state, action.id, action.task, action.at);
    case "trash-loaded":
      return { ...state, trash: action.tasks };
    case "lists-loaded":
      return { ...state, lists: action.lists };
    case "change-made": {
      // A new change of a task settles the question that a failed one left open.
      const others = state.changes.filter((each) => each.task.id !== action.change.task.id || each.status === "sending");
      return { ...state, changes: [...others, action.change] };
    }
    case "change-kept": {
      const change = state.changes.find((each) => each.key === action.key);
      if (change === undefined) return state;
      const changes = state.changes.filter((each) => each !== change);
      return withTask({ ...state, changes }, change.task.id, action.task, action.at);
    }
    case "change-failed": {
      const { key, message, retryable } = action;
      const id = state.changes.find((change) => change.key === key)?.task.id;
      return withChange(withoutAct(state, id ?? ""), key, { status: "failed", message, retryable });
    }
    case "change-clashed":
      return withChange(state, action.key, { status: "clashed", theirs: action.theirs });
    case "change-resent": {
      const news = { status: /** @type {const} */ ("sending"), message: undefined, theirs: undefined };
      return withChange(state, action.key, action.task ? { ...news, task: action.task } : news);
    }
    case "change-dropped":
      return { ...state, changes: state.changes.filter((change) => change.key !== action.key) };
    case "acted":
      return { ...state, acts: [...state.acts.slice(1 - ACTS), action.act] };
    case "act-taken":
      return {
        ...state,
        acts: state.acts.filter((act) => act.key !== action.key),
        notice: state.notice?.act === action.key ? null : state.notice,
      };
    case "linked":
      return { ...state, link: action.link };
    case "went":
      return { ...state, place: action.place, marked: state.marked.size > 0 ? new Set() : state.marked };
    case "drafted":
      return { ...state, draft: action.text };
    case "editing":
      return { ...state, editing: action.editing };
    case "marked":
      return { ...state, marked: action.ids };
    case "noticed":
      return { ...state, notice: action.notice };
  }
}

/**
 * @param {State} state
 * @param {string} key
 * @param {Partial<Change>} news
 * @returns {State}
 */
function withChange(state, key, news) {
  return { ...state, changes: state.changes.map((change) => (change.key === key ? { ...change, ...news } : change)) };
}

/**
 * What was announced as done isn't, so it can't be taken back either: the task's row says so now.
 * @param {State} state
 * @param {string} id
 * @returns {State}
 */
function withoutAct(state, id) {
  const hit = state.acts.filter((act) => act.back.some((wish) => wish.task.id === id)).pop();
  if (hit === undefined) return state;
  const back = hit.back.filter((wish) => wish.task.id !== id);
  const acts = back.length === 0 ? state.acts.filter((act) => act !== hit) : state.acts.map((act) => (act === hit ? { ...act, back } : act));
  return { ...state, acts, notice: back.length === 0 && state.notice?.act === hit.key ? null : state.notice };
}

/**
 * The state with what is now known of a task; null: it is deleted.
 * @param {State} state
 * @param {string} id
 * @param {Task | null} task
 * @param {string} at
 * @returns {State}
 */
function withTask(state, id, task, at) {
  const { tasks, trash } = state;
  if (task !== null) return { ...state, tasks: put(tasks, task), trash: trash && trash.filter((each) => each.id !== id) };
  const gone = tasks.find((each) => each.id === id);
  if (gone === undefined) return state;
  const marked = state.marked.has(id) ? new Set([...state.marked].filter((each) => each !== id)) : state.marked;
  return {
    ...state, marked, tasks: tasks.filter((each) => each.id !== id),
    trash: trash && [{ ...gone, deleted_at: at }, ...trash.filter((each) => each.id !== id)],
  };
}

/**
 * Without the failed changes that turn out to be done: an answer may get lost after its request was heard.
 * @param {Change[]} changes
 * @param {Task[]} tasks
 */
function stillOpen(changes, tasks) {
  if (changes.every((change) => change.status === "sending")) return changes;
  const byId = new Map(tasks.map((task) => [task.id, task]));
  return changes.filter(({ status, kind, task: { id }, patch }) => {
    if (status === "sending") return true;
    const task = byId.get(id);
    if (kind === "add") return task === undefined;
    if (task === undefined) return false;
    return kind !== "patch" || Object.entries(patch ?? {}).some(([name, value]) => !isSame(task[/** @type {keyof Task} */ (name)], value));
  });
}

/** @type {(one: unknown, other: unknown) => boolean} */
const isSame = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/**
 * The tasks with this one in it: in the place of an older version of it, else before the first that is older.
 * @param {Task[]} tasks newest first
 * @param {Task} task
 * @returns {Task[]}
 */
function put(tasks, task) {
  const place = tasks.findIndex((each) => each.id === task.id);
  if (place >= 0) return tasks[place].version > task.version ? tasks : splice(tasks, place, 1, task);
  const time = Date.parse(task.created_at);
  const older = tasks.findIndex((each) => Date.parse(each.created_at) <= time);
  return splice(tasks, older < 0 ? tasks.length : older, 0, task);
}

/**
 * @param {Task[]} tasks
 * @param {number} place
 * @param {number} count
 * @param {Task} task
 */
function splice(tasks, place, count, task) {
  const copy = [...tasks];
  copy.splice(place, count, task);
  return copy;
}

/**
 * @param {State} [state]
 */
export function createStore(state = emptyState) {
  /** @type {Set<(state: State) => void>} */
  const listeners = new Set();
  return {
    /** @returns {State} */
    get state() {
      return state;
    },
    /** @param {Action[]} actions listeners hear of all of them at once */
    dispatch(...actions) {
      const next = actions.reduce(reduce, state);
      if (next === state) return;
      state = next;
      for (const listener of listeners) listener(state);
    },
    /**
     * @param {(state: State) => void} listener
     * @returns {() => void} ends it
     */
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
