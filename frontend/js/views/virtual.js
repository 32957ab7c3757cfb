/**
 * A list of thousands that has only the rows in sight, and some around them: it opens and scrolls like one of ten. The
 * rows are in the page's own flow, between two fillers, so they may be of any height; the page scrolls, not the list.
 * Rows live as long as their items are near, so that focus, selection and scrolling stay where they are.
 */
import { el } from "../dom.js";

/**
 * @template T
 * @typedef {object} RowView
 * @property {HTMLElement} element
 * @property {(item: T) => void} update
 */

/** A list up to so long is there as a whole. */
const WHOLE = 60;
/** Pixels above and below the window that have rows too. */
const MARGIN = 500;
/** A row of one line; the true heights are measured. */
const USUAL = 53;

/**
 * @template T
 * @template {RowView<T>} V
 * @param {HTMLElement} list
 * @param {{ idOf: (item: T) => string, make: (id: string) => V }} options
 */
export function makeVirtualList(list, { idOf, make }) {
  const above = el("div", { class: "filler" });
  const below = el("div", { class: "filler" });
  list.before(above);
  list.after(below);
  /** @type {T[]} */
  let items = [];
  /** @type {Map<string, V>} */
  let views = new Map();
  /** @type {Map<string, number>} */
  const heights = new Map();
  /** Where each item begins, in pixels from the first one's top. */
  let tops = new Float64Array(1);
  let frame = 0;
  let [from, to] = [0, 0];

  const sizes = new ResizeObserver((entries) => {
    let changed = false;
    for (const { target, borderBoxSize } of entries) {
      const id = /** @type {HTMLElement} */ (target).dataset.id ?? "";
      const height = borderBoxSize[0].blockSize;
      // Zero: the list isn't shown.
      if (height === 0 || heights.get(id) === height) continue;
      heights.set(id, height);
      changed = true;
    }
    if (changed && items.length > WHOLE) {
      layOut();
      show();
    }
  });

  function layOut() {
    if (tops.length < items.length + 1) tops = new Float64Array(items.length * 2 + 1);
    let top = 0;
    items.forEach((item, index) => {
      tops[index] = top;
      top += heights.get(idOf(item)) ?? USUAL;
    });
    tops[items.length] = top;
  }

  /**
   * The item at this height.
   * @param {number} pixels
   */
  function indexAt(pixels) {
    let [low, high] = [0, items.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (tops[middle + 1] <= pixels) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  function range() {
    if (items.length <= WHOLE) return [0, items.length];
    const top = above.getBoundingClientRect().top;
    return [indexAt(-top - MARGIN), Math.min(items.length, indexAt(innerHeight - top + MARGIN) + 1)];
  }

  /** Puts the rows of the range into the page. */
  function show() {
    [from, to] = range();
    /** @type {Map<string, V>} */
    const kept = new Map();
    for (let index = from; index < to; index += 1) {
      const id = idOf(items[index]);
      let view = views.get(id);
      if (view === undefined) {
        view = make(id);
        view.element.dataset.id = id;
        sizes.observe(view.element);
      }
      view.update(items[index]);
      // What isn't there counts too.
      const whole = to - from === items.length;
      setPlace(view.element, whole ? null : index + 1, whole ? null : items.length);
      kept.set(id, view);
    }
    for (const [id, { element }] of views) {
      if (kept.has(id)) continue;
      sizes.unobserve(element);
      // Whoever reads on with the keyboard stays in the list.
      if (element.contains(document.activeElement) && items.some((item) => idOf(item) === id)) list.focus({ preventScroll: true });
      element.remove();
    }
    let place = list.firstElementChild;
    for (const { element } of kept.values()) {
      if (element === place) place = place.nextElementSibling;
      else list.insertBefore(element, place);
    }
    views = kept;
    above.style.height = `${tops[from]}px`;
    below.style.height = `${tops[items.length] - tops[to]}px`;
  }

  function onScroll() {
    if (frame !== 0 || items.length <= WHOLE) return;
    frame = requestAnimationFrame(() => {
      frame = 0;
      const [first, last] = range();
      if (first !== from || last !== to) show();
    });
  }
  addEventListener("scroll", onScroll, { passive: true });
  addEventListener("resize", onScroll, { passive: true });

  return {
    /** @param {T[]} next */
    render(next) {
      items = next;
      layOut();
      show();
    },
    /** The rows that are in the page, in its order. */
    views: () => [...views.values()],
    /** The ids of all items, in their order. */
    ids: () => items.map(idOf),
    length: () => items.length,
    /**
     * The row of this id, brought into the page where it isn't; null when there is none.
     * @param {string} id
     * @returns {V | null}
     */
    reach(id) {
      if (!views.has(id)) {
        const index = items.findIndex((item) => idOf(item) === id);
        if (index < 0) return null;
        scrollBy(0, above.getBoundingClientRect().top + tops[index] - innerHeight / 2);
        show();
      }
      return views.get(id) ?? null;
    },
    unmount() {
      removeEventListener("scroll", onScroll);
      removeEventListener("resize", onScroll);
      cancelAnimationFrame(frame);
      sizes.disconnect();
    },
  };
}

/**
 * @param {HTMLElement} element
 * @param {number | null} place
 * @param {number | null} count
 */
function setPlace(element, place, count) {
  for (const [name, value] of [["aria-posinset", place], ["aria-setsize", count]]) {
    if (value === null) element.removeAttribute(String(name));
    else if (element.getAttribute(String(name)) !== String(value)) element.setAttribute(String(name), String(value));
  }
}
