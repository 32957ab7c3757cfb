/**
 * What a person can do with tasks, one or many at a time, in words; and how to take it back. Must not know the page.
 */
import { fieldsOf, inverse } from "./clash.js";
import { uuidv7 } from "./ids.js";
import { visibleTasks } from "./selectors.js";
import { brief, counted } from "./words.js";

/**
 * @param {Store} store
 * @param {Changes} changes
 * @param {{ now?: () => number }} options
 */
export function createActions(store, changes, { now = Date.now } = {}) {
  let lastKey = 0;

  /**
   * Does it, says so, and remembers how to take it back.
   * @param {string} label
   * @param {Wish[]} wishes
   * @param {Wish[]} back
   */
  function act(label, wishes, back) {
    lastKey += 1;
    const key = `a${lastKey}`;
    store.dispatch(
      { type: "acted", act: { key, label, back } },
      { type: "noticed", notice: { text: label, tone: "info", act: key } },
    );
    return changes.make(wishes);
  }

  /** @param {Iterable<string>} ids */
  function tasksOf(ids) {
    const wanted = new Set(ids);
    return visibleTasks(store.state).filter((row) => wanted.has(row.task.id)).map((row) => row.task);
  }

  /** @param {Task[]} tasks */
  const named = (tasks) => (tasks.length === 1 ? `“${brief(tasks[0].title)}”` : counted(tasks.length, "task"));

  /** @param {string} id */
  const unsent = (id) => store.state.changes.find((each) => each.kind === "add" && each.task.id === id && each.status === "failed");

  /**
   * Changes tasks, each in its own way.
   * @param {Iterable<string>} ids
   * @param {string} words what is done to them
   * @param {(task: Task) => Patch} patchFor
   * @param {{ guarded?: boolean }} options
   */
  function patchAll(ids, words, patchFor, { guarded = false } = {}) {
    /** @type {Wish[]} */
    const wishes = [];
    /** @type {Wish[]} */
    const back = [];
    for (const task of tasksOf(ids)) {
      const patch = patchFor(task);
      const differs = fieldsOf(patch).some((field) => JSON.stringify(task[field]) !== JSON.stringify(patch[field]));
      if (!differs) continue;
      wishes.push({ kind: "patch", task, patch, guarded });
      back.push({ kind: "patch", task: { ...task, ...patch }, patch: inverse(task, patch), guarded });
    }
    if (wishes.length === 0) return Promise.resolve();
    return act(`${words}: ${named(wishes.map((wish) => wish.task))}.`, wishes, back);
  }

  return {
    patchAll,

    /** @param {Patch & { title: string }} draft good by `titleFault` */
    add(draft) {
      const at = new Date(now()).toISOString();
      /** @type {Task} */
      const task = {
        id: uuidv7(now()), reference: "", list: null, number: 0, done: false, notes: "", due_on: null, priority: 0, tags: [],
        version: 0, created_at: at, updated_at: at, done_at: null, deleted_at: null, ...draft, title: draft.title.trim(),
      };
      lastKey += 1;
      store.dispatch({ type: "acted", act: { key: `a${lastKey}`, label: `Added: “${brief(task.title)}”.`, back: [{ kind: "delete", task }] } });
      const sent = changes.make([{ kind: "add", task }]);
      return Object.assign(sent, { task });
    },

    /**
     * Marks tasks as done; when all of them are, as open again.
     * @param {Iterable<string>} ids
     */
    toggle(ids) {
      const all = [...ids];
      const done = tasksOf(all).some((task) => !task.done);
      return patchAll(all, done ? "Done" : "Open again", () => ({ done }));
    },

    /**
     * Keeps what was written in the editor.
     * @param {Task} base the task when the editor was opened
     * @param {Patch} patch
     */
    edit(base, patch) {
      const back = { kind: /** @type {const} */ ("patch"), task: { ...base, ...patch }, patch: inverse(base, patch), guarded: true };
      return act(`Changed: “${brief(base.title)}”.`, [{ kind: "patch", task: base, patch, guarded: true }], [back]);
    },

    /** @param {Iterable<string>} ids */
    remove(ids) {
      const tasks = tasksOf(ids);
      // What never got there can only be forgotten.
      for (const change of tasks.map(({ id }) => unsent(id))) if (change) changes.drop(change.key);
      const sent = tasks.filter((task) => task.version > 0 || store.state.changes.some((each) => each.task.id === task.id));
      if (sent.length === 0) return Promise.resolve();
      const each = (/** @type {Wish["kind"]} */ kind) => sent.map((task) => ({ kind, task }));
      return act(`Deleted: ${named(sent)}.`, each("delete"), each("restore"));
    },

    /** @param {Task[]} tasks deleted ones */
    restore(tasks) {
      const each = (/** @type {Wish["kind"]} */ kind) => tasks.map((task) => ({ kind, task: { ...task, deleted_at: null } }));
      return act(`Restored: ${named(tasks)}.`, each("restore"), each("delete"));
    },

    /**
     * Takes back what was done last, or what the key names.
     * @param {string} [key]
     * @returns {{ ids: string[], sent: Promise<void> } | null} the tasks that it is about; null where there is nothing to take back
     */
    undo(key) {
      const { acts } = store.state;
      const last = key === undefined ? acts[acts.length - 1] : acts.find((each) => each.key === key);
      if (last === undefined) return null;
      store.dispatch(
        { type: "act-taken", key: last.key },
        { type: "noticed", notice: { text: `Undone: ${last.label}`, tone: "info" } },
      );
      return { ids: last.back.map((wish) => wish.task.id), sent: changes.make(last.back) };
    },

    /**
     * @param {string} text
     * @param {Notice["tone"]} [tone]
     */
    notice(text, tone = "info") {
      store.dispatch({ type: "noticed", notice: { text, tone } });
    },
  };
}
