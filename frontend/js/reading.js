/**
 * What a line for a new task means in the place where it is written: its words, and what the place adds.
 */
import { titleFault } from "./limits.js";
import { defaultsAt } from "./place.js";
import { quickAdd } from "./quickadd.js";

export { dayWords } from "./days.js";

/**
 * @param {string} text
 * @param {Pick<State, "lists" | "place">} state
 * @param {string} today
 * @returns {{ draft: Patch & { title: string, due_on: string | null, priority: number, list: string | null, tags: string[] },
 *   mistakes: string, fault: string | null }} mistakes: words that were meant and are wrong; fault: why it can't be added
 */
export function readLine(text, { lists, place }, today) {
  const keys = lists.flatMap(({ key }) => (key === null ? [] : [key]));
  // Lists that aren't loaded yet must not make a good key a mistake.
  const line = quickAdd(text, today, lists.length === 0 ? null : keys);
  const given = defaultsAt(place, today);
  const mistakes = line.faults.map(({ message }) => `${message}.`).join(" ");
  return {
    draft: {
      title: line.title, list: line.list === "INBOX" ? null : line.list ?? given.list, due_on: line.due_on ?? given.due_on,
      priority: line.priority ?? given.priority, tags: [...new Set([...given.tags, ...line.tags])],
    },
    mistakes,
    fault: mistakes || titleFault(line.title),
  };
}
