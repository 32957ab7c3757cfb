/**
 * What went wrong with a request, in words for people (RFC 9457 problems, and the failures that come
 * without one). Knows neither the page nor how requests are sent.
 */

/** A request that failed. `message` is for people: what happened and what to do. */
export class ApiError extends Error {
  /**
   * @param {string} message
   * @param {{ status?: number, fields?: Record<string, string>, retryAfter?: number | null, current?: any }} facts
   */
  constructor(message, { status = 0, fields = {}, retryAfter = null, current = null } = {}) {
    super(message);
    this.name = "ApiError";
    /** The HTTP status; 0 when there was no answer at all. */
    this.status = status;
    /** For a 422: a sentence for each field that is wrong, by its name in the body. */
    this.fields = fields;
    /** Seconds to wait, where the server says. */
    this.retryAfter = retryAfter;
    /** For a 412: the task as it is now. */
    this.current = current;
  }

  /** Whether the same request may well succeed later. */
  get retryable() {
    return this.status === 0 || this.status === 401 || this.status === 408 || this.status === 429 || this.status >= 500;
  }
}

/**
 * The error for an answer that isn't a success.
 * @param {number} status
 * @param {Problem | null} problem null when the body wasn't a problem (a proxy's page, say)
 * @param {string | null} retryAfterHeader
 * @returns {ApiError}
 */
export function errorFor(status, problem, retryAfterHeader = null) {
  const seconds = Number(retryAfterHeader);
  const retryAfter = retryAfterHeader !== null && Number.isFinite(seconds) ? Math.max(0, seconds) : null;
  const fields = fieldSentences(problem);
  const current = status === 412 ? problem?.current ?? null : null;
  return new ApiError(words(status, problem, fields, retryAfter), { status, fields, retryAfter, current });
}

/**
 * The error for a request without an answer.
 * @param {unknown} cause what `fetch` threw
 * @returns {ApiError}
 */
export function errorWithoutAnswer(cause) {
  const timedOut = cause instanceof Error && cause.name === "TimeoutError";
  return new ApiError(
    timedOut
      ? "The server took too long to answer. Try again."
      : "Can’t reach the server. Check your connection, then try again.",
  );
}

/**
 * @param {number} status
 * @param {Problem | null} problem
 * @param {Record<string, string>} fields
 * @param {number | null} retryAfter
 */
function words(status, problem, fields, retryAfter) {
  if (status === 429) {
    return `Too many tries. Wait ${retryAfter ? duration(retryAfter) : "a little"}, then try again.`;
  }
  if (status >= 500) {
    const reference = problem?.request_id ? `, request ${problem.request_id}` : "";
    return `The server can’t do this right now (${status}${reference}). Try again in a moment.`;
  }
  const sentences = Object.values(fields);
  if (sentences.length > 0) return sentences.join(" ");
  return sentence(problem?.detail || problem?.title || `The server refused this (${status})`);
}

/**
 * @param {Problem | null} problem
 * @returns {Record<string, string>}
 */
function fieldSentences(problem) {
  /** @type {[string, string][]} */
  const entries = [];
  for (const { loc, msg } of Array.isArray(problem?.errors) ? problem?.errors ?? [] : []) {
    const name = String(Array.isArray(loc) ? loc[loc.length - 1] : "");
    entries.push([name, sentence(`${name.replaceAll("_", " ")} ${msg}`.trim())]);
  }
  return Object.fromEntries(entries);
}

/** @param {string} text */
function sentence(text) {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?…]$/.test(begun) ? begun : `${begun}.`;
}

/** @param {number} seconds */
function duration(seconds) {
  if (seconds < 90) return seconds === 1 ? "1 second" : `${Math.ceil(seconds)} seconds`;
  return `${Math.ceil(seconds / 60)} minutes`;
}

/**
 * Whatever was thrown as something that can be shown. What isn't foreseen is our fault: the console has it.
 * @param {unknown} error
 * @returns {ApiError}
 */
export function asApiError(error) {
  if (error instanceof ApiError) return error;
  console.error(error);
  return new ApiError("Something went wrong in this page. Reload it, then try again.", { status: 500 });
}
