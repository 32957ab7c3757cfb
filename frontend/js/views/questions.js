/**
 * What has to be asked before something is done, each in a dialog that is loaded when it is wanted.
 */
import { home } from "../place.js";
import { asApiError } from "../problem.js";
import { visibleTask } from "../selectors.js";
import { brief, counted, priorityNames } from "../words.js";

/**
 * @param {object} options
 * @param {Store} options.store
 * @param {Actions} options.actions
 * @param {Changes} options.changes
 * @param {Loading} options.loading
 * @param {Api} options.api
 * @param {() => string} options.today
 * @param {() => string[]} options.subjects the ids of the tasks that are meant
 * @param {(place: Place) => void} options.go
 */
export function makeQuestions({ store, actions, changes, loading, api, today, subjects, go }) {
  /** The clashes that were asked about; who wants to decide later isn't asked again by itself. */
  const asked = new Set();
  const load = () => import("./ask.js");

  function meant() {
    const ids = subjects();
    const only = ids.length === 1 ? visibleTask(store.state, ids[0]) : undefined;
    return { ids, only, name: only ? `“${brief(only.title)}”` : counted(ids.length, "task") };
  }

  /** @param {string} key */
  async function compare(key) {
    const change = store.state.changes.find((each) => each.key === key);
    if (change === undefined) return;
    const choice = await (await import("./compare.js")).compare(change, today());
    if (choice !== null) await changes.decide(key, choice);
  }

  return {
    compare,

    /**
     * Asks about what clashes, once by itself.
     * @param {Change[]} all
     */
    async clashed(all) {
      const next = all.find(({ key, status }) => status === "clashed" && !asked.has(key));
      if (next === undefined || document.querySelector("dialog[open]") !== null) return;
      asked.add(next.key);
      await compare(next.key);
    },

    async due() {
      const { ids, only, name } = meant();
      if (ids.length === 0) return;
      const answer = await (await load()).askDue(name, today(), only?.due_on ?? null);
      if (answer) await actions.patchAll(ids, answer.value === null ? "Without a day" : `Due ${answer.value}`, () => ({ due_on: answer.value }), { guarded: true });
    },

    async priority() {
      const { ids, name } = meant();
      if (ids.length === 0) return;
      const answer = await (await load()).askPriority(name);
      if (answer) await actions.patchAll(ids, `Priority ${priorityNames[answer.value].toLowerCase()}`, () => ({ priority: answer.value }), { guarded: true });
    },

    async tags() {
      const { ids, only, name } = meant();
      if (ids.length === 0) return;
      const answer = await (await load()).askTags(name, only?.tags ?? null);
      if (!answer) return;
      const { value } = answer;
      await actions.patchAll(ids, "Tags changed", ({ tags }) => ({
        tags: "set" in value ? value.set : [...new Set([...tags.filter((tag) => !value.remove.includes(tag)), ...value.add])],
      }), { guarded: true });
    },

    async list() {
      const { ids, name } = meant();
      if (ids.length === 0) return;
      const answer = await (await load()).askList(name, store.state.lists);
      if (answer) await actions.patchAll(ids, `Moved to ${answer.value ?? "the inbox"}`, () => ({ list: answer.value }), { guarded: true });
    },

    /**
     * Asks for a new list (null), or about one.
     * @param {string | null} key
     */
    async aboutList(key) {
      try {
        const list = store.state.lists.find((each) => each.key === key) ?? null;
        const result = await (await import("./lists.js")).editList({ api, list: key === null ? null : list });
        if (result === null) return;
        await loading.lists();
        // Another key is in all references, and a deleted list's tasks are elsewhere.
        if (key !== null) await loading.refresh();
        const wasHere = key === null || store.state.place.list === key;
        if (wasHere) go(result.did === "saved" ? { ...home, list: result.key } : home);
      } catch (error) {
        actions.notice(asApiError(error).message, "error");
      }
    },
  };
}
