/**
 * Rows that move to their new places instead of jumping there.
 */
import { movementWanted } from "../dom.js";

/** More than fit on any screen. */
const MOST = 200;

/**
 * Makes a change of the page and lets the rows that it moves glide to their new places.
 * @param {HTMLElement} board
 * @param {() => void} change
 */
export function glide(board, change) {
  if (!movementWanted()) return change();
  const rowsInSight = () => [...board.querySelectorAll(".task")].slice(0, MOST);
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
