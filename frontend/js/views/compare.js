/**
 * Two versions of a task side by side, where both have changed the same: somebody has to decide.
 */
import { clashes, fieldsOf } from "../clash.js";
import { dayText } from "../dates.js";
import { el } from "../dom.js";
import { priorityNames } from "../words.js";
import { openDialog } from "./dialog.js";

/** @type {Record<Field, string>} */
const names = { title: "Title", done: "State", notes: "Notes", due_on: "Due", priority: "Priority", tags: "Tags", list: "List" };

/**
 * A value of a field, for people.
 * @param {Field} field
 * @param {any} value
 * @param {string} today
 */
export function valueText(field, value, today) {
  switch (field) {
    case "done": return value ? "Done" : "To do";
    case "due_on": return value === null ? "No day" : dayText(value, today);
    case "priority": return priorityNames[value];
    case "tags": return value.length === 0 ? "None" : value.map((/** @type {string} */ tag) => `@${tag}`).join(" ");
    case "list": return value ?? "Inbox";
    default: return value === "" ? "Empty" : value;
  }
}

/**
 * @param {Change} change
 * @param {string} today
 * @returns {Promise<"mine" | "theirs" | null>} null: later
 */
export function compare({ task, patch = {}, theirs }, today) {
  if (theirs === undefined) return Promise.resolve(null);
  const differing = clashes(task, patch, theirs);
  const fields = differing.length > 0 ? differing : fieldsOf(patch);
  return openDialog("Changed here and elsewhere", (/** @type {(answer: "mine" | "theirs") => void} */ close) => [
    el("p", {}, `“${theirs.title}” was changed somewhere else while you changed it here. Which version shall it be?`),
    el(
      "div", { class: "table-box", tabindex: "0", role: "group", "aria-label": "Both versions" },
      el(
        "table", { class: "compare" },
        el("thead", {}, el("tr", {}, el("td"), el("th", { scope: "col" }, "Yours"), el("th", { scope: "col" }, "Theirs"))),
        el("tbody", {}, ...fields.map((field) => el(
          "tr", {}, el("th", { scope: "row" }, names[field]), el("td", {}, valueText(field, patch[field], today)),
          el("td", {}, valueText(field, theirs[field], today)),
        ))),
      ),
    ),
    el(
      "div", { class: "buttons" },
      el("button", { type: "button", class: "primary", autofocus: true, click: () => close("mine") }, "Keep mine"),
      el("button", { type: "button", click: () => close("theirs") }, "Take theirs"),
    ),
  ], { class: "wide" });
}
