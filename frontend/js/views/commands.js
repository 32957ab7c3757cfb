/**
 * What the keys do, in the order in which the help shows them: the letters of the terminal's screen.
 */
import { home, sortNames, sortOf, viewNames } from "../place.js";

/**
 * @param {PageParts} page
 * @returns {Shortcut[]}
 */
export function shortcutsOf({
  board, toolbar, addBar, ask, state, narrow, subjects, edit, mark, markAll, done, remove, undo, leave, refresh, help, say,
}) {
  const inRow = () => board.focusedID() !== null;
  const inTasks = () => subjects().length > 0;
  const hasMarks = () => state().marked.size > 0;
  const focused = () => board.focusedID() ?? "";

  function nextSort() {
    const all = /** @type {Sort[]} */ (Object.keys(sortNames));
    const next = all[(all.indexOf(sortOf(state().place)) + 1) % all.length];
    narrow({ sort: next });
    say(`${sortNames[next]}.`);
  }

  /** @type {View[]} */
  const views = ["today", "overdue", "upcoming", "all", "done", "deleted"];

  async function copyReference() {
    const { reference = "" } = state().tasks.find(({ id }) => id === focused()) ?? {};
    if (reference === "") return;
    try {
      await navigator.clipboard.writeText(reference);
      say(`Copied: ${reference}`);
    } catch {
      say(`The browser doesn’t let this page copy. It is ${reference}.`);
    }
  }

  return [
    { keys: ["a"], words: "Add a task", run: addBar.focus },
    { keys: ["j", "ArrowDown"], words: "To the next task", when: inRow, run: () => board.move(1) },
    { keys: ["k", "ArrowUp"], words: "To the task before", when: inRow, run: () => board.move(-1) },
    // Outside of the list the arrows scroll.
    { keys: ["j"], words: "", run: () => board.move(1) },
    { keys: ["k"], words: "", run: () => board.move(-1) },
    { keys: ["g"], words: "To the first task", run: board.first },
    { keys: ["G"], words: "To the last task", run: board.last },
    { keys: [" "], words: "Mark the task as done, or open it again", when: hasMarks, run: () => done(subjects()) },
    { keys: ["e", "Enter"], words: "Edit the task", when: inRow, run: () => edit(focused()) },
    { keys: ["E"], words: "Edit its notes", when: inRow, run: () => edit(focused(), "notes") },
    { keys: ["d"], words: "Set the day it is due", when: inTasks, run: () => ask("due") },
    { keys: ["p"], words: "Set the priority", when: inTasks, run: () => ask("priority") },
    { keys: ["t"], words: "Set the tags", when: inTasks, run: () => ask("tags") },
    { keys: ["m"], words: "Move it to another list", when: inTasks, run: () => ask("list") },
    { keys: ["x", "D", "Delete"], words: "Delete the task", when: inTasks, run: () => remove(subjects()) },
    { keys: ["u"], words: "Undo what was done last", run: undo },
    { keys: ["v"], words: "Choose the task, to do the same with many", when: inRow, run: () => mark(focused(), false) },
    { keys: ["*"], words: "Choose all tasks, or none", run: markAll },
    { keys: ["/"], words: "Search", run: toolbar.focus },
    { keys: ["s"], words: "Another order", run: nextSort },
    { keys: ["y"], words: "Copy the number of the task", when: inRow, run: () => void copyReference() },
    { keys: ["r"], words: "Ask for the list again", run: refresh },
    { keys: ["Escape"], words: "Leave the field, choose no task", when: hasMarks, run: leave },
    ...views.map((view, index) => ({ keys: [String(index + 1)], words: viewNames[view], run: () => narrow({ ...home, view }) })),
    { keys: ["?"], words: "Show these shortcuts", run: help },
  ];
}
