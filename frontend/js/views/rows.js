/**
 * A list of task rows that is kept in step with the state: rows live as long as their tasks, so that
 * focus, selection and scrolling stay where they are.
 */
import { clone, movementWanted, ref, setText } from "../dom.js";
import { dueWords } from "../selectors.js";

/** @typedef {import("../selectors.js").Row} Row */

/**
 * @typedef {object} RowHandlers
 * @property {(id: string) => void} toggle
 * @property {(id: string) => void} remove
 * @property {(key: string) => void} retry
 * @property {(key: string) => void} drop
 * @property {(key: string, title: string) => void} edit take the text of a task that wasn't added back into the field
 */

/** @typedef {ReturnType<typeof makeRow>} RowView */

/** At most this many more rows at a time: a list of thousands opens as fast as one of ten. */
const STEP = 200;

/**
 * @param {HTMLUListElement} list
 * @param {HTMLButtonElement} more
 * @param {RowHandlers} handlers
 */
export function makeRows(list, more, handlers) {
  /** @type {Map<string, RowView>} */
  let views = new Map();
  /** @type {Row[]} */
  let rows = [];
  let limit = STEP;

  /** @param {Row[]} next */
  function render(next) {
    rows = next;
    /** @type {Map<string, RowView>} */
    const kept = new Map();
    for (const row of rows.slice(0, limit)) {
      const view = views.get(row.task.id) ?? makeRow(row.task.id, handlers);
      view.update(row);
      kept.set(row.task.id, view);
    }
    for (const [id, view] of views) if (!kept.has(id)) view.element.remove();
    let place = list.firstElementChild;
    for (const { element } of kept.values()) {
      if (element === place) place = place.nextElementSibling;
      else list.insertBefore(element, place);
    }
    views = kept;
    const hiddenCount = rows.length - kept.size;
    more.hidden = hiddenCount === 0;
    setText(more, `Show ${Math.min(STEP, hiddenCount)} more of ${hiddenCount}`);
  }

  more.addEventListener("click", () => {
    const first = limit;
    limit += STEP;
    render(rows);
    [...views.values()][first]?.focus();
  });

  return {
    render,
    /** The rows in the order of the page. */
    views: () => [...views.values()],
  };
}

/**
 * @param {string} id
 * @param {RowHandlers} handlers
 */
function makeRow(id, handlers) {
  const view = clone("task-row");
  const element = /** @type {HTMLLIElement} */ (view.firstElementChild);
  const at = {
    tick: ref(view, "tick", HTMLInputElement),
    title: ref(view, "title", HTMLElement),
    facts: ref(view, "facts", HTMLElement),
    reference: ref(view, "reference", HTMLElement),
    remove: ref(view, "remove", HTMLButtonElement),
    fault: ref(view, "fault", HTMLElement),
    faultWords: ref(view, "fault-words", HTMLElement),
    again: ref(view, "again", HTMLButtonElement),
    drop: ref(view, "drop", HTMLButtonElement),
  };
  at.title.id = `title-${id}`;
  at.facts.id = `facts-${id}`;
  at.tick.setAttribute("aria-labelledby", at.title.id);
  at.tick.setAttribute("aria-describedby", at.facts.id);
  element.dataset.id = id;

  /** @type {Row | null} */
  let shown = null;
  at.tick.addEventListener("change", () => handlers.toggle(id));
  at.remove.addEventListener("click", () => handlers.remove(id));
  at.drop.addEventListener("click", () => shown?.fault && handlers.drop(shown.fault.key));
  at.again.addEventListener("click", () => {
    if (!shown?.fault) return;
    if (isRefusedAdd(shown)) handlers.edit(shown.fault.key, shown.task.title);
    else handlers.retry(shown.fault.key);
  });

  /** @param {Row} row */
  function update(row) {
    const { task, saving, fault } = row;
    const unsent = fault?.kind === "add";
    setText(at.title, task.title);
    setText(at.reference, task.reference);
    at.reference.title = task.reference === "" ? "" : `In a terminal: todo done ${task.reference}`;
    at.tick.checked = task.done;
    at.tick.disabled = unsent;
    at.remove.setAttribute("aria-label", `Delete “${task.title}”`);
    at.remove.hidden = unsent;
    element.classList.toggle("is-done", task.done);
    element.classList.toggle("is-saving", saving);
    element.classList.toggle("is-unsent", unsent);
    showFacts(at.facts, task);
    at.fault.hidden = fault === null;
    setText(at.faultWords, fault === null ? "" : `${what(fault)} ${fault.message}`);
    setText(at.again, isRefusedAdd(row) ? "Edit" : "Try again");
    setText(at.drop, unsent ? "Discard" : "Leave it");
    shown = row;
  }

  return {
    id,
    element,
    update,
    /** @param {FocusOptions} [options] */
    focus(options) {
      (at.tick.disabled ? at.again : at.tick).focus(options);
    },
  };
}

/** @param {Row} row */
const isRefusedAdd = ({ fault }) => fault?.kind === "add" && !fault.retryable;

/** @param {import("../store.js").Change} change */
function what({ kind, done }) {
  if (kind === "add") return "Not added.";
  if (kind === "delete") return "Not deleted.";
  return done ? "Not marked as done." : "Not opened again.";
}

/**
 * @param {HTMLElement} place
 * @param {import("../api.js").Task} task
 */
function showFacts(place, task) {
  /** @type {[string, string][]} */
  const facts = [];
  if (task.priority > 0) facts.push([["", "Low", "Medium", "High"][task.priority] ?? "", `priority-${task.priority}`]);
  if (task.due_on !== null) {
    const { text, kind } = dueWords(task.due_on, new Date());
    facts.push([text, task.done ? "due" : kind]);
  }
  for (const tag of task.tags) facts.push([`@${tag}`, "tag"]);
  const spelled = JSON.stringify(facts);
  if (place.dataset.facts === spelled) return;
  place.dataset.facts = spelled;
  place.hidden = facts.length === 0;
  place.replaceChildren(
    ...facts.map(([text, kind]) => {
      const chip = document.createElement("span");
      chip.className = `fact ${kind}`;
      chip.textContent = text;
      return chip;
    }),
  );
}

/**
 * Makes a change of the page and lets the rows that it moves glide to their new places.
 * @param {HTMLElement} board
 * @param {() => void} change
 */
export function glide(board, change) {
  if (!movementWanted()) return change();
  const rowsInSight = () => [...board.querySelectorAll(".task")].slice(0, STEP);
  /** @type {Map<Element, number>} */
  const before = new Map(rowsInSight().map((row) => [row, row.getBoundingClientRect().top]));
  change();
  for (const row of rowsInSight()) {
    const { top, bottom } = row.getBoundingClientRect();
    const old = before.get(row);
    if (bottom < 0 || top > innerHeight || old === top) continue;
    if (old === undefined) {
      if (before.size > 0) row.animate({ opacity: [0, 1] }, { duration: 160, easing: "ease-out" });
    } else {
      const path = { transform: [`translateY(${old - top}px)`, "none"] };
      row.animate(path, { duration: 200, easing: "cubic-bezier(.2, .7, .2, 1)" });
    }
  }
}
