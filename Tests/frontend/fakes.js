// What the tests of the page's modules share: a task, and an API whose answers a test gives one by one.
import { createActions } from "../../frontend/js/actions.js";
import { createChanges } from "../../frontend/js/changes.js";
import { createLoading } from "../../frontend/js/loading.js";
import { ApiError } from "../../frontend/js/problem.js";
import { board } from "../../frontend/js/selectors.js";
import { createStore } from "../../frontend/js/store.js";

export const TODAY = "2026-02-01";

/** A task as the API answers it. */
export const task = (id, news = {}) => ({
  id, reference: id, list: null, number: 1, title: `Task ${id}`, done: false, notes: "", due_on: null, priority: 0, tags: [],
  version: 1, created_at: `2026-01-01T00:00:0${id}Z`, updated_at: "2026-01-01T00:00:00Z", done_at: null, deleted_at: null, ...news,
});

export const offline = () => new ApiError("Can’t reach the server.");

/** Lets everything run that waits for nothing but its turn. */
export const settled = () => new Promise((resolve) => setImmediate(resolve));

/**
 * An API that keeps each call until the test answers it: `api.calls[0].answer(task)`, `.fail(error)`.
 */
export function heldApi() {
  const calls = [];
  const held = (name) => (...values) => new Promise((answer, fail) => calls.push({ name, values, answer, fail }));
  const list = held("list");
  return {
    calls,
    names: () => calls.map((call) => call.name),
    task: held("get"),
    addTask: held("add"),
    patchTask: held("patch"),
    deleteTask: held("delete"),
    restoreTask: held("restore"),
    lists: held("lists"),
    deletedTasks: held("trash"),
    async *taskPages() {
      for (const page of await list()) yield page;
    },
  };
}

/** A page with these tasks loaded, and no calls so far. */
export async function loadedPage(...tasks) {
  const store = createStore();
  const api = heldApi();
  const now = () => Date.UTC(2026, 1, 1, 12);
  const loading = createLoading(store, api, { now });
  const changes = createChanges(store, api, { loading, now });
  const actions = createActions(store, changes, { now });
  const refreshed = loading.refresh();
  api.calls.pop().answer([tasks]);
  await refreshed;
  return { store, api, loading, changes, actions, seen: () => board(store.state, TODAY) };
}

/** A `fetch` with one answer after the other; it fails the test when there are more requests than answers. */
export function scriptedFetch(...answers) {
  const requests = [];
  const fetch = async (url, options) => {
    requests.push({ url, ...options, body: options.body === undefined ? undefined : JSON.parse(options.body) });
    const answer = answers.shift();
    if (answer === undefined) throw new Error(`unexpected request: ${options.method} ${url}`);
    if (answer instanceof Error) throw answer;
    const { status = 200, body = null, type = "application/json", headers = {} } = answer;
    const text = body === null ? null : typeof body === "string" ? body : JSON.stringify(body);
    return new Response(text, { status, headers: { "Content-Type": type, ...headers } });
  };
  return { fetch, requests };
}
