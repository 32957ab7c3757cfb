/**
 * The list of shortcuts, made from the very table that they work by.
 */
import { el } from "../dom.js";
import { enableShortcuts, shortcutsEnabled } from "../keys.js";
import { openDialog } from "./dialog.js";

/** @type {Record<string, string>} */
const names = { " ": "Space", Delete: "Del", ArrowDown: "↓", ArrowUp: "↑", Escape: "Esc" };

/** @param {Shortcut[]} shortcuts */
export function showShortcuts(shortcuts) {
  return openDialog("Keyboard shortcuts", () => {
    const list = el("dl");
    for (const { keys, words } of shortcuts) {
      list.append(el("dt", {}, ...keys.map((key) => el("kbd", {}, names[key] ?? key))), el("dd", {}, words));
    }
    const box = el("input", { type: "checkbox" });
    box.checked = shortcutsEnabled();
    box.addEventListener("change", () => enableShortcuts(box.checked));
    return [list, el("label", { class: "switch" }, box, " Use single-key shortcuts")];
  }, { class: "shortcuts" });
}
