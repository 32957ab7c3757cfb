/**
 * Short questions about one task or many: which day, which priority, which tags, which list.
 */
import { dayExpression, dayWords } from "../days.js";
import { el, setFault, setText } from "../dom.js";
import { tagsFault, tagsOf } from "../limits.js";
import { priorityNames } from "../words.js";
import { openDialog } from "./dialog.js";

/**
 * @template T
 * @param {string} text
 * @param {T} value
 * @param {(value: T) => void} close
 */
const choice = (text, value, close) => el("button", { type: "button", click: () => close(value) }, text);

/**
 * A dialog with one line to write.
 * @template T
 * @param {string} heading
 * @param {object} options
 * @param {string} options.label
 * @param {string} options.hint
 * @param {string} options.value
 * @param {(text: string) => { answer: T } | { fault: string }} options.read
 * @param {(text: string) => string} options.reading what is understood, shown as one types
 * @param {(close: (answer: { value: T }) => void) => Node[]} options.choices
 */
function askLine(heading, { label, hint, value, read, reading, choices }) {
  return openDialog(heading, (/** @type {(answer: { value: T }) => void} */ close) => {
    const input = el("input", { id: "ask", type: "text", autocomplete: "off", autocapitalize: "none", spellcheck: "false", "aria-describedby": "ask-hint ask-fault ask-reading" });
    input.value = value;
    const fault = el("p", { class: "field-fault", id: "ask-fault", role: "alert" });
    const words = el("p", { class: "hint", id: "ask-reading", role: "status" }, reading(value));
    input.addEventListener("input", () => {
      setFault(input, fault, null);
      setText(words, reading(input.value));
    });
    const form = el(
      "form", { class: "field", novalidate: true }, el("label", { for: "ask" }, label), input,
      el("p", { class: "hint", id: "ask-hint" }, hint), words, fault,
      el("div", { class: "buttons" }, el("button", { class: "primary" }, "Save"), ...choices(close)),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const result = read(input.value);
      if (!("fault" in result)) return close({ value: result.answer });
      setFault(input, fault, result.fault);
      input.focus();
    });
    queueMicrotask(() => input.select());
    return [form];
  });
}

/**
 * @param {string} name of the task or tasks
 * @param {string} today
 * @param {string | null} due
 * @returns {Promise<{ value: string | null } | null>} null: nothing was decided
 */
export function askDue(name, today, due) {
  /**
   * @param {string} text
   * @returns {{ answer: string | null } | { fault: string }}
   */
  const read = (text) => {
    if (text.trim() === "") return { answer: null };
    const day = dayExpression(text.trim(), today);
    return day === null ? { fault: `“${text.trim()}” names no day: write fri, tomorrow, 24.12. or in-3-days.` } : { answer: day };
  };
  return askLine(`When is ${name} due?`, {
    label: "Day", hint: "Such as fri, tomorrow, 24.12., 2026-12-24, in-2-weeks, eom. Empty: no day.", value: due ?? "", read,
    reading(text) {
      const day = dayExpression(text.trim(), today);
      return day === null ? "" : dayWords(day, today);
    },
    choices: (close) => [
      choice("Today", { value: /** @type {string | null} */ (today) }, close),
      choice("Tomorrow", { value: dayExpression("tomorrow", today) }, close),
      choice("Next Monday", { value: dayExpression("next-mon", today) }, close),
      choice("No day", { value: null }, close),
    ],
  });
}

/**
 * @param {string} name
 * @returns {Promise<{ value: number } | null>}
 */
export function askPriority(name) {
  return openDialog(`How important is ${name}?`, (/** @type {(answer: { value: number }) => void} */ close) => {
    const buttons = [3, 2, 1, 0].map((value) => el("button", { type: "button", click: () => close({ value }) }, el("kbd", {}, String(value)), ` ${priorityNames[value]}`));
    const group = el("div", { class: "choices" }, ...buttons);
    group.addEventListener("keydown", (event) => {
      if (!/^[0-3]$/.test(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      close({ value: Number(event.key) });
    });
    return [group];
  });
}

/**
 * @param {string} name
 * @param {string[] | null} tags those of one task; null: for many, what shall come and go
 * @returns {Promise<{ value: { set: string[] } | { add: string[], remove: string[] } } | null>}
 */
export function askTags(name, tags) {
  const split = (/** @type {string} */ text) => {
    const words = text.split(/[\s,]+/).filter(Boolean);
    const gone = tags === null ? words.filter((word) => word.startsWith("-") && word.length > 1) : [];
    return { add: tagsOf(words.filter((word) => !gone.includes(word)).join(" ")), remove: tagsOf(gone.map((word) => word.slice(1)).join(" ")) };
  };
  return askLine(`Tags of ${name}`, {
    label: "Tags", value: (tags ?? []).join(" "),
    hint: tags === null ? "home adds a tag to all of them, -home takes it away." : "With spaces between them, such as: home work",
    /** @returns {{ answer: { set: string[] } | { add: string[], remove: string[] } } | { fault: string }} */
    read(text) {
      const { add, remove } = split(text);
      const fault = tagsFault([...add, ...remove]);
      return fault === null ? { answer: tags === null ? { add, remove } : { set: add } } : { fault };
    },
    reading: () => "",
    choices: () => [],
  });
}

/**
 * @param {string} name
 * @param {List[]} lists
 * @returns {Promise<{ value: string | null } | null>}
 */
export function askList(name, lists) {
  return openDialog(`Move ${name} to`, (/** @type {(answer: { value: string | null }) => void} */ close) => [
    el("div", { class: "choices" }, ...lists.map(({ key, name: listName }) =>
      el("button", { type: "button", click: () => close({ value: key }) }, key === null ? "Inbox" : `${listName} `, key === null ? "" : el("code", {}, key)))),
  ]);
}

/**
 * @param {string} heading
 * @param {string} words
 * @param {string} yes
 * @returns {Promise<true | null>}
 */
export function askSure(heading, words, yes) {
  return openDialog(heading, (/** @type {(answer: true) => void} */ close) => [
    el("p", {}, words),
    el("div", { class: "buttons" }, el("button", { type: "button", class: "primary is-danger", click: () => close(true) }, yes)),
  ]);
}
