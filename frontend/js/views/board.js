/**
 * The tasks of a place, in two lists: to do and done. Keeps the focus where the eyes are.
 */
import { ref, setText } from "../dom.js";
import { isFiltered } from "../place.js";
import { board } from "../selectors.js";
import { glide } from "./glide.js";
import { makeRow } from "./row.js";
import { emptyWords } from "./empty.js";
import { makeVirtualList } from "./virtual.js";

/**
 * @param {ParentNode} view
 * @param {object} options
 * @param {RowHandlers} options.handlers
 * @param {() => State} options.state
 * @param {() => string} options.today
 * @param {() => void} options.onShowAll
 */
export function makeBoard(view, { handlers, state, today, onShowAll }) {
  const at = {
    board: ref(view, "board", HTMLElement),
    openSection: ref(view, "open-section", HTMLElement),
    openHeading: ref(view, "open-heading", HTMLElement),
    openCount: ref(view, "open-count", HTMLElement),
    empty: ref(view, "empty", HTMLElement),
    emptyTitle: ref(view, "empty-title", HTMLElement),
    emptyWords: ref(view, "empty-words", HTMLElement),
    emptyTerminal: ref(view, "empty-terminal", HTMLElement),
    showAll: ref(view, "show-all", HTMLButtonElement),
    done: ref(view, "done-section", HTMLDetailsElement),
    doneSummary: ref(view, "done-summary", HTMLElement),
    doneCount: ref(view, "done-count", HTMLElement),
  };
  const options = {
    idOf: (/** @type {RowItem} */ item) => item.row.task.id,
    make: (/** @type {string} */ id) => makeRow(id, handlers),
  };
  const open = makeVirtualList(ref(view, "open", HTMLUListElement), options);
  const done = makeVirtualList(ref(view, "done", HTMLUListElement), options);
  /** @type {State | null} */
  let shown = null;
  /** Whose turn it is, also while its row is out of sight. */
  let current = "";

  /**
   * @param {State} next
   * @param {Row[]} rows
   * @returns {RowItem[]}
   */
  const itemsOf = ({ marked, editing }, rows) =>
    rows.map((row) => ({ row, marked: marked.has(row.task.id), editing: editing?.base.id === row.task.id ? editing : null }));

  /** @param {State} next */
  function render(next) {
    const last = shown;
    shown = next;
    const show = () => renderNow(next, last);
    const moved = last !== null && last.place === next.place && last.load.everLoaded;
    keepingFocus(() => (moved ? glide(at.board, show) : show()));
  }

  /**
   * @param {State} next
   * @param {State | null} last
   */
  function renderNow(next, last) {
    const seen = board(next, today());
    const { view: name } = next.place;
    // Asked for by its name, it is seen; in other places one's own choice stays.
    if (name !== last?.place.view) at.done.open = name === "done";
    at.board.hidden = !next.load.everLoaded && seen.total === 0;
    at.openSection.hidden = name === "done" && seen.done.length > 0;
    at.done.hidden = seen.done.length === 0;
    setText(at.openCount, seen.open.length > 0 ? seen.open.length.toLocaleString("en") : "");
    setText(at.doneCount, seen.done.length.toLocaleString("en"));
    open.render(itemsOf(next, seen.open));
    // Rows that can't be seen needn't exist.
    if (at.done.open) done.render(itemsOf(next, seen.done));
    renderEmpty(next, seen);
  }

  /**
   * @param {State} next
   * @param {ReturnType<typeof board>} seen
   */
  function renderEmpty(next, seen) {
    at.empty.hidden = seen.open.length > 0;
    if (seen.open.length > 0) return;
    const { title, words, teach } = emptyWords(next.place, seen);
    setText(at.emptyTitle, title);
    setText(at.emptyWords, words);
    at.emptyTerminal.hidden = !teach;
    at.showAll.hidden = !isFiltered(next.place);
  }

  const rows = () => [...open.views(), ...(at.done.open ? done.views() : [])];
  /** @returns {TaskRow | null} */
  function focused() {
    const element = document.activeElement?.closest(".task");
    return element ? rows().find((row) => row.element === element) ?? null : null;
  }

  // It stays on its task; when that goes, it moves on to the next one.
  /** @param {() => void} change */
  function keepingFocus(change) {
    const row = focused();
    const active = document.activeElement;
    const section = row !== null && open.views().includes(row) ? open : done;
    const place = row === null ? -1 : section.ids().indexOf(row.id);
    change();
    if (row === null || !(active instanceof HTMLElement)) return;
    if (section.views().includes(row)) {
      if (row.element.contains(document.activeElement)) return;
      if (active.isConnected) active.focus({ preventScroll: true });
      if (document.activeElement !== active) row.focus({ preventScroll: true });
      return;
    }
    const ids = section.ids();
    const next = ids[Math.min(place, ids.length - 1)];
    if (next !== undefined) focus(next);
    else (section === open ? at.openHeading : at.doneSummary).focus();
  }

  const ids = () => [...open.ids(), ...(at.done.open && !at.done.hidden ? done.ids() : [])];

  /**
   * @param {string} id
   * @returns {boolean} whether it is there
   */
  function focus(id) {
    const row = open.reach(id) ?? (at.done.open ? done.reach(id) : null);
    row?.focus();
    return row !== null;
  }

  at.board.addEventListener("focusin", () => {
    current = focused()?.id ?? current;
  });
  at.done.addEventListener("toggle", () => {
    if (at.done.open && shown !== null) done.render(itemsOf(shown, board(state(), today()).done));
  });
  at.showAll.addEventListener("click", onShowAll);

  return {
    render,
    ids,
    focus,
    /** The id of the task that has the focus; null when none has. */
    focusedID: () => focused()?.id ?? null,
    focusHeading: () => (at.openSection.hidden ? at.doneSummary : at.openHeading).focus(),
    /** @param {number} step */
    move(step) {
      const all = ids();
      const place = all.indexOf(focused()?.id ?? current);
      const next = place < 0 ? (step > 0 ? 0 : all.length - 1) : Math.max(0, Math.min(all.length - 1, place + step));
      if (all[next] !== undefined) focus(all[next]);
    },
    first: () => void focus(ids()[0] ?? ""),
    last: () => void focus(ids().pop() ?? ""),
    unmount() {
      open.unmount();
      done.unmount();
    },
  };
}
