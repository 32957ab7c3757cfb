/**
 * Which tasks are chosen for what comes next, one by one, a range, or all.
 */

/**
 * @param {HTMLButtonElement} button that begins and ends the choosing
 * @param {object} options
 * @param {Store} options.store
 * @param {() => string[]} options.ids of the tasks that are shown, in their order
 * @param {() => void} options.onTurn the choosing has begun or ended
 */
export function makeMarks(button, { store, ids, onTurn }) {
  let choosing = false;
  let last = "";

  /** @param {boolean} now */
  function choose(now) {
    choosing = now;
    button.setAttribute("aria-pressed", String(now));
    if (!now && store.state.marked.size > 0) store.dispatch({ type: "marked", ids: new Set() });
    onTurn();
  }
  button.addEventListener("click", () => choose(!choosing));

  return {
    choose,
    /** Whether someone chooses, though there may be no mark yet. */
    isOn: () => choosing || store.state.marked.size > 0,

    /**
     * @param {string} id
     * @param {boolean} through with all from the last one marked to this one
     */
    mark(id, through) {
      const all = ids();
      const marked = new Set(store.state.marked);
      const wanted = !marked.has(id);
      const [from, to] = [all.indexOf(last), all.indexOf(id)];
      const range = through && from >= 0 && to >= 0 ? all.slice(Math.min(from, to), Math.max(from, to) + 1) : [id];
      for (const each of range) wanted ? marked.add(each) : marked.delete(each);
      last = id;
      store.dispatch({ type: "marked", ids: marked });
    },

    /** All that are shown, or none where all are. */
    markAll() {
      const all = ids();
      const isAll = all.length > 0 && all.every((id) => store.state.marked.has(id));
      store.dispatch({ type: "marked", ids: new Set(isAll ? [] : all) });
    },
  };
}
