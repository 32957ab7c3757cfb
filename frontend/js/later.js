/**
 * What needn’t be at once: made when it is wanted, or when there is nothing else to do.
 */

/**
 * Makes it when it is wanted first, and gives the same from then on.
 * @template T
 * @param {() => Promise<T>} make
 * @returns {() => Promise<T>}
 */
export function later(make) {
  /** @type {Promise<T> | null} */
  let made = null;
  return () => (made ??= make());
}

/**
 * Does it when the page has been idle, at the latest after some seconds. A failure is found out when it is wanted.
 * @param {() => Promise<unknown>} work
 */
export function whenIdle(work) {
  const run = () => void work().catch(() => {});
  // Not all browsers know it.
  if (typeof requestIdleCallback !== "function") {
    const timer = setTimeout(run, 2000);
    return { cancel: () => clearTimeout(timer) };
  }
  const request = requestIdleCallback(run, { timeout: 4000 });
  return { cancel: () => cancelIdleCallback(request) };
}
