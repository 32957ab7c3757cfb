/**
 * Small words for people.
 */

/**
 * A title that fits into a sentence.
 * @param {string} title
 */
export function brief(title) {
  const characters = [...title];
  return characters.length <= 40 ? title : `${characters.slice(0, 39).join("")}…`;
}

/**
 * `1 task`, `3 tasks`.
 * @param {number} count
 * @param {string} word
 */
export const counted = (count, word) => `${count.toLocaleString("en")} ${word}${count === 1 ? "" : "s"}`;

/** By their numbers. */
export const priorityNames = ["None", "Low", "Medium", "High"];
