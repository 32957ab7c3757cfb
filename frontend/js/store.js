/**
 * What the page knows, as plain data: the tasks as the server last told them, the changes under way on
 * top of them, and what is typed. Pure: no page, no requests, no clock.
 *
 * A change is shown the moment it is made and sent meanwhile. It is never mixed into the server's
 * tasks, but laid over them by `visibleTasks`; so taking it back is leaving it out.
 */

/** @typedef {import("./api.js").Task} Task */

/**
 * @typedef {object} Change a change under way, or failed and waiting for a decision
 * @property {string} key
 * @property {"add" | "done" | "delete" | "restore"} kind
 * @property {Task} task as it was seen when the change was made
 * @property {boolean} [done] for `done`: what it shall be
 * @property {string} at when it was made, RFC 3339
 * @property {"sending" | "failed"} status
 * @property {string} [message] why it failed, for people
 * @property {boolean} [retryable]
 */

/**
 * @typedef {object} Notice something to say at the edge of the page
 * @property {string} text
 * @property {"info" | "error"} tone
 * @property {Pick<Change, "kind" | "task" | "done">} [undo] the change that takes it back
 */

/** @typedef {"idle" | "loading" | "ready" | "failed"} LoadStatus */

/**
 * @typedef {object} State
 * @property {Task[]} tasks newest first
 * @property {Change[]} changes oldest first
 * @property {{ status: LoadStatus, message: string, everLoaded: boolean }} load
 * @property {string} draft the text of the task being written
 * @property {string} filter
 * @property {Notice | null} notice
 */

/**
 * @typedef {{ type: "load-begun" }
 *   | { type: "loaded", tasks: Task[], complete: boolean }
 *   | { type: "load-failed", message: string }
 *   | { type: "change-made", change: Change }
 *   | { type: "change-kept", key: string, task: Task | null }
 *   | { type: "change-failed", key: string, message: string, retryable: boolean }
 *   | { type: "change-resent", key: string }
 *   | { type: "change-dropped", key: string }
 *   | { type: "drafted", text: string }
 *   | { type: "filtered", text: string }
 *   | { type: "noticed", notice: Notice | null }} Action
 */

/** @typedef {ReturnType<typeof createStore>} Store */

/** @type {State} */
export const emptyState = {
  tasks: [],
  changes: [],
  load: { status: "idle", message: "", everLoaded: false },
  draft: "",
  filter: "",
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
    case "change-made": {
      // A new change of a task settles the question that a failed one left open.
      const others = state.changes.filter((each) => !(each.task.id === action.change.task.id && each.status === "failed"));
      return { ...state, changes: [...others, action.change] };
    }
    case "change-kept": {
      const change = state.changes.find((each) => each.key === action.key);
      if (change === undefined) return state;
      const changes = state.changes.filter((each) => each !== change);
      const tasks = action.task ? put(state.tasks, action.task) : state.tasks.filter((task) => task.id !== change.task.id);
      return { ...state, changes, tasks };
    }
    case "change-failed": {
      const { key, message, retryable } = action;
      const id = state.changes.find((change) => change.key === key)?.task.id;
      // What was announced as done isn't: the task's row says so now.
      const notice = state.notice?.undo && state.notice.undo.task.id === id ? null : state.notice;
      return withChange({ ...state, notice }, key, { status: "failed", message, retryable });
    }
    case "change-resent":
      return withChange(state, action.key, { status: "sending", message: undefined });
    case "change-dropped":
      return { ...state, changes: state.changes.filter((change) => change.key !== action.key) };
    case "drafted":
      return { ...state, draft: action.text };
    case "filtered":
      return { ...state, filter: action.text };
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
 * Without the failed changes that turn out to be done: an answer may get lost after its request was heard.
 * @param {Change[]} changes
 * @param {Task[]} tasks
 */
function stillOpen(changes, tasks) {
  const failed = changes.filter((change) => change.status === "failed");
  if (failed.length === 0) return changes;
  const byId = new Map(tasks.map((task) => [task.id, task]));
  return changes.filter((change) => {
    if (change.status !== "failed") return true;
    const task = byId.get(change.task.id);
    if (change.kind === "add") return task === undefined;
    return task !== undefined && !(change.kind === "done" && task.done === change.done);
  });
}

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
    /** @param {Action} action */
    dispatch(action) {
      const next = reduce(state, action);
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
