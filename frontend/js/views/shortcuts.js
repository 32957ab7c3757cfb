/**
 * The list of shortcuts, made from the very table that they work by.
 */
import { clone, ref } from "../dom.js";
import { enableShortcuts, shortcutsEnabled } from "../keys.js";

/** @type {Record<string, string>} */
const names = { " ": "Space", Delete: "Del", ArrowDown: "↓", ArrowUp: "↑", Escape: "Esc" };

/** @param {import("../keys.js").Shortcut[]} shortcuts */
export function showShortcuts(shortcuts) {
  if (document.querySelector("dialog[open]") !== null) return;
  const view = clone("shortcuts-view");
  const dialog = /** @type {HTMLDialogElement} */ (view.firstElementChild);
  const list = ref(view, "list", HTMLElement);
  const enabled = ref(view, "enabled", HTMLInputElement);
  for (const { keys, words } of shortcuts) {
    const term = document.createElement("dt");
    for (const key of keys) {
      const cap = document.createElement("kbd");
      cap.textContent = names[key] ?? key;
      term.append(cap);
    }
    const meaning = document.createElement("dd");
    meaning.textContent = words;
    list.append(term, meaning);
  }
  enabled.checked = shortcutsEnabled();
  enabled.addEventListener("change", () => enableShortcuts(enabled.checked));
  ref(view, "close", HTMLButtonElement).addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => {
    // Only the backdrop reports the dialog itself: its content fills it.
    if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
