/**
 * The page of someone who is logged in: shows the state, turns what people do into actions. Must not know requests or
 * the session.
 */
import { localDay } from "../dates.js";
import { difference } from "../clash.js";
import { clone, ref, setText } from "../dom.js";
import { listen } from "../keys.js";
import { later, whenIdle } from "../later.js";
import { home, placeName, showsTasks } from "../place.js";
import { prepareSearch } from "../search.js";
import { board as boardOf, visibleTask } from "../selectors.js";
import { brief } from "../words.js";
import { shortcutsOf } from "./commands.js";
import { makeAddBar } from "./addbar.js";
import { makeBoard } from "./board.js";
import { makeBulkBar } from "./bulk.js";
import { makeMarks } from "./marks.js";
import { makeNotice } from "./notice.js";
import { makeOther } from "./other.js";
import { isRefusedAdd } from "./row.js";
import { makeSidebar } from "./sidebar.js";
import { makeStatus } from "./status.js";
import { makeToolbar } from "./toolbar.js";

/** @param {Place} place */
const hasBoard = (place) => showsTasks(place) && place.view !== "deleted";

/** The parts of the state that the lists show. */
const boardParts = /** @type {const} */ (["tasks", "changes", "place", "load", "editing", "marked"]);

/**
 * @param {HTMLElement} root
 * @param {object} options
 * @param {Workspace} options.workspace
 * @param {string} options.email whose tasks these are
 * @param {(place: Place) => void} options.go
 * @param {() => void} options.onLogout
 * @param {() => void} options.onDeleted the account is gone
 */
export function mountTasks(root, { workspace, email, go, onLogout, onDeleted }) {
  const { store, actions, changes, loading, api } = workspace;
  const view = clone("tasks-view");
  const at = {
    heading: ref(view, "heading", HTMLElement),
    said: ref(view, "said", HTMLElement),
    add: ref(view, "add", HTMLElement),
    tasksPart: ref(view, "tasks-part", HTMLElement),
    toolbar: ref(view, "toolbar", HTMLElement),
    choose: ref(view, "choose", HTMLButtonElement),
    other: ref(view, "other", HTMLElement),
    board: ref(view, "board", HTMLElement),
  };
  for (const each of view.querySelectorAll('[data-ref="mark-logo"]')) each.append(clone("mark"));
  ref(view, "email", HTMLElement).textContent = email;
  const today = () => localDay(Date.now());
  const state = () => store.state;
  /** @param {Partial<Place>} news */
  const narrow = (news) => go({ ...state().place, ...news });

  // What people do with tasks

  /** The marked tasks, else the one that has the focus. */
  const subjects = () => (state().marked.size > 0 ? [...state().marked] : [board.focusedID() ?? ""].filter(Boolean));

  // What isn't wanted at once is loaded when it is, and then kept.
  const questions = later(async () => {
    const { makeQuestions } = await import("./questions.js");
    return makeQuestions({ store, actions, changes, loading, api, today, subjects, go });
  });
  /** @type {typeof import("./editor.js") | null} */
  let editors = null;
  const loadEditor = async () => void (editors = await import("./editor.js"));

  /** @param {"due" | "priority" | "tags" | "list"} what */
  const ask = async (what) => (await questions())[what]();
  /** @param {string | null} key */
  const aboutList = async (key) => (await questions()).aboutList(key);

  /**
   * @param {string} id
   * @param {string} [field]
   */
  async function edit(id, field = "title") {
    if (marks.isOn()) return marks.mark(id, false);
    await loadEditor();
    const task = visibleTask(state(), id);
    if (task === undefined || editors === null) return;
    if (state().editing?.dirty) closeEditor();
    store.dispatch({ type: "editing", editing: { base: task, values: editors.valuesOf(task), dirty: false, focus: field } });
  }

  /** Closes the editor; what was typed in it can be had back. */
  function closeEditor() {
    const { editing } = state();
    if (editing === null) return;
    store.dispatch({ type: "editing", editing: null });
    if (editing.dirty) {
      store.dispatch({ type: "noticed", notice: { text: `Not saved: “${brief(editing.base.title)}”.`, tone: "info", editing } });
    }
    board.focus(editing.base.id);
  }

  /** @param {string[]} ids */
  function done(ids) {
    const had = state().marked.size > 0;
    if (had) marks.choose(false);
    void actions.toggle(ids);
  }

  /** @param {string[]} ids */
  function remove(ids) {
    if (state().marked.size > 0) marks.choose(false);
    void actions.remove(ids);
  }

  /** Takes back what the notice speaks of, else what was done last. */
  function undo() {
    const { notice } = state();
    if (notice?.again) {
      store.dispatch({ type: "noticed", notice: null });
      return void changes.make([notice.again]);
    }
    if (notice?.editing) {
      return store.dispatch({ type: "noticed", notice: null }, { type: "editing", editing: { ...notice.editing } });
    }
    const hadFocus = board.focusedID() !== null || noticeBar.hasFocus();
    const undone = actions.undo(notice?.act);
    if (undone === null) return actions.notice("There is nothing to undo.");
    if (hadFocus && !(undone.ids.length === 1 && board.focus(undone.ids[0]))) board.focusHeading();
  }

  /** @type {RowHandlers} */
  const handlers = {
    edit,
    mark: (id, through) => marks.mark(id, through),
    toggle: (id) => done([id]),
    remove: (id) => remove([id]),
    drop: changes.drop,
    showTag: (tag) => narrow({ tag }),
    again(change) {
      if (change.status === "clashed") return void questions().then(({ compare }) => compare(change.key));
      if (!isRefusedAdd(change)) return void changes.retry(change.key);
      // What was refused is written once more.
      changes.drop(change.key);
      draft(change.task.title);
      addBar.set(change.task.title);
      addBar.focus();
    },
    makeEditor: (editing) => /** @type {NonNullable<typeof editors>} */ (editors).makeEditor(editing, {
      lists: () => state().lists,
      typed(values) {
        const { editing: now } = state();
        if (now === null || editors === null) return;
        const dirty = JSON.stringify(values) !== JSON.stringify(editors.valuesOf(now.base));
        store.dispatch({ type: "editing", editing: { ...now, values, dirty } });
      },
      save(wanted) {
        const { editing: now } = state();
        if (now === null) return;
        store.dispatch({ type: "editing", editing: null });
        const patch = difference(now.base, wanted);
        if (patch !== null) void actions.edit(now.base, patch);
        if (!board.focus(now.base.id)) board.focusHeading();
      },
      cancel: closeEditor,
    }),
  };

  /** @param {string} text */
  const draft = (text) => store.dispatch({ type: "drafted", text });

  const addBar = makeAddBar(view, {
    state, today, onDraft: draft,
    onAdd(wanted) {
      const { task } = actions.add(wanted);
      setText(at.said, `Added: ${task.title}`);
      // What was just written must be seen.
      const isSeen = () => boardOf(state(), today()).open.some((row) => row.task.id === task.id);
      if (!isSeen()) go({ ...home, list: state().place.list === null ? null : task.list ?? "inbox" });
    },
  });
  const board = makeBoard(view, { handlers, state, today, onShowAll: () => go({ ...home, list: state().place.list }) });
  const marks = makeMarks(at.choose, { store, ids: board.ids, onTurn: () => renderBulk(state()) });
  const toolbar = makeToolbar(view, { place: () => state().place, go: narrow, onEnter: board.first, onSearch: () => prepareSearch(state().tasks) });
  const sidebar = makeSidebar(view, { go, onList: aboutList });
  const noticeBar = makeNotice(view, { undo, close: () => store.dispatch({ type: "noticed", notice: null }) });
  const status = makeStatus(view, { onReload: () => void loading.refresh() });
  const bulk = makeBulkBar(view, (deed) => {
    const ids = subjects();
    if (deed === "all") return marks.markAll();
    if (deed === "none") {
      marks.choose(false);
      return at.choose.focus();
    }
    if (deed === "toggle") done(ids);
    else if (deed === "remove") remove(ids);
    else void ask(deed);
  });

  // Showing the state

  /** @type {State | null} */
  let shown = null;
  const other = makeOther(at.other, { workspace, email, today, onDeleted });
  let day = today();

  /** @param {State} next */
  function render(next) {
    const last = shown;
    shown = next;
    status.render(next);
    const isElsewhere = next.place.view !== last?.place.view || next.place.list !== last.place.list || next.place.tag !== last.place.tag;
    if (next.place !== last?.place || next.lists !== last.lists) renderPlace(next, isElsewhere && last !== null);
    if (last === null || boardParts.some((part) => next[part] !== last[part])) renderTasks(next, last);
    if (next.marked !== last?.marked || next.place !== last.place) renderBulk(next);
    other.render(next, !hasBoard(next.place));
    noticeBar.render(next.notice);
    if (next.changes !== last?.changes && next.changes.some(({ status: now }) => now === "clashed")) {
      void questions().then(({ clashed }) => clashed(state().changes));
    }
  }

  /**
   * @param {State} next
   * @param {State | null} last
   */
  function renderTasks(next, last) {
    if (hasBoard(next.place)) board.render(next);
    if (next.tasks !== last?.tasks || next.changes !== last.changes || next.place !== last.place) sidebar.render(next, today());
    const open = boardOf(next, today()).openCount;
    const name = placeName(next.place, next.lists);
    const isHome = next.place.view === "all" && next.place.list === null && next.place.tag === null;
    document.title = `${open > 0 && showsTasks(next.place) ? `(${open}) ` : ""}${isHome ? "" : `${name} · `}todo`;
  }

  /**
   * @param {State} next
   * @param {boolean} isElsewhere
   */
  function renderPlace(next, isElsewhere) {
    const { view: name } = next.place;
    setText(at.heading, placeName(next.place, next.lists));
    at.add.hidden = at.tasksPart.hidden = !hasBoard(next.place);
    at.board.classList.toggle("is-list", next.place.list !== null);
    at.toolbar.hidden = !showsTasks(next.place);
    at.toolbar.classList.toggle("is-short", name === "deleted");
    toolbar.render(next.place);
    sidebar.render(next, today());
    addBar.set(next.draft);
    if (!isElsewhere) return;
    // A new place begins at its beginning, for eyes and for ears.
    scrollTo(0, 0);
    at.heading.focus({ preventScroll: true });
  }

  /** @param {State} next */
  function renderBulk({ marked, place }) {
    const isOn = marks.isOn() && hasBoard(place);
    at.board.classList.toggle("is-choosing", isOn);
    bulk.render(marked.size, isOn);
    if (!isOn && bulk.hasFocus()) at.heading.focus();
  }

  async function help() {
    const { showShortcuts } = await import("./shortcuts.js");
    void showShortcuts(commands.filter(({ words }) => words !== ""));
  }
  ref(view, "help", HTMLButtonElement).addEventListener("click", help);
  ref(view, "new-list", HTMLButtonElement).addEventListener("click", () => {
    sidebar.close();
    void aboutList(null);
  });
  ref(view, "logout", HTMLButtonElement).addEventListener("click", onLogout);

  root.replaceChildren(view);
  let unsubscribe = () => {};
  const begin = () => {
    render(state());
    unsubscribe = store.subscribe(render);
  };
  // An editor that an ended session has closed is opened again.
  if (state().editing === null) begin();
  else void loadEditor().then(begin);
  const commands = shortcutsOf({
    board, toolbar, addBar, state, narrow, undo, edit, mark: marks.mark, markAll: marks.markAll, done, remove, subjects, ask,
    leave: () => marks.choose(false), refresh: () => void workspace.refresh(), help, say: actions.notice,
  });
  const stopListening = listen(commands);
  // What may be wanted while there is no connection, once there is nothing more important to do.
  const waiting = whenIdle(() => Promise.all([
    addBar.prepare(), loadEditor(), questions(), import("./ask.js"), import("./compare.js"), import("./shortcuts.js"),
  ]));
  // At midnight, what was due tomorrow is due today.
  const clock = setInterval(() => {
    if (day === today()) return;
    day = today();
    store.dispatch({ type: "loaded", tasks: [...state().tasks], complete: true });
  }, 60_000);

  return {
    /** To be called after a login: whoever can't see the page hears where they are. */
    focus: () => at.heading.focus(),
    unmount() {
      clearInterval(clock);
      waiting.cancel();
      unsubscribe();
      stopListening();
      noticeBar.unmount();
      board.unmount();
      other.leave();
      document.querySelector("dialog")?.close();
    },
  };
}
