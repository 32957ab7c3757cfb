/**
 * One task as a row of a list: tick, title, what is known of it, and what went wrong with it.
 */
import { dayText, dueWords, localDay } from "../dates.js";
import { clone, el, ref, setText } from "../dom.js";
import { priorityNames } from "../words.js";

/**
 * @param {string} id
 * @param {RowHandlers} handlers
 */
export function makeRow(id, handlers) {
  const view = clone("task-row");
  const element = /** @type {HTMLLIElement} */ (view.firstElementChild);
  const at = {
    mark: ref(view, "mark", HTMLInputElement),
    tick: ref(view, "tick", HTMLInputElement),
    body: ref(view, "body", HTMLElement),
    title: ref(view, "title", HTMLButtonElement),
    facts: ref(view, "facts", HTMLElement),
    reference: ref(view, "reference", HTMLElement),
    remove: ref(view, "remove", HTMLButtonElement),
    fault: ref(view, "fault", HTMLElement),
    faultWords: ref(view, "fault-words", HTMLElement),
    again: ref(view, "again", HTMLButtonElement),
    drop: ref(view, "drop", HTMLButtonElement),
  };
  at.facts.id = `facts-${id}`;
  at.tick.setAttribute("aria-describedby", at.facts.id);

  /** @type {RowItem | null} */
  let shown = null;
  /** @type {ReturnType<typeof import("./editor.js").makeEditor> | null} */
  let editor = null;
  at.tick.addEventListener("change", () => handlers.toggle(id));
  at.mark.addEventListener("click", (event) => handlers.mark(id, event.shiftKey));
  at.title.addEventListener("click", () => handlers.edit(id));
  at.remove.addEventListener("click", () => handlers.remove(id));
  at.drop.addEventListener("click", () => shown?.row.fault && handlers.drop(shown.row.fault.key));
  at.again.addEventListener("click", () => shown?.row.fault && handlers.again(shown.row.fault));
  at.facts.addEventListener("click", (event) => {
    const tag = event.target instanceof HTMLButtonElement ? event.target.dataset.tag : undefined;
    if (tag !== undefined) handlers.showTag(tag);
  });

  /** @param {RowItem} item */
  function update(item) {
    const last = shown;
    shown = item;
    if (item.marked !== last?.marked) {
      at.mark.checked = item.marked;
      element.classList.toggle("is-marked", item.marked);
    }
    updateEditor(item);
    const { task, saving, fault } = item.row;
    if (last !== null && last.row.task === task && last.row.saving === saving && last.row.fault === fault) return;
    const unsent = fault?.kind === "add";
    setText(at.title, task.title);
    setText(at.reference, task.reference);
    at.reference.title = task.reference === "" ? "" : `In a terminal: todo done ${task.reference}`;
    at.mark.setAttribute("aria-label", `Select “${task.title}”`);
    at.tick.setAttribute("aria-label", task.title);
    at.tick.checked = task.done;
    at.tick.disabled = unsent;
    at.title.disabled = unsent;
    at.remove.setAttribute("aria-label", `Delete “${task.title}”`);
    at.remove.hidden = unsent;
    element.classList.toggle("is-done", task.done);
    element.classList.toggle("is-saving", saving);
    element.classList.toggle("is-unsent", unsent);
    showFacts(at.facts, task);
    at.fault.hidden = fault === null;
    setText(at.faultWords, fault === null ? "" : faultWords(fault));
    setText(at.again, fault?.status === "clashed" ? "Compare" : isRefusedAdd(fault) ? "Edit" : "Try again");
    setText(at.drop, unsent ? "Discard" : fault?.status === "clashed" ? "Take theirs" : "Leave it");
  }

  /** @param {RowItem} item */
  function updateEditor({ editing, row }) {
    if (editing === null) {
      if (editor === null) return;
      editor.element.remove();
      editor = null;
      at.body.hidden = false;
    } else {
      if (editor === null) {
        editor = handlers.makeEditor(editing);
        at.body.after(editor.element);
        at.body.hidden = true;
        editor.focus(editing.focus);
        element.scrollIntoView({ block: "nearest" });
      }
      editor.update(row.task);
    }
    element.classList.toggle("is-edited", editing !== null);
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

/** @param {Change | null} fault */
export const isRefusedAdd = (fault) => fault?.kind === "add" && !fault.retryable;

/** @param {Change} change */
function faultWords({ kind, patch, status, message }) {
  if (status === "clashed") return "Somebody else has changed the same. Which version shall it be?";
  const what = () => {
    if (kind === "add") return "Not added.";
    if (kind === "delete") return "Not deleted.";
    if (patch?.done === undefined) return "Not changed.";
    return patch.done ? "Not marked as done." : "Not opened again.";
  };
  return `${what()} ${message}`;
}

/**
 * @param {HTMLElement} place
 * @param {Task} task
 */
function showFacts(place, task) {
  const today = localDay(Date.now());
  /** @type {(Node | string)[]} */
  const facts = [];
  const fact = (/** @type {string} */ kind, /** @type {string} */ text) => facts.push(el("span", { class: `fact ${kind}` }, text));
  if (task.priority > 0) fact(`priority-${task.priority}`, `${"!".repeat(task.priority)} ${priorityNames[task.priority] ?? ""}`);
  if (task.due_on !== null) {
    const { text, kind } = dueWords(task.due_on, today);
    fact(task.done ? "due" : kind, task.done ? `Due ${dayText(task.due_on, today)}` : text);
  }
  if (task.list !== null) fact("list", task.list);
  for (const tag of task.tags) {
    facts.push(el("button", { type: "button", class: "fact tag", "data-tag": tag, title: `Show the tasks with @${tag}` }, `@${tag}`));
  }
  if (task.notes !== "") fact("notes", task.notes.trim().split("\n", 1)[0].slice(0, 120));
  place.hidden = facts.length === 0;
  place.replaceChildren(...facts);
}
