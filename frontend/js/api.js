/**
 * The REST API, one function a request. Every failure is an `ApiError` whose message can be shown.
 * Must not know the page or its state: it is given `fetch` and the token.
 */
import { ApiError, errorFor, errorWithoutAnswer } from "./problem.js";

/** A request that has no answer after this many milliseconds has failed. */
const PATIENCE = 20_000;
/** The most that the API gives on one page. */
const PAGE_SIZE = 1000;
/** A browser sends no more than 64 KiB of requests that outlive their page. */
const OUTLIVES = 8000;

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
   * @param {{ withToken?: boolean, headers?: Record<string, string>, signal?: AbortSignal }} options
   * @returns {Promise<Response>} a success
   */
  async function send(method, path, body, { withToken = true, headers: more = {}, signal } = {}) {
    /** @type {Record<string, string>} */
    const headers = { Accept: "application/json, application/problem+json", ...more };
    const text = body === undefined ? undefined : JSON.stringify(body);
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
        body: text,
        cache: "no-store",
        credentials: "omit",
        // A change is sent to its end even when the page is left meanwhile.
        keepalive: method !== "GET" && (text ?? "").length < OUTLIVES,
        // @ts-ignore: older TypeScript libraries don't declare it
        signal: signal ?? AbortSignal.timeout(PATIENCE),
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

    /** @type {(email: string, password: string) => Promise<AccessToken>} */
    login: async (email, password) => json(await send("POST", "/auth/login", { email, password }, { withToken: false })),

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
     * The deleted tasks of the last 30 days, at most a page of them, those that were changed last first.
     * @returns {Promise<Task[]>}
     */
    async deletedTasks() {
      return json(await send("GET", `/tasks?deleted=true&sort=-updated&limit=${PAGE_SIZE}`));
    },

    /**
     * Fails with status 404 when it is deleted.
     * @param {string} id
     * @returns {Promise<Task>}
     */
    async task(id) {
      return json(await send("GET", taskPath(id)));
    },

    /**
     * @param {Patch & { id: string, title: string }} draft
     * @returns {Promise<Task>}
     */
    async addTask(draft) {
      return json(await send("POST", "/tasks", draft));
    },

    /**
     * Fails with status 412 when the task is no longer at that version.
     * @param {string} id
     * @param {Patch} patch
     * @param {number | null} [version]
     * @returns {Promise<Task>}
     */
    async patchTask(id, patch, version = null) {
      return json(await send("PATCH", taskPath(id), patch, { headers: version === null ? {} : { "If-Match": `"${version}"` } }));
    },

    /** @param {string} id */
    async deleteTask(id) {
      await send("DELETE", taskPath(id));
    },

    /** @type {(id: string) => Promise<Task>} */
    restoreTask: async (id) => json(await send("POST", `${taskPath(id)}/restore`)),

    /** @returns {Promise<List[]>} the inbox first, then by key */
    async lists() {
      return json(await send("GET", "/lists"));
    },

    /**
     * Fails with status 409 when there is a list with this key.
     * @param {{ key: string, name: string }} list
     * @returns {Promise<List>}
     */
    async addList(list) {
      return json(await send("POST", "/lists", list));
    },

    /**
     * @param {string} key
     * @param {{ key?: string, name?: string }} patch
     * @returns {Promise<List>}
     */
    async patchList(key, patch) {
      return json(await send("PATCH", `/lists/${encodeURIComponent(key)}`, patch));
    },

    /** @param {string} key its tasks go to the inbox */
    async deleteList(key) {
      await send("DELETE", `/lists/${encodeURIComponent(key)}?tasks=move`);
    },

    /** @returns {Promise<Account>} */
    async account() {
      return json(await send("GET", "/me"));
    },

    /** @type {(patch: { time_zone?: string | null, digest_enabled?: boolean, password?: string, current_password?: string }) => Promise<Account>} */
    patchAccount: async (patch) => json(await send("PATCH", "/me", patch)),

    async deleteAccount() {
      await send("DELETE", "/me");
    },

    /** @returns {Promise<Stats>} */
    async stats() {
      return json(await send("GET", "/stats"));
    },

    /** Today's digest as it would be mailed, as text. */
    async digest() {
      return (await send("GET", "/digest", undefined, { headers: { Accept: "text/plain, application/problem+json;q=0.5" } })).text();
    },

    /**
     * The stream of changes, from this place on; without one, from now on.
     * @param {string} lastId
     * @param {AbortSignal} signal ends it: it has no end of its own
     */
    async events(lastId, signal) {
      /** @type {Record<string, string>} */
      const headers = { Accept: "text/event-stream, application/problem+json;q=0.5" };
      if (lastId !== "") headers["Last-Event-ID"] = lastId;
      return send("GET", "/events", undefined, { headers, signal });
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
 * @returns {Promise<Problem | null>}
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
