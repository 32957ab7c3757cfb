/**
 * The field for a new task: one line, read as it is typed (docs/quick-add.md), with the reading below it.
 */
import { el, ref, setFault, setText } from "../dom.js";
import { priorityNames } from "../words.js";

/**
 * @param {ParentNode} view
 * @param {object} options
 * @param {() => State} options.state
 * @param {() => string} options.today
 * @param {(text: string) => void} options.onDraft
 * @param {(draft: Patch & { title: string }) => void} options.onAdd
 */
export function makeAddBar(view, { state, today, onDraft, onAdd }) {
  const input = ref(view, "title", HTMLInputElement);
  const fault = ref(view, "title-fault", HTMLElement);
  const reading = ref(view, "reading", HTMLElement);

  // The grammar comes when someone is about to write.
  const grammar = () => import("../reading.js");
  const typed = () => input.value.trim() !== "";

  async function show() {
    if (!typed()) return say([], "");
    const { dayWords, readLine } = await grammar();
    // Meanwhile it may be added.
    if (!typed()) return say([], "");
    const { draft, mistakes } = readLine(input.value, state(), today());
    /** @type {[string, string][]} */
    const parts = draft.tags.map((tag) => ["tag", `tag @${tag}`]);
    if (draft.list !== null) parts.unshift(["list", `list ${draft.list}`]);
    if (draft.priority > 0) parts.unshift([`priority-${draft.priority}`, `priority ${priorityNames[draft.priority].toLowerCase()}`]);
    if (draft.due_on !== null) parts.unshift(["due-today", `due ${dayWords(draft.due_on, today())}`]);
    say(parts, mistakes);
  }

  /**
   * @param {[string, string][]} parts kinds and words
   * @param {string} mistakes
   */
  function say(parts, mistakes) {
    setFault(input, fault, mistakes || null);
    const words = parts.map(([, text]) => text).join(", ");
    if (reading.dataset.words === words) return;
    reading.dataset.words = words;
    reading.hidden = parts.length === 0;
    reading.replaceChildren(...parts.flatMap(([kind, text], index) => [
      index === 0 ? "" : el("span", { class: "vh" }, ", "), el("span", { class: `fact ${kind}` }, text),
    ]));
  }

  ref(view, "add", HTMLFormElement).addEventListener("submit", async (event) => {
    event.preventDefault();
    input.focus();
    const text = input.value;
    const { draft, fault: wrong } = (await grammar()).readLine(text, state(), today());
    if (wrong !== null) return setFault(input, fault, wrong);
    // Who writes on meanwhile keeps it.
    if (input.value === text) {
      set("");
      onDraft("");
    }
    onAdd(draft);
  });
  input.addEventListener("focus", () => void grammar());
  input.addEventListener("input", () => {
    void show();
    onDraft(input.value);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.isComposing) input.blur();
  });

  /** @param {string} text */
  function set(text) {
    input.value = text;
    setText(fault, "");
    void show();
  }

  return {
    prepare: grammar,
    set,
    focus: () => input.focus(),
  };
}
