/**
 * What is asked of the server, and what it tells: the tasks, the deleted ones, the lists. What is heard while a long
 * list is on its way is newer than that list, and stays.
 */
import { asApiError } from "./problem.js";

/**
 * @param {Store} store
 * @param {Api} api
 * @param {{ now?: () => number }} options
 */
export function createLoading(store, api, { now = Date.now } = {}) {
  // What was heard of tasks since the list was asked for; null: deleted.
  /** @type {Map<string, Task | null>} */
  let news = new Map();
  /** @type {Promise<void> | null} */
  let refreshing = null;
  let refreshAgain = false;

  /** @param {Task[]} tasks */
  function withNews(tasks) {
    if (news.size === 0) return tasks;
    const fresh = tasks.map((task) => {
      const heard = news.get(task.id);
      return heard === undefined || (heard !== null && heard.version < task.version) ? task : heard;
    });
    const known = new Set(tasks.map(({ id }) => id));
    const added = [...news.values()].filter((task) => task !== null && !known.has(task.id));
    const all = /** @type {Task[]} */ ([...added, ...fresh].filter((task) => task !== null));
    return added.length === 0 ? all : all.sort((one, other) => (one.created_at < other.created_at ? 1 : -1));
  }

  async function load() {
    do {
      refreshAgain = false;
      news = new Map();
      /** @type {Task[]} */
      const tasks = [];
      for await (const page of api.taskPages()) {
        tasks.push(...page);
        // The first time, what is there is shown; later the old list stands until the new one is whole.
        if (!store.state.load.everLoaded) store.dispatch({ type: "loaded", tasks: withNews([...tasks]), complete: false });
      }
      store.dispatch({ type: "loaded", tasks: withNews(tasks), complete: true });
    } while (refreshAgain);
  }

  return {
    /**
     * Keeps in mind what an answer said about a task.
     * @param {string} id
     * @param {Task | null} task null: it is deleted
     */
    heard(id, task) {
      if (refreshing !== null) news.set(id, task);
    },

    /**
     * The server has told of a task.
     * @param {string} id
     * @param {Task | null} task null: it is deleted
     */
    tell(id, task) {
      this.heard(id, task);
      store.dispatch({ type: "told", id, task, at: new Date(now()).toISOString() });
    },

    /**
     * Asks for the list again. Resolves when it is there, or when it is known why not.
     * @returns {Promise<void>}
     */
    refresh() {
      refreshAgain = true;
      if (refreshing !== null) return refreshing;
      store.dispatch({ type: "load-begun" });
      refreshing = load()
        .catch((error) => store.dispatch({ type: "load-failed", message: asApiError(error).message }))
        .finally(() => { refreshing = null; });
      return refreshing;
    },

    /** Asks for the lists. Without them their keys serve as names, so a failure needs no words. */
    async lists() {
      try {
        store.dispatch({ type: "lists-loaded", lists: await api.lists() });
      } catch (error) {
        asApiError(error);
      }
    },

    /** Asks for the deleted tasks. */
    async trash() {
      try {
        store.dispatch({ type: "trash-loaded", tasks: await api.deletedTasks() });
      } catch (error) {
        const text = `The deleted tasks can’t be shown. ${asApiError(error).message}`;
        store.dispatch({ type: "noticed", notice: { text, tone: "error" } });
      }
    },
  };
}
