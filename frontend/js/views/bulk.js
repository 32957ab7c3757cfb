/**
 * What can be done with all marked tasks at once: a bar that is there while some are.
 */
import { ref, setText } from "../dom.js";
import { counted } from "../words.js";

/**
 * @param {ParentNode} view
 * @param {(deed: Deed) => void} onDeed
 */
export function makeBulkBar(view, onDeed) {
  const bar = ref(view, "bulk", HTMLElement);
  const words = ref(view, "bulk-words", HTMLElement);
  bar.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    if (button?.dataset.deed) onDeed(/** @type {Deed} */ (button.dataset.deed));
  });
  return {
    /**
     * @param {number} count of the marked tasks
     * @param {boolean} choosing whether someone is about to mark some
     */
    render(count, choosing) {
      bar.hidden = count === 0 && !choosing;
      setText(words, count === 0 ? "Choose tasks" : `${counted(count, "task")} chosen`);
      for (const button of bar.querySelectorAll("button")) {
        button.disabled = count === 0 && !["all", "none"].includes(button.dataset.deed ?? "");
      }
    },
    hasFocus: () => bar.contains(document.activeElement),
  };
}
