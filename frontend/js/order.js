/**
 * The orders of a list. Equal tasks keep the order that they come in: newest first.
 */

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

/** @type {(one: string, other: string) => number} */
const compare = (one, other) => (one < other ? -1 : one > other ? 1 : 0);

/** @type {Record<Sort, ((one: Task, other: Task) => number) | null>} */
export const orders = {
  "-created": null,
  created: (one, other) => compare(one.created_at, other.created_at),
  "-updated": (one, other) => compare(other.updated_at, one.updated_at),
  // What has no day is due last; of one day, what matters most is first.
  due: (one, other) => compare(one.due_on ?? "~", other.due_on ?? "~") || other.priority - one.priority,
  "-priority": (one, other) => other.priority - one.priority || compare(one.due_on ?? "~", other.due_on ?? "~"),
  title: (one, other) => collator.compare(one.title, other.title),
};

// What was done last is first.
/** @type {(one: Task, other: Task) => number} */
export const doneLastFirst = (one, other) => compare(other.done_at ?? "", one.done_at ?? "");
