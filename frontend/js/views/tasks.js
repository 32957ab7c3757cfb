/**
 * The page of tasks: shows the state, turns what people do into actions, and keeps the focus where
 * their eyes are. Must not know requests or the session.
 */
import { clone, ref, setFault, setText } from "../dom.js";
import { listen } from "../keys.js";
import { titleFault } from "../limits.js";
import { board, matcher } from "../selectors.js";
import { makeNotice } from "./notice.js";
import { glide, makeRows } from "./rows.js";
import { showShortcuts } from "./shortcuts.js";

/** @typedef {import("../store.js").State} State */

/** The parts of the state that the lists show. */
const boardParts = /** @type {const} */ (["tasks", "changes", "filter", "load"]);

/**
 * @param {HTMLElement} root
 * @param {object} options
 * @param {import("../store.js").Store} options.store
 * @param {import("../actions.js").Actions} options.actions
 * @param {string} options.email whose tasks these are
 * @param {() => void} options.onLogout
 */
export function mountTasks(root, { store, actions, email, onLogout }) {
  const view = clone("tasks-view");
  const at = {
    main: ref(view, "main", HTMLElement),
    heading: ref(view, "heading", HTMLElement),
    add: ref(view, "add", HTMLFormElement),
    title: ref(view, "title", HTMLInputElement),
    titleFault: ref(view, "title-fault", HTMLElement),
    said: ref(view, "said", HTMLElement),
    loadFault: ref(view, "load-fault", HTMLElement),
    loadWords: ref(view, "load-words", HTMLElement),
    skeleton: ref(view, "skeleton", HTMLElement),
    board: ref(view, "board", HTMLElement),
    openHeading: ref(view, "open-heading", HTMLElement),
    openCount: ref(view, "open-count", HTMLElement),
    search: ref(view, "search", HTMLElement),
    filter: ref(view, "filter", HTMLInputElement),
    empty: ref(view, "empty", HTMLElement),
    emptyTitle: ref(view, "empty-title", HTMLElement),
    emptyWords: ref(view, "empty-words", HTMLElement),
    emptyTerminal: ref(view, "empty-terminal", HTMLElement),
    clearFilter: ref(view, "clear-filter", HTMLButtonElement),
    done: ref(view, "done-section", HTMLDetailsElement),
    doneSummary: ref(view, "done-summary", HTMLElement),
    doneCount: ref(view, "done-count", HTMLElement),
  };
  ref(view, "mark", HTMLElement).append(clone("mark"));
  ref(view, "email", HTMLElement).textContent = email;

  /** @type {import("./rows.js").RowHandlers} */
  const handlers = {
    toggle: actions.toggle,
    remove: actions.remove,
    retry: actions.retry,
    drop: actions.drop,
    edit(key, title) {
      actions.drop(key);
      at.title.value = title;
      store.dispatch({ type: "drafted", text: title });
      at.title.focus();
    },
  };
  const open = makeRows(ref(view, "open", HTMLUListElement), ref(view, "open-more", HTMLButtonElement), handlers);
  const done = makeRows(ref(view, "done", HTMLUListElement), ref(view, "done-more", HTMLButtonElement), handlers);
  const notice = makeNotice(view, { undo, close: () => store.dispatch({ type: "noticed", notice: null }) });

  // Showing the state

  /** @type {State | null} */
  let shown = null;

  /** @param {State} state */
  function render(state) {
    const last = shown;
    shown = state;
    if (state.load !== last?.load) renderLoad(state);
    if (last === null || boardParts.some((part) => state[part] !== last[part])) {
      keepingFocus(() => glide(at.board, () => renderBoard(state)));
    }
    notice.render(state.notice);
  }

  /** @param {State} state */
  function renderLoad({ load, tasks }) {
    const waiting = (load.status === "idle" || load.status === "loading") && !load.everLoaded;
    at.main.setAttribute("aria-busy", String(waiting));
    at.skeleton.hidden = !waiting || tasks.length > 0;
    at.loadFault.hidden = load.status !== "failed";
    const words = load.everLoaded ? `This list may be out of date. ${load.message}` : load.message;
    setText(at.loadWords, load.status === "failed" ? words : "");
  }

  /** @param {State} state */
  function renderBoard(state) {
    const seen = board(state);
    const total = seen.openCount + seen.doneCount;
    at.board.hidden = !state.load.everLoaded && total === 0;
    setText(at.openCount, seen.openCount > 0 ? String(seen.openCount) : "");
    setText(at.doneCount, String(seen.doneCount));
    at.search.hidden = total === 0;
    at.done.hidden = seen.done.length === 0;
    if (at.filter.value !== state.filter) at.filter.value = state.filter;
    open.render(seen.open);
    // Rows that can't be seen needn't exist.
    if (at.done.open) done.render(seen.done);
    renderEmpty(state, seen);
    document.title = seen.openCount > 0 ? `(${seen.openCount}) todo` : "todo";
  }

  /**
   * @param {State} state
   * @param {ReturnType<typeof board>} seen
   */
  function renderEmpty({ filter }, { open, done, openCount, doneCount }) {
    at.empty.hidden = open.length > 0;
    if (open.length > 0) return;
    const filtered = openCount > 0 || (filter.trim() !== "" && doneCount > 0);
    at.emptyTerminal.hidden = filtered || doneCount > 0;
    at.clearFilter.hidden = !filtered;
    if (filtered) {
      setText(at.emptyTitle, `Nothing to do matches “${filter.trim()}”`);
      const below = done.length > 0;
      setText(at.emptyWords, below ? "Something that is done does: see below." : "It looks in titles, numbers and tags.");
    } else if (doneCount > 0) {
      setText(at.emptyTitle, "All done");
      setText(at.emptyWords, "Enjoy it, or write down the next thing.");
    } else {
      setText(at.emptyTitle, "Nothing to do yet");
      setText(at.emptyWords, "Write a task above and press Enter. Tick it off when it is done.");
    }
  }

  // Focus: it stays on its task; when that goes, it moves on to the next one.

  const focusedRow = () => {
    const element = document.activeElement?.closest(".task");
    return element ? [...open.views(), ...done.views()].find((row) => row.element === element) ?? null : null;
  };

  /** @param {() => void} change */
  function keepingFocus(change) {
    const row = focusedRow();
    const active = document.activeElement;
    const section = row !== null && open.views().includes(row) ? open : done;
    const place = row === null ? -1 : section.views().indexOf(row);
    change();
    if (row === null || !(active instanceof HTMLElement)) return;
    const rows = section.views();
    if (rows.includes(row)) {
      if (document.activeElement === active) return;
      active.focus({ preventScroll: true });
      if (document.activeElement !== active) row.focus({ preventScroll: true });
      return;
    }
    const next = rows[Math.min(place, rows.length - 1)];
    if (next) next.focus();
    else (section === open ? at.openHeading : at.doneSummary).focus();
  }

  const reachableRows = () => [...open.views(), ...(at.done.open && !at.done.hidden ? done.views() : [])];

  /** @param {number} step */
  function move(step) {
    const rows = reachableRows();
    const current = focusedRow();
    const place = current === null ? (step > 0 ? 0 : rows.length - 1) : rows.indexOf(current) + step;
    rows[place]?.focus();
  }

  // What people do

  /** @param {SubmitEvent} event */
  function add(event) {
    event.preventDefault();
    const title = at.title.value;
    const fault = titleFault(title);
    setFault(at.title, at.titleFault, fault);
    at.title.focus();
    if (fault !== null) return;
    at.title.value = "";
    store.dispatch({ type: "drafted", text: "" });
    void actions.add(title);
    setText(at.said, `Added: ${title.trim()}`);
    const added = store.state.changes[store.state.changes.length - 1]?.task;
    // What was just written must be seen.
    if (added !== undefined && !matcher(store.state.filter)(added)) store.dispatch({ type: "filtered", text: "" });
    open.views()[0]?.element.scrollIntoView({ block: "nearest" });
  }

  function undo() {
    const id = store.state.notice?.undo?.task.id;
    if (id === undefined) return;
    const keep = focusedRow() === null && !notice.hasFocus();
    void actions.undo();
    if (keep) return;
    const row = reachableRows().find((each) => each.id === id);
    if (row) row.focus();
    else at.openHeading.focus();
  }

  /** @param {string} text */
  function filter(text) {
    store.dispatch({ type: "filtered", text });
  }

  at.add.addEventListener("submit", add);
  at.title.addEventListener("input", () => {
    setFault(at.title, at.titleFault, null);
    store.dispatch({ type: "drafted", text: at.title.value });
  });
  at.filter.addEventListener("input", () => filter(at.filter.value));
  at.filter.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing) return;
    event.preventDefault();
    if (at.filter.value === "") at.filter.blur();
    else filter("");
  });
  at.filter.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.isComposing) open.views()[0]?.focus();
  });
  at.title.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.isComposing) at.title.blur();
  });
  at.clearFilter.addEventListener("click", () => {
    filter("");
    at.filter.focus();
  });
  at.done.addEventListener("toggle", () => {
    if (at.done.open) done.render(board(store.state).done);
  });
  ref(view, "reload", HTMLButtonElement).addEventListener("click", () => actions.refresh());
  ref(view, "logout", HTMLButtonElement).addEventListener("click", onLogout);

  const inRow = () => focusedRow() !== null;
  /** @type {import("../keys.js").Shortcut[]} */
  const shortcuts = [
    { keys: ["a"], words: "Add a task", run: () => at.title.focus() },
    { keys: ["j"], words: "To the next task", run: () => move(1) },
    { keys: ["k"], words: "To the task before", run: () => move(-1) },
    { keys: ["ArrowDown", "ArrowUp"], words: "The same, in the list" },
    { keys: [" "], words: "Mark the task as done, or open it again" },
    { keys: ["g"], words: "To the first task", run: () => reachableRows()[0]?.focus() },
    { keys: ["G"], words: "To the last task", run: () => reachableRows().pop()?.focus() },
    { keys: ["x", "Delete"], words: "Delete the task", when: inRow, run: () => actions.remove(focusedRow()?.id ?? "") },
    { keys: ["u"], words: "Undo what was done last", run: undo },
    { keys: ["/"], words: "Filter the tasks", when: () => !at.search.hidden, run: () => at.filter.select() },
    { keys: ["r"], words: "Ask for the list again", run: () => actions.refresh() },
    { keys: ["Escape"], words: "Leave the field" },
    { keys: ["?"], words: "Show these shortcuts", run: help },
  ];
  const arrows = [
    { keys: ["ArrowDown"], words: "", when: inRow, run: () => move(1) },
    { keys: ["ArrowUp"], words: "", when: inRow, run: () => move(-1) },
  ];
  function help() {
    showShortcuts(shortcuts);
  }
  ref(view, "help", HTMLButtonElement).addEventListener("click", help);

  root.replaceChildren(view);
  at.title.value = store.state.draft;
  render(store.state);
  const stopListening = listen([...arrows, ...shortcuts]);
  const unsubscribe = store.subscribe(render);

  return {
    /** To be called after a login: whoever can't see the page hears where they are. */
    focus: () => at.heading.focus(),
    unmount() {
      unsubscribe();
      stopListening();
      notice.unmount();
      document.querySelector("dialog[open]")?.remove();
    },
  };
}
