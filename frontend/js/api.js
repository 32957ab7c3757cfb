/**
 * The REST API, one function a request. Every failure is an `ApiError` whose message can be shown.
 * Must not know the page or its state: it is given `fetch` and the token.
 */
import { ApiError, errorFor, errorWithoutAnswer } from "./problem.js";

/**
 * @typedef {object} Task a task, as the API answers it
 * @property {string} id
 * @property {string} reference what people type: `12` in the inbox, `WEB-12` elsewhere
 * @property {string | null} list
 * @property {number} number
 * @property {string} title
 * @property {boolean} done
 * @property {string} notes
 * @property {string | null} due_on a date, `2026-05-01`
 * @property {number} priority 0 (none) to 3 (high)
 * @property {string[]} tags
 * @property {number} version grows by one with each change
 * @property {string} created_at RFC 3339
 * @property {string} updated_at
 * @property {string | null} done_at
 * @property {string | null} deleted_at
 */

/** @typedef {{ access_token: string, token_type: string, expires_in: number }} AccessToken */
/** @typedef {ReturnType<typeof createApi>} Api */

/** A request that has no answer after this many milliseconds has failed. */
const PATIENCE = 20_000;
/** The most that the API gives on one page. */
const PAGE_SIZE = 1000;

/**
 * @typedef {object} ApiOptions
 * @property {typeof globalThis.fetch} [fetch]
 * @property {string} [base]
 * @property {() => string | null} [token] the access token, null without a session
 * @property {(token: string | null) => void} [onRefused] the server no longer takes this token, or there is none
 */

/**
 * @param {ApiOptions} options
 */
export function createApi({ fetch = globalThis.fetch, base = "/api/v1", token = () => null, onRefused = () => {} } = {}) {
  /**
   * @param {string} method
   * @param {string} path
   * @param {unknown} [body]
   * @param {{ withToken?: boolean }} options
   * @returns {Promise<Response>} a success
   */
  async function send(method, path, body, { withToken = true } = {}) {
    /** @type {Record<string, string>} */
    const headers = { Accept: "application/json, application/problem+json" };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const bearer = withToken ? token() : null;
    if (withToken && bearer === null) {
      onRefused(null);
      throw new ApiError("Your session has ended. Log in again.", { status: 401 });
    }
    if (bearer !== null) headers.Authorization = `Bearer ${bearer}`;
    let response;
    try {
      response = await fetch(base + path, {
        method,
        headers,
        body: body === undefined ? undefined : JSON.stringify(body),
        cache: "no-store",
        credentials: "omit",
        // A change is sent to its end even when the page is left meanwhile.
        keepalive: method !== "GET",
        // @ts-ignore: older TypeScript libraries don't declare it
        signal: AbortSignal.timeout(PATIENCE),
      });
    } catch (error) {
      throw errorWithoutAnswer(error);
    }
    if (response.ok) return response;
    if (response.status === 401 && bearer !== null) onRefused(bearer);
    throw errorFor(response.status, await problemOf(response), response.headers.get("Retry-After"));
  }

  /**
   * @param {Response} response
   * @returns {Promise<any>}
   */
  async function json(response) {
    try {
      return await response.json();
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw errorWithoutAnswer(error);
      throw new ApiError("The server’s answer isn’t one this page can read. Reload the page.");
    }
  }

  /** @param {string} id */
  const taskPath = (id) => `/tasks/${encodeURIComponent(id)}`;

  return {
    /**
     * Makes an account. Fails with status 409 when the address has one.
     * @param {string} email
     * @param {string} password
     * @returns {Promise<{ id: string, email: string }>}
     */
    async register(email, password) {
      return json(await send("POST", "/auth/register", { email, password }, { withToken: false }));
    },

    /**
     * @param {string} email
     * @param {string} password
     * @returns {Promise<AccessToken>}
     */
    async login(email, password) {
      return json(await send("POST", "/auth/login", { email, password }, { withToken: false }));
    },

    /**
     * All tasks, newest first, page by page.
     * @returns {AsyncGenerator<Task[], void, void>}
     */
    async *taskPages() {
      let query = `?limit=${PAGE_SIZE}`;
      const seen = new Set();
      // A server that repeats itself must not keep us forever.
      while (query !== "" && !seen.has(query)) {
        seen.add(query);
        const response = await send("GET", `/tasks${query}`);
        yield await json(response);
        query = nextQuery(response.headers.get("Link"));
      }
    },

    /**
     * @param {{ id: string, title: string }} draft
     * @returns {Promise<Task>}
     */
    async addTask(draft) {
      return json(await send("POST", "/tasks", draft));
    },

    /**
     * @param {string} id
     * @param {{ title?: string, done?: boolean }} patch
     * @returns {Promise<Task>}
     */
    async patchTask(id, patch) {
      return json(await send("PATCH", taskPath(id), patch));
    },

    /** @param {string} id */
    async deleteTask(id) {
      await send("DELETE", taskPath(id));
    },

    /**
     * @param {string} id
     * @returns {Promise<Task>}
     */
    async restoreTask(id) {
      return json(await send("POST", `${taskPath(id)}/restore`));
    },
  };
}

/**
 * The query of the next page. Only the query counts: behind a proxy the server may name itself otherwise.
 * @param {string | null} link a `Link` header
 * @returns {string} with its `?`; empty on the last page
 */
export function nextQuery(link) {
  for (const [, target, parameters] of (link ?? "").matchAll(/<([^>]*)>([^<]*)/g)) {
    if (!/;\s*rel\s*=\s*"?(?:[^"]*\s)?next(?:\s[^"]*)?"?\s*(?:[;,]|$)/i.test(parameters)) continue;
    const mark = target.indexOf("?");
    if (mark >= 0) return target.slice(mark).replace(/#.*$/, "");
  }
  return "";
}

/**
 * @param {Response} response
 * @returns {Promise<import("./problem.js").Problem | null>}
 */
async function problemOf(response) {
  if (!/\bjson\b/.test(response.headers.get("Content-Type") ?? "")) return null;
  try {
    const body = await response.json();
    return typeof body === "object" ? body : null;
  } catch {
    return null;
  }
}
