/**
 * Where one can go: views, lists and tags with how much is open there, and the account. On a narrow screen it lies over
 * the page while it is wanted.
 */
import { el, ref } from "../dom.js";
import { formatPlace, home, viewNames } from "../place.js";
import { counts } from "../selectors.js";

/** Tags that are shown before one asks for all. */
const TAGS = 12;

/**
 * @param {ParentNode} view
 * @param {object} options
 * @param {(place: Place) => void} options.go
 * @param {(key: string | null) => void} options.onList asks for a new list (null), or about one
 */
export function makeSidebar(view, { go, onList }) {
  const side = ref(view, "side", HTMLElement);
  const at = {
    views: ref(view, "side-views", HTMLUListElement),
    lists: ref(view, "side-lists", HTMLUListElement),
    tags: ref(view, "side-tags", HTMLUListElement),
    tagsHeading: ref(view, "side-tags-heading", HTMLElement),
    more: ref(view, "side-more", HTMLUListElement),
  };
  let shown = "";

  /**
   * @param {Place} here
   * @param {string} name
   * @param {Partial<Place>} news
   * @param {number} [count]
   * @param {string} [kind]
   */
  function entry(here, name, news, count = 0, kind = "") {
    const place = { ...home, ...news };
    const isHere = here.view === place.view && here.list === place.list && (here.tag === place.tag || here.view !== "all" || here.list !== null);
    const link = el(
      "a", { href: `/${formatPlace(place)}`, class: `side-link ${kind}`, "aria-current": isHere ? "page" : null },
      el("span", { class: "side-name" }, name),
    );
    if (count > 0) link.append(" ", el("span", { class: "count" }, count.toLocaleString("en"), el("span", { class: "vh" }, " open")));
    link.addEventListener("click", (event) => {
      // Another tab, another window: that is the browser's.
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
      event.preventDefault();
      close();
      go(place);
    });
    return el("li", {}, link);
  }

  function close() {
    // Older libraries don't know popovers.
    if (side.matches(":popover-open")) /** @type {any} */ (side).hidePopover();
  }

  return {
    close,
    /**
     * @param {State} state
     * @param {string} today
     */
    render(state, today) {
      const { views, lists, tags } = counts(state, today);
      const names = new Map(state.lists.map(({ key, name }) => [key ?? "inbox", key === null ? "Inbox" : name]));
      names.set("inbox", "Inbox");
      for (const key of lists.keys()) if (!names.has(key)) names.set(key, key);
      const byUse = [...tags].sort(([one, many], [other, more]) => more - many || (one < other ? -1 : 1)).slice(0, TAGS);
      const { place } = state;
      const here = { view: place.view, list: place.list, tag: place.tag };
      const spelled = JSON.stringify([here, views, [...lists], byUse, [...names]]);
      if (spelled === shown) return;
      shown = spelled;
      const focus = side.contains(document.activeElement) ? /** @type {HTMLElement} */ (document.activeElement).getAttribute("href") : null;
      at.views.replaceChildren(
        entry(place, viewNames.all, {}, views.all), entry(place, viewNames.today, { view: "today" }, views.today),
        entry(place, viewNames.overdue, { view: "overdue" }, views.overdue, views.overdue > 0 ? "is-urgent" : ""),
        entry(place, viewNames.upcoming, { view: "upcoming" }, views.upcoming),
        entry(place, viewNames.done, { view: "done" }), entry(place, viewNames.deleted, { view: "deleted" }),
      );
      at.lists.replaceChildren(...[...names].map(([key, name]) => {
        const item = entry(place, name, { list: key }, lists.get(key) ?? 0);
        if (key === "inbox") return item;
        const about = el("button", { type: "button", class: "quiet square", "aria-label": `Change the list ${name}`, click: () => onList(key) }, "…");
        item.append(about);
        return item;
      }));
      at.tagsHeading.hidden = byUse.length === 0;
      at.tags.replaceChildren(...byUse.map(([tag, count]) => entry(place, `@${tag}`, { tag }, count)));
      at.more.replaceChildren(entry(place, viewNames.stats, { view: "stats" }), entry(place, viewNames.settings, { view: "settings" }));
      if (focus !== null) /** @type {HTMLElement | null} */ (side.querySelector(`a[href="${CSS.escape(focus)}"]`))?.focus();
    },
  };
}
