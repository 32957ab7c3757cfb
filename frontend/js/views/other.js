/**
 * What few people open on most days, loaded when they do: deleted tasks, statistics, settings.
 */

/**
 * @param {HTMLElement} root
 * @param {object} options
 * @param {Workspace} options.workspace
 * @param {string} options.email
 * @param {() => string} options.today
 * @param {() => void} options.onDeleted the account is gone
 */
export function makeOther(root, { workspace: { store, api, loading, actions }, email, today, onDeleted }) {
  /** @type {{ render: (state: State) => void, unmount: () => void } | null} */
  let shown = null;
  let name = "";

  function leave() {
    shown?.unmount();
    shown = null;
    name = "";
    root.replaceChildren();
  }

  /** @param {string} wanted */
  async function enter(wanted) {
    leave();
    name = wanted;
    try {
      const mount = await load(wanted);
      // Meanwhile one may have gone elsewhere.
      if (name !== wanted) return;
      shown = mount();
      shown.render(store.state);
    } catch (error) {
      console.error(error);
      actions.notice("This part of the page can’t be loaded. Check your connection, then try again.", "error");
    }
  }

  /**
   * @param {string} wanted
   * @returns {Promise<() => NonNullable<typeof shown>>}
   */
  async function load(wanted) {
    if (wanted === "deleted") {
      void loading.trash();
      const { mountTrash } = await import("./trash.js");
      return () => mountTrash(root, { onRestore: (tasks) => void actions.restore(tasks) });
    }
    if (wanted === "stats") {
      const { mountStats } = await import("./stats.js");
      return () => mountStats(root, { api, tasks: () => store.state.tasks, today });
    }
    const { mountSettings } = await import("./settings.js");
    const exported = () => ({ exported_at: new Date().toISOString(), email, lists: store.state.lists, tasks: store.state.tasks });
    return () => mountSettings(root, { api, email, exported, onDeleted });
  }

  return {
    /**
     * @param {State} state
     * @param {boolean} isWanted whether the place is one of these
     */
    render(state, isWanted) {
      if (!isWanted) return name === "" ? undefined : leave();
      if (state.place.view !== name) return void enter(state.place.view);
      shown?.render(state);
    },
    leave,
  };
}
