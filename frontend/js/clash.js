/**
 * Two changed the same task: what of it must be asked, and what just goes together. Pure.
 */

/** @type {(one: unknown, other: unknown) => boolean} */
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/** @type {(patch: Patch) => Field[]} */
export const fieldsOf = (patch) => /** @type {Field[]} */ (Object.keys(patch));

/**
 * The fields that both have changed since they were the same, each to something else.
 * @param {Pick<Task, Field>} base what the change was made on
 * @param {Patch} patch
 * @param {Task} theirs
 * @returns {Field[]}
 */
export function clashes(base, patch, theirs) {
  return fieldsOf(patch).filter((field) => !same(theirs[field], base[field]) && !same(theirs[field], patch[field]));
}

/**
 * What of the wanted values is another one in the task; null when nothing is.
 * @param {Pick<Task, Field>} task
 * @param {Patch} wanted
 * @returns {Patch | null}
 */
export function difference(task, wanted) {
  const changed = fieldsOf(wanted).filter((field) => !same(task[field], wanted[field]));
  return changed.length === 0 ? null : Object.fromEntries(changed.map((field) => [field, wanted[field]]));
}

/**
 * The patch that takes this one back.
 * @param {Pick<Task, Field>} before
 * @param {Patch} patch
 * @returns {Patch}
 */
export const inverse = (before, patch) => Object.fromEntries(fieldsOf(patch).map((field) => [field, before[field]]));
