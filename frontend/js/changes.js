/**
 * The changes on their way to the server: each shows at once and is sent meanwhile; what fails is taken back and says
 * why, where it happened; what somebody else has changed too is asked about. Must not know the page.
 */
import { clashes, difference } from "./clash.js";
import { makePool } from "./pool.js";
import { ApiError, asApiError } from "./problem.js";
import { brief } from "./words.js";

/** Requests at the same time. */
const WIDTH = 4;
/** Who changes a task so often that we are always too late? */
const TRIES = 5;

/**
 * @param {Store} store
 * @param {Api} api
 * @param {object} options
 * @param {Loading} options.loading
 * @param {() => number} [options.now]
 */
export function createChanges(store, api, { loading, now = Date.now }) {
  /** The last request of each task: they leave one after the other, so that the last word is the last heard. */
  /** @type {Map<string, Promise<void>>} */
  const tails = new Map();
  const pool = makePool(WIDTH);
  let lastKey = 0;

  const time = () => new Date(now()).toISOString();
  /** @param {string} key */
  const changeOf = (key) => store.state.changes.find((each) => each.key === key);

  /**
   * @param {Change} change
   * @returns {Promise<Task | null>}
   */
  async function request({ kind, task }) {
    if (kind === "restore") return api.restoreTask(task.id);
    if (kind === "delete") return api.deleteTask(task.id).then(() => null);
    const { id, title, list, notes, due_on, priority, tags } = task;
    // What is empty isn't said.
    const more = Object.entries({ list, notes, due_on, priority, tags }).filter(([, value]) => value && String(value) !== "");
    return api.addTask({ id, title, ...Object.fromEntries(more) });
  }

  /**
   * Sends a patch on the version that we know, so that nobody's words are overwritten unseen.
   * @param {Change} change
   * @returns {Promise<Task | undefined>} undefined: somebody has to decide
   */
  async function patch({ key, task, patch = {}, guarded }) {
    if (!guarded) return api.patchTask(task.id, patch);
    for (let tries = 1; ; tries += 1) {
      const theirs = store.state.tasks.find((each) => each.id === task.id);
      if (theirs !== undefined && clashes(task, patch, theirs).length > 0) {
        return void store.dispatch({ type: "change-clashed", key, theirs });
      }
      const news = theirs === undefined ? patch : difference(theirs, patch);
      if (theirs !== undefined && news === null) return theirs;
      try {
        return await api.patchTask(task.id, news ?? patch, theirs?.version ?? null);
      } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 412 || error.current === null || tries === TRIES) throw error;
        loading.tell(task.id, error.current);
      }
    }
  }

  /** @param {string} key */
  async function transmit(key) {
    const change = changeOf(key);
    if (change === undefined) return;
    const { task, kind } = change;
    // Nothing can be changed about a task that could not be added.
    const orphaned = kind !== "add" && store.state.changes.some((each) => each.kind === "add" && each.task.id === task.id);
    if (orphaned) return store.dispatch({ type: "change-dropped", key });
    try {
      const answer = await (kind === "patch" ? patch(change) : request(change));
      if (answer === undefined) return;
      loading.heard(task.id, answer);
      store.dispatch({ type: "change-kept", key, task: answer, at: time() });
    } catch (error) {
      await failed(change, asApiError(error));
    }
  }

  /**
   * @param {Change} change
   * @param {ApiError} failure
   */
  async function failed({ key, kind, task, patch, guarded }, failure) {
    const name = `“${brief(task.title)}”`;
    const say = (/** @type {Notice} */ notice) => store.dispatch({ type: "noticed", notice });
    if (kind === "restore") {
      // It has no row where this could be said.
      store.dispatch({ type: "change-dropped", key });
      if (failure.status !== 404) {
        return say({ text: `${name} isn’t back yet. ${failure.message}`, tone: "error", again: { kind, task, patch, guarded } });
      }
      await loading.refresh();
      const isBack = store.state.tasks.some((each) => each.id === task.id);
      return isBack ? undefined : say({ text: `${name} can’t be brought back any more.`, tone: "error" });
    }
    if (failure.status === 404 && kind !== "add") {
      loading.heard(task.id, null);
      store.dispatch({ type: "change-kept", key, task: null, at: time() });
      return kind === "delete" ? undefined : say({ text: `${name} was deleted somewhere else.`, tone: "error" });
    }
    // Taken back before it was done: what follows it says all.
    const undone = kind === "delete" && store.state.changes.some((each) => each.kind === "restore" && each.task.id === task.id);
    if (undone) return store.dispatch({ type: "change-dropped", key });
    store.dispatch({ type: "change-failed", key, message: failure.message, retryable: failure.retryable });
  }

  /** @param {Change} change */
  function enqueue({ key, task: { id } }) {
    const tail = (tails.get(id) ?? Promise.resolve()).then(() => pool(() => transmit(key)));
    tails.set(id, tail);
    return tail.finally(() => tails.get(id) === tail && tails.delete(id));
  }

  /**
   * Sends a change that waits for a decision again.
   * @param {string} key
   * @param {Task} [task] what it shall be based on from now on
   */
  function resend(key, task) {
    const change = changeOf(key);
    if (change === undefined || change.status === "sending") return Promise.resolve();
    store.dispatch({ type: "change-resent", key, task });
    return enqueue(change);
  }

  return {
    /** @param {Wish[]} wishes all are seen at once */
    async make(wishes) {
      const made = wishes.map((wish) => {
        lastKey += 1;
        return /** @type {Change} */ ({ ...wish, key: `c${lastKey}`, at: time(), status: "sending" });
      });
      store.dispatch(...made.map((change) => /** @type {const} */ ({ type: "change-made", change })));
      await Promise.all(made.map(enqueue));
    },

    /** @param {string} key */
    retry: (key) => resend(key),

    /** Sends again what failed for a reason that may have passed. */
    async retryAll() {
      const failed = store.state.changes.filter((each) => each.status === "failed" && each.retryable);
      await Promise.all(failed.map((each) => resend(each.key)));
    },

    /**
     * Somebody has decided between two versions.
     * @param {string} key
     * @param {"mine" | "theirs"} choice
     */
    decide(key, choice) {
      const theirs = changeOf(key)?.theirs;
      if (theirs !== undefined && choice === "mine") return resend(key, theirs);
      store.dispatch({ type: "change-dropped", key });
      return Promise.resolve();
    },

    /** @param {string} key */
    drop(key) {
      store.dispatch({ type: "change-dropped", key });
    },

    /**
     * Resolves when nothing of this task is under way any more.
     * @param {string} id
     */
    async quiet(id) {
      while (tails.has(id)) await tails.get(id);
    },

    /** Resolves when no change is under way any more. */
    async settled() {
      while (tails.size > 0) await Promise.all(tails.values());
    },
  };
}
