/**
 * What is shown, narrowed and in order: the search, the priority, the order, and what can be taken out again.
 */
import { el, ref } from "../dom.js";
import { sortNames, sortOf } from "../place.js";
import { priorityNames } from "../words.js";

/**
 * @param {ParentNode} view
 * @param {object} options
 * @param {() => Place} options.place
 * @param {(news: Partial<Place>) => void} options.go
 * @param {() => void} options.onSearch someone is about to search
 * @param {() => void} options.onEnter the search is done: on to what it found
 */
export function makeToolbar(view, { place, go, onSearch, onEnter }) {
  const search = ref(view, "search", HTMLInputElement);
  const sort = ref(view, "sort", HTMLSelectElement);
  const priority = ref(view, "priority", HTMLSelectElement);
  const chips = ref(view, "chips", HTMLElement);
  for (const [value, name] of Object.entries(sortNames)) sort.append(new Option(name, value));
  priority.append(new Option("Any priority", ""));
  for (const value of [3, 2, 1, 0]) priority.append(new Option(value === 0 ? "No priority" : priorityNames[value], String(value)));

  search.addEventListener("focus", onSearch);
  search.addEventListener("input", () => go({ q: search.value }));
  search.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Enter") return onEnter();
    if (event.key !== "Escape") return;
    event.preventDefault();
    if (search.value === "") search.blur();
    else go({ q: "" });
  });
  sort.addEventListener("change", () => {
    const wanted = /** @type {Sort} */ (sort.value);
    go({ sort: wanted === sortOf({ ...place(), sort: null }) ? null : wanted });
  });
  priority.addEventListener("change", () => go({ priority: priority.value === "" ? null : Number(priority.value) }));

  return {
    /** @param {Place} next */
    render(next) {
      if (search.value !== next.q) search.value = next.q;
      sort.value = sortOf(next);
      priority.value = next.priority === null ? "" : String(next.priority);
      // Where a tag is the place itself, its name is the heading.
      const named = next.view !== "all" || next.list !== null;
      const text = next.tag !== null && named ? `@${next.tag}` : "";
      if (chips.dataset.text === text) return;
      chips.dataset.text = text;
      const chip = () => el("button", { type: "button", class: "chip", "aria-label": `Without ${text}`, click: () => go({ tag: null }) }, text, el("span", { "aria-hidden": true }, " ×"));
      chips.replaceChildren(...(text === "" ? [] : [chip()]));
    },
    focus: () => search.select(),
  };
}
