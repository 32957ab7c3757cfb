/**
 * Dialogs: a heading, a content, a way out. One at a time; the browser gives the focus back to where it was.
 */
import { el, loadStyles } from "../dom.js";

const styles = loadStyles("/css/dialogs.css");
let lastNumber = 0;

/**
 * @template T
 * @param {string} heading
 * @param {(close: (answer: T) => void) => (Node | string)[]} content what is in it; `close` ends it with an answer
 * @param {{ class?: string }} options
 * @returns {Promise<T | null>} null when it was left without an answer, or another one is open
 */
export async function openDialog(heading, content, { class: name = "" } = {}) {
  await styles;
  if (document.querySelector("dialog[open]") !== null) return null;
  lastNumber += 1;
  const id = `dialog-${lastNumber}`;
  return new Promise((resolve) => {
    /** @type {T | null} */
    let answer = null;
    const dialog = el("dialog", { class: `dialog ${name}`, "aria-labelledby": id });
    const close = (/** @type {T} */ value) => {
      answer = value;
      dialog.close();
    };
    const leave = el("button", { type: "button", class: "quiet square", "aria-label": "Close", click: () => dialog.close() }, "×");
    const body = el("div", { class: "dialog-body" }, ...content(close));
    dialog.append(el("div", { class: "dialog-head" }, el("h2", { id }, heading), leave), body);
    dialog.addEventListener("click", (event) => {
      // Only the backdrop reports the dialog itself: its content fills it.
      if (event.target === dialog) dialog.close();
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(answer);
    });
    document.body.append(dialog);
    dialog.showModal();
    /** @type {HTMLElement | null} */ (body.querySelector("[autofocus], input, select, textarea, button"))?.focus();
  });
}
