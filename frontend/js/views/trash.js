/**
 * The deleted tasks, which can be restored for 30 days.
 */
import { timeText } from "../dates.js";
import { el } from "../dom.js";
import { memo } from "../memo.js";
import { matcher } from "../search.js";
import { makeVirtualList } from "./virtual.js";

/**
 * @param {HTMLElement} root
 * @param {{ onRestore: (tasks: Task[]) => void }} options
 */
export function mountTrash(root, { onRestore }) {
  const words = el("p", { class: "hint", role: "status" });
  const list = el("ul", { class: "tasks", role: "list", "aria-label": "Deleted tasks", tabindex: "-1" });
  root.replaceChildren(words, el("div", {}, list));
  const rows = makeVirtualList(list, {
    idOf: (/** @type {Task} */ task) => task.id,
    make() {
      /** @type {Task | null} */
      let shown = null;
      const title = el("p", { class: "task-title", dir: "auto" });
      const when = el("p", { class: "task-facts" });
      const restore = el("button", { type: "button", click: () => shown && onRestore([shown]) }, "Restore");
      return {
        element: el("li", { class: "task is-deleted" }, el("div", { class: "task-body" }, title, when), restore),
        /** @param {Task} task */
        update(task) {
          if (task === shown) return;
          shown = task;
          title.textContent = task.title;
          when.textContent = `${task.reference}${task.reference === "" ? "" : " · "}deleted ${timeText(task.deleted_at ?? "")}`;
          restore.setAttribute("aria-label", `Restore “${task.title}”`);
        },
      };
    },
  });

  const seen = memo((/** @type {Task[]} */ trash, /** @type {Change[]} */ changes, /** @type {string} */ q) => {
    const coming = new Set(changes.filter(({ kind }) => kind === "restore").map(({ task }) => task.id));
    const matches = matcher(q);
    return trash.filter((task) => !coming.has(task.id) && matches(task));
  });

  return {
    /** @param {State} state */
    render({ trash, changes, place }) {
      if (trash === null) {
        words.textContent = "Asking for the deleted tasks…";
        return;
      }
      const tasks = seen(trash, changes, place.q);
      const none = trash.length > 0 && place.q !== "" ? "No deleted task matches." : "No task was deleted in the last 30 days.";
      words.textContent = tasks.length === 0 ? none : "Deleted tasks are kept for 30 days.";
      const place0 = document.activeElement === document.body || !list.contains(document.activeElement) ? -1 : rows.views().findIndex((row) => row.element.contains(document.activeElement));
      rows.render(tasks);
      if (place0 >= 0 && !list.contains(document.activeElement)) (rows.views()[Math.min(place0, rows.views().length - 1)]?.element.querySelector("button") ?? list).focus();
    },
    unmount: () => rows.unmount(),
  };
}
