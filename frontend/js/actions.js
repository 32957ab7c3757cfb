/**
 * What a person can do with tasks: each shows at once and is sent meanwhile; what fails is taken back
 * and says why, where it happened. Must not know the page.
 */
import { ApiError } from "./problem.js";
import { uuidv7 } from "./ids.js";
import { visibleTasks } from "./selectors.js";

/** @typedef {import("./store.js").Task} Task */
/** @typedef {import("./store.js").Change} Change */
/** @typedef {ReturnType<typeof createActions>} Actions */

/**
 * @param {import("./store.js").Store} store
 * @param {import("./api.js").Api} api
 * @param {{ now?: () => number }} options
 */
export function createActions(store, api, { now = Date.now } = {}) {
  /** The last request of each task: they leave one after the other, so that the last word is the last heard. */
  /** @type {Map<string, Promise<void>>} */
  const tails = new Map();
  /** How many changes the server has taken; a list asked for before one of them is out of date. */
  let taken = 0;
  let lastKey = 0;
  /** @type {Promise<void> | null} */
  let refreshing = null;
  let refreshAgain = false;

  /** @param {Change} change */
  function request({ kind, task, done }) {
    switch (kind) {
      case "add": return api.addTask({ id: task.id, title: task.title });
      case "done": return api.patchTask(task.id, { done });
      case "restore": return api.restoreTask(task.id);
      case "delete": return api.deleteTask(task.id).then(() => null);
    }
  }

  /** @param {Change} change */
  async function transmit(change) {
    const { key, task, kind } = change;
    // Nothing can be changed about a task that could not be added.
    const orphaned = kind !== "add" && store.state.changes.some((each) => each.kind === "add" && each.task.id === task.id);
    if (orphaned) return store.dispatch({ type: "change-dropped", key });
    try {
      const answer = await request(change);
      taken += 1;
      store.dispatch({ type: "change-kept", key, task: answer });
    } catch (error) {
      await failed(change, asApiError(error));
    }
  }

  /**
   * @param {Change} change
   * @param {ApiError} failure
   */
  async function failed({ key, kind, task, done }, failure) {
    const name = `“${brief(task.title)}”`;
    if (kind === "restore") {
      // It has no row where this could be said.
      store.dispatch({ type: "change-dropped", key });
      if (failure.status !== 404) return notice(`${name} isn’t back yet. ${failure.message}`, "error", { kind, task, done });
      await refresh();
      const isBack = store.state.tasks.some((each) => each.id === task.id);
      return isBack ? undefined : notice(`${name} can’t be brought back any more.`, "error");
    }
    if (failure.status === 404 && kind !== "add") {
      taken += 1;
      store.dispatch({ type: "change-kept", key, task: null });
      return kind === "delete" ? undefined : notice(`${name} was deleted somewhere else.`, "error");
    }
    // Taken back before it was done: what follows it says all.
    const undone = kind === "delete" && store.state.changes.some((each) => each.kind === "restore" && each.task.id === task.id);
    if (undone) return store.dispatch({ type: "change-dropped", key });
    store.dispatch({ type: "change-failed", key, message: failure.message, retryable: failure.retryable });
  }

  /** @param {Change} change */
  function enqueue(change) {
    const { id } = change.task;
    const tail = (tails.get(id) ?? Promise.resolve()).then(() => transmit(change));
    tails.set(id, tail);
    return tail.finally(() => tails.get(id) === tail && tails.delete(id));
  }

  /** @param {Pick<Change, "kind" | "task" | "done">} what */
  function make({ kind, task, done }) {
    lastKey += 1;
    /** @type {Change} */
    const change = { key: `c${lastKey}`, kind, task, done, at: new Date(now()).toISOString(), status: "sending" };
    store.dispatch({ type: "change-made", change });
    return enqueue(change);
  }

  /**
   * @param {string} text
   * @param {import("./store.js").Notice["tone"]} [tone]
   * @param {import("./store.js").Notice["undo"]} [undo]
   */
  function notice(text, tone = "info", undo) {
    store.dispatch({ type: "noticed", notice: { text, tone, undo } });
  }

  async function load() {
    do {
      refreshAgain = false;
      const takenBefore = taken;
      /** @type {Task[]} */
      const tasks = [];
      for await (const page of api.taskPages()) {
        tasks.push(...page);
        // The first time, what is there is shown; later the old list stands until the new one is whole.
        if (!store.state.load.everLoaded) store.dispatch({ type: "loaded", tasks: [...tasks], complete: false });
      }
      if (taken !== takenBefore) refreshAgain = true;
      else store.dispatch({ type: "loaded", tasks, complete: true });
    } while (refreshAgain);
  }

  /**
   * Asks for the list again. Resolves when it is there, or when it is known why not.
   * @returns {Promise<void>}
   */
  function refresh() {
    refreshAgain = true;
    if (refreshing !== null) return refreshing;
    store.dispatch({ type: "load-begun" });
    refreshing = load()
      .catch((error) => store.dispatch({ type: "load-failed", message: asApiError(error).message }))
      .finally(() => { refreshing = null; });
    return refreshing;
  }

  /**
   * Sends a failed change again.
   * @param {string} key
   */
  function retry(key) {
    const change = store.state.changes.find((each) => each.key === key && each.status === "failed");
    if (change === undefined) return Promise.resolve();
    store.dispatch({ type: "change-resent", key });
    return enqueue(change);
  }

  return {
    refresh,
    retry,
    notice,

    /** @param {string} title good by `titleFault` */
    add(title) {
      const at = new Date(now()).toISOString();
      /** @type {Task} */
      const task = {
        id: uuidv7(now()), reference: "", list: null, number: 0, title: title.trim(), done: false, notes: "", due_on: null,
        priority: 0, tags: [], version: 0, created_at: at, updated_at: at, done_at: null, deleted_at: null,
      };
      return make({ kind: "add", task });
    },

    /**
     * Marks a task as done, or as open again.
     * @param {string} id
     */
    toggle(id) {
      const task = visibleTasks(store.state).find((row) => row.task.id === id)?.task;
      if (task === undefined) return Promise.resolve();
      const done = !task.done;
      notice(`${done ? "Done" : "Open again"}: “${brief(task.title)}”.`, "info", { kind: "done", task, done: !done });
      return make({ kind: "done", task, done });
    },

    /** @param {string} id */
    remove(id) {
      const task = visibleTasks(store.state).find((row) => row.task.id === id)?.task;
      if (task === undefined) return Promise.resolve();
      const unsent = store.state.changes.find((each) => each.kind === "add" && each.task.id === id && each.status === "failed");
      if (unsent !== undefined) {
        store.dispatch({ type: "change-dropped", key: unsent.key });
        return Promise.resolve();
      }
      notice(`Deleted: “${brief(task.title)}”.`, "info", { kind: "restore", task });
      return make({ kind: "delete", task });
    },

    /** Takes back what the notice speaks of. */
    undo() {
      const undo = store.state.notice?.undo;
      if (undo === undefined) return Promise.resolve();
      store.dispatch({ type: "noticed", notice: null });
      return make(undo);
    },

    /** Sends again what failed for a reason that may have passed. */
    async retryAll() {
      const failed = store.state.changes.filter((each) => each.status === "failed" && each.retryable);
      await Promise.all(failed.map((each) => retry(each.key)));
    },

    /** Resolves when no change is under way any more. */
    async settled() {
      while (tails.size > 0) await Promise.all(tails.values());
    },

    /** @param {string} key */
    drop(key) {
      store.dispatch({ type: "change-dropped", key });
    },
  };
}

/**
 * @param {unknown} error
 * @returns {ApiError}
 */
function asApiError(error) {
  if (error instanceof ApiError) return error;
  return new ApiError("Something went wrong in this page. Reload it, then try again.", { status: 500 });
}

/** @param {string} title */
function brief(title) {
  const characters = [...title];
  return characters.length <= 40 ? title : `${characters.slice(0, 39).join("")}…`;
}
