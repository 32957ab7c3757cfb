/**
 * Follows the server's events: each names a task, which is asked for unless it is known as it is already. Must not know
 * how events come.
 */
import { ApiError } from "./problem.js";
import { makePool } from "./pool.js";

/** More tasks at once than this, and the whole list is asked for. */
const MANY = 40;

/**
 * @param {Store} store
 * @param {Api} api
 * @param {object} options
 * @param {Loading} options.loading
 * @param {Changes} options.changes
 */
export function createFollower(store, api, { loading, changes }) {
  // What was told of a task and isn't looked at yet: the newest time, and whether it came to be with it.
  /** @type {Map<string, { at: string, isNew: boolean }>} */
  const wanted = new Map();
  const pool = makePool(2);

  /** @param {string} id */
  const known = (id) => store.state.tasks.find((each) => each.id === id);

  /** @param {string} id */
  async function look(id) {
    // Our own change comes back as an event, often before its answer.
    await changes.quiet(id);
    const { at, isNew } = wanted.get(id) ?? { at: "", isNew: false };
    wanted.delete(id);
    const task = known(id);
    // Times of one server, all in the same form. What is neither known nor new was deleted since.
    if (task === undefined ? !isNew && store.state.load.status === "ready" : task.updated_at >= at) return;
    try {
      loading.tell(id, await api.task(id));
      const list = known(id)?.list ?? null;
      if (list !== null && store.state.lists.every(({ key }) => key !== list)) void loading.lists();
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) loading.tell(id, null);
      // The stream has more to say, or the connection is lost and the list comes with the next.
      else void loading.refresh();
    }
  }

  return {
    /** @param {ServerEvent} event */
    take({ type, data }) {
      if (type === "reset") return void loading.refresh();
      if (!type.startsWith("task.")) return;
      const { task_id: id, occurred_at: at } = JSON.parse(data);
      if (type === "task.deleted") {
        wanted.delete(id);
        if ((known(id)?.updated_at ?? "") <= at) loading.tell(id, null);
        return;
      }
      const asked = wanted.get(id);
      // What came to be here, we know of.
      const isOurs = known(id) !== undefined || store.state.changes.some(({ task }) => task.id === id);
      wanted.set(id, { at, isNew: asked?.isNew || (!isOurs && ["task.created", "task.restored"].includes(type)) });
      if (wanted.size > MANY) {
        wanted.clear();
        return void loading.refresh();
      }
      if (asked === undefined) void pool(() => look(id));
    },
  };
}
