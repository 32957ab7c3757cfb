/**
 * The notice at the edge of the page: what was done, with a way back. One that only informs goes by
 * itself; one that is pointed at, or speaks of a failure, stays.
 */
import { ref, setText } from "../dom.js";

/** Long enough to read it and to reach the button. */
const STAY = 10_000;

/**
 * @param {ParentNode} view
 * @param {{ undo: () => void, close: () => void }} handlers
 */
export function makeNotice(view, { undo, close }) {
  const box = ref(view, "notice", HTMLElement);
  const info = ref(view, "notice-words", HTMLElement);
  const alarm = ref(view, "notice-alert", HTMLElement);
  const undoButton = ref(view, "notice-undo", HTMLButtonElement);
  const closeButton = ref(view, "notice-close", HTMLButtonElement);
  /** @type {Notice | null} */
  let shown = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  function startTimer() {
    clearTimeout(timer);
    const held = box.matches(":hover") || box.contains(document.activeElement);
    if (shown?.tone === "info" && !held) timer = setTimeout(close, STAY);
  }

  undoButton.addEventListener("click", undo);
  closeButton.addEventListener("click", close);
  box.addEventListener("pointerenter", () => clearTimeout(timer));
  box.addEventListener("pointerleave", startTimer);
  box.addEventListener("focusin", () => clearTimeout(timer));
  box.addEventListener("focusout", () => queueMicrotask(startTimer));

  return {
    /** @param {Notice | null} notice */
    render(notice) {
      if (notice === shown) return;
      shown = notice;
      const isError = notice?.tone === "error";
      setText(info, isError ? "" : notice?.text ?? "");
      setText(alarm, isError ? notice?.text ?? "" : "");
      setText(undoButton, notice?.again ? "Try again" : "Undo");
      undoButton.hidden = (notice?.act ?? notice?.again ?? notice?.editing) === undefined;
      closeButton.hidden = notice === null;
      box.classList.toggle("is-shown", notice !== null);
      box.classList.toggle("is-error", isError);
      startTimer();
    },
    /** Whether the focus is in it. */
    hasFocus: () => box.contains(document.activeElement),
    unmount() {
      clearTimeout(timer);
    },
  };
}
