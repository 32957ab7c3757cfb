/**
 * Where one is: which tasks are shown, in which order. It is the page's address (`/?list=WEB&sort=due`), so that
 * reloading, going back and sending a link work. Pure.
 */

/** @type {Record<View, string>} */
export const viewNames = {
  all: "All tasks", today: "Today", overdue: "Overdue", upcoming: "Upcoming", done: "Done", deleted: "Deleted",
  stats: "Statistics", settings: "Settings",
};

/** @type {Record<Sort, string>} */
export const sortNames = {
  "-created": "Newest first", created: "Oldest first", due: "Due first", "-priority": "Priority first",
  "-updated": "Changed last first", title: "By title",
};

/** @type {Place} */
export const home = { view: "all", list: null, tag: null, priority: null, q: "", sort: null };

/** The longest search that the API and a URL take. */
const SEARCH_MAX = 500;

/**
 * @param {string} search a URL's query; what isn't known in it is passed over
 * @returns {Place}
 */
export function parsePlace(search) {
  const values = new URLSearchParams(search);
  const view = values.get("view") ?? "";
  const sort = values.get("sort") ?? "";
  const priority = values.get("priority") ?? "";
  const list = values.get("list") ?? "";
  return {
    view: Object.hasOwn(viewNames, view) ? /** @type {View} */ (view) : "all",
    list: /^[a-z][a-z0-9]{0,9}$/i.test(list) ? (list.toLowerCase() === "inbox" ? "inbox" : list.toUpperCase()) : null,
    tag: values.get("tag") || null,
    priority: /^[0-3]$/.test(priority) ? Number(priority) : null,
    q: (values.get("q") ?? "").slice(0, SEARCH_MAX),
    sort: Object.hasOwn(sortNames, sort) ? /** @type {Sort} */ (sort) : null,
  };
}

/**
 * @param {Place} place
 * @returns {string} with its `?`; empty where all is as at the start
 */
export function formatPlace({ view, list, tag, priority, q, sort }) {
  const values = new URLSearchParams();
  if (view !== "all") values.set("view", view);
  if (list !== null) values.set("list", list);
  if (tag !== null) values.set("tag", tag);
  if (priority !== null) values.set("priority", String(priority));
  if (q !== "") values.set("q", q);
  if (sort !== null) values.set("sort", sort);
  const text = values.toString();
  return text === "" ? "" : `?${text}`;
}

/** @param {Place} place */
export const sortOf = ({ view, sort }) => sort ?? (["today", "overdue", "upcoming"].includes(view) ? "due" : "-created");

/**
 * Whether tasks are shown there.
 * @param {Place} place
 */
export const showsTasks = ({ view }) => view !== "stats" && view !== "settings";

/** @param {Place} place */
export const isFiltered = ({ q, priority, tag }) => q.trim() !== "" || priority !== null || tag !== null;

/**
 * The name of the place, for headings.
 * @param {Place} place
 * @param {List[]} lists
 */
export function placeName({ view, list, tag }, lists) {
  if (view !== "all") return viewNames[view];
  if (list === "inbox") return "Inbox";
  if (list !== null) return lists.find(({ key }) => key === list)?.name ?? list;
  return tag !== null ? `@${tag}` : viewNames.all;
}

/**
 * What a new task gets from where it is written, so that it is seen there.
 * @param {Place} place
 * @param {string} today
 */
export const defaultsAt = ({ view, list, tag, priority }, today) => ({
  list: list === "inbox" ? null : list,
  tags: tag === null ? [] : [tag],
  priority: priority ?? 0,
  due_on: view === "today" ? today : null,
});
