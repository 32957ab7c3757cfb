/**
 * The editor of a task, in its row. What is typed is kept in the state with each letter, so that neither a news from the
 * server nor an ended session takes it away.
 */
import { clone, ref, setFault, setText } from "../dom.js";
import { notesFault, tagsFault, tagsOf, titleFault } from "../limits.js";

// The fields, as what is typed in them.
/** @param {Task} task */
export const valuesOf = ({ title, notes, due_on, priority, list, tags }) => ({
  title, notes, due_on: due_on ?? "", priority: String(priority), list: list ?? "", tags: tags.join(" "),
});

/**
 * @param {Editing} editing
 * @param {EditorHandlers} handlers
 */
export function makeEditor({ base, values }, handlers) {
  const view = clone("editor");
  const element = /** @type {HTMLFormElement} */ (view.firstElementChild);
  const news = ref(view, "news", HTMLElement);
  const fields = {
    title: ref(view, "edit-title", HTMLInputElement),
    notes: ref(view, "edit-notes", HTMLTextAreaElement),
    due_on: ref(view, "edit-due", HTMLInputElement),
    priority: ref(view, "edit-priority", HTMLSelectElement),
    list: ref(view, "edit-list", HTMLSelectElement),
    tags: ref(view, "edit-tags", HTMLInputElement),
  };
  const faults = {
    title: ref(view, "edit-title-fault", HTMLElement),
    notes: ref(view, "edit-notes-fault", HTMLElement),
    tags: ref(view, "edit-tags-fault", HTMLElement),
  };
  element.setAttribute("aria-label", `Edit “${base.title}”`);
  const keys = new Set(handlers.lists().map(({ key }) => key ?? ""));
  for (const { key, name } of handlers.lists()) fields.list.append(new Option(key === null ? "Inbox" : name, key ?? ""));
  // Its list may be one that we haven't heard of.
  if (!keys.has(values.list)) fields.list.append(new Option(values.list || "Inbox", values.list));
  for (const [name, input] of Object.entries(fields)) input.value = values[name];

  const typed = () => Object.fromEntries(Object.entries(fields).map(([name, input]) => [name, input.value]));

  function save() {
    const { title, notes, due_on, priority, list, tags } = typed();
    const wanted = { title: titleFault(title), notes: notesFault(notes), tags: tagsFault(tagsOf(tags)) };
    for (const [name, fault] of Object.entries(wanted)) {
      const field = /** @type {keyof typeof wanted} */ (name);
      setFault(fields[field], faults[field], fault);
    }
    const bad = /** @type {(keyof typeof wanted)[]} */ (Object.keys(wanted)).find((name) => wanted[name] !== null);
    if (bad !== undefined) return fields[bad].focus();
    handlers.save({
      title: title.trim(), notes, due_on: due_on || null, priority: Number(priority), list: list || null, tags: tagsOf(tags),
    });
  }

  element.addEventListener("submit", (event) => {
    event.preventDefault();
    save();
  });
  element.addEventListener("input", () => handlers.typed(typed()));
  element.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape") {
      event.preventDefault();
      handlers.cancel();
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      save();
    }
  });
  ref(view, "edit-cancel", HTMLButtonElement).addEventListener("click", handlers.cancel);

  return {
    element,
    /** @param {Task} task as it is now */
    update(task) {
      // By what it says: one's own change that is answered meanwhile is no news.
      const isOlder = JSON.stringify(valuesOf(task)) !== JSON.stringify(valuesOf(base));
      news.hidden = !isOlder;
      setText(news, isOlder ? "This task was changed elsewhere meanwhile. What you write here stays; saving asks where both differ." : "");
    },
    /** @param {string} name */
    focus(name) {
      const field = fields[/** @type {keyof typeof fields} */ (name)] ?? fields.title;
      field.focus();
      if (field instanceof HTMLInputElement && field.type === "text") field.select();
    },
  };
}
