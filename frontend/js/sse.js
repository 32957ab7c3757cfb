/**
 * The format of server-sent events (HTML standard, 9.2.6), piece by piece as it comes. EventSource can't be used: it
 * sends no Authorization header, and a token has no place in a URL.
 */

export function createParser() {
  let rest = "";
  let lastId = "";
  /** @type {number | null} */
  let retry = null;
  let fields = { type: "", data: /** @type {string[]} */ ([]), id: /** @type {string | null} */ (null) };

  /** @param {string} line */
  function take(line) {
    const colon = line.indexOf(":");
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (name === "event") fields.type = value;
    else if (name === "data") fields.data.push(value);
    else if (name === "id" && !value.includes("\0")) fields.id = value;
    else if (name === "retry" && /^\d+$/.test(value)) retry = Number(value);
  }

  /** @returns {ServerEvent | null} */
  function complete() {
    const { type, data, id } = fields;
    fields = { type: "", data: [], id: null };
    if (id !== null) lastId = id;
    return data.length === 0 ? null : { type: type || "message", data: data.join("\n"), id: lastId };
  }

  return {
    /** The place to go on from; empty before the server has named one. */
    get lastId() {
      return lastId;
    },
    /** Milliseconds before coming back, where the server says. */
    get retry() {
      return retry;
    },
    /**
     * @param {string} text the next part, cut anywhere
     * @returns {ServerEvent[]} what is complete with it
     */
    push(text) {
      /** @type {ServerEvent[]} */
      const events = [];
      const lines = (rest + text).split(/\r\n|\n|\r(?!$)/);
      rest = lines.pop() ?? "";
      for (const line of lines) {
        if (line !== "") {
          take(line);
          continue;
        }
        const event = complete();
        if (event !== null) events.push(event);
      }
      return events;
    },
  };
}
