/**
 * Search as one types: which tasks have every word. What a task says is made comparable once and kept, so that a
 * keystroke costs a look at each.
 */

/** @type {WeakMap<Task, string>} */
const folded = new WeakMap();

/** @param {string} text */
const fold = (text) => text.normalize("NFKC").toLowerCase();

/** @param {Task} task */
function textOf(task) {
  let text = folded.get(task);
  if (text === undefined) {
    text = fold([task.title, task.reference, ...task.tags.map((tag) => `@${tag}`), task.notes].join("\n"));
    folded.set(task, text);
  }
  return text;
}

/**
 * Makes all texts comparable, before the first letter asks for it.
 * @param {Task[]} tasks
 */
export const prepareSearch = (tasks) => tasks.forEach(textOf);

/** @param {string} filter */
export const searchWords = (filter) => fold(filter).split(/\s+/).filter(Boolean);

/**
 * Whether a task has every word of the filter in its title, reference, tags or notes, without regard to case.
 * @param {string} filter
 * @returns {(task: Task) => boolean}
 */
export function matcher(filter) {
  const words = searchWords(filter);
  if (words.length === 0) return () => true;
  return (task) => {
    const text = textOf(task);
    return words.every((word) => text.includes(word));
  };
}
