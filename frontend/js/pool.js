/**
 * At most so many at the same time; the others wait in line. A browser has six connections to a server, and the page's
 * stream and its questions need some of them.
 *
 * @param {number} limit
 * @returns {<T>(work: () => Promise<T>) => Promise<T>}
 */
export function makePool(limit) {
  let running = 0;
  /** @type {(() => void)[]} */
  const waiting = [];
  return async (work) => {
    if (running >= limit) await new Promise((resolve) => waiting.push(() => resolve(undefined)));
    else running += 1;
    try {
      return await work();
    } finally {
      // Whoever waits takes over the place.
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
