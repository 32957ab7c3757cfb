/**
 * A pure function that remembers its last answer: asked the same again, it doesn't think again.
 *
 * @template {unknown[]} A
 * @template R
 * @param {(...values: A) => R} compute
 * @returns {(...values: A) => R}
 */
export function memo(compute) {
  /** @type {A | null} */
  let last = null;
  /** @type {R} */
  let answer;
  return (...values) => {
    if (last === null || values.some((value, index) => value !== last?.[index])) {
      answer = compute(...values);
      last = values;
    }
    return answer;
  };
}
