import assert from "node:assert/strict";
import test from "node:test";
import { createFollower } from "../../frontend/js/follow.js";
import { ApiError } from "../../frontend/js/problem.js";
import { loadedPage, offline, settled, task } from "./fakes.js";

const event = (type, id, at, more = {}) => ({ type, id: "1-1", data: JSON.stringify({ task_id: id, occurred_at: at, type, ...more }) });

test("what was heard while a list was on its way is newer than the list", async () => {
  const { api, actions, loading, seen } = await loadedPage(task("3"), task("2"), task("1"));
  const refreshing = loading.refresh();
  const adding = actions.add({ title: "x" });
  const removing = actions.remove(["2"]);
  await settled();
  const [list, add, remove] = api.calls;
  add.answer(task("9", { id: add.values[0].id, title: "x" }));
  remove.answer();
  await Promise.all([adding, removing]);
  loading.tell("1", task("1", { title: "told", version: 5 }));
  loading.tell("3", task("3", { title: "old", version: 1 }));
  list.answer([[task("3", { title: "new", version: 2 }), task("2"), task("1")]]);
  await refreshing;
  assert.deepEqual(seen().open.map((row) => row.task.title), ["x", "new", "told"]);
});

test("two wishes for the list at the same time share one answer, asked for after both", async () => {
  const { api, loading, store } = await loadedPage();
  const both = [loading.refresh(), loading.refresh()];
  await settled();
  api.calls[0].answer([[]]);
  await settled();
  api.calls[1].answer([[task("1")]]);
  await Promise.all(both);
  assert.equal(api.calls.length, 2);
  assert.equal(store.state.tasks.length, 1);
});

test("a failed refresh keeps the list and says why", async () => {
  const { api, loading, store } = await loadedPage(task("1"));
  const refreshing = loading.refresh();
  api.calls[0].fail(offline());
  await refreshing;
  assert.equal(store.state.tasks.length, 1);
  assert.deepEqual({ ...store.state.load }, { status: "failed", message: "Can’t reach the server.", everLoaded: true });
});

async function following(...tasks) {
  const page = await loadedPage(...tasks);
  return { ...page, follower: createFollower(page.store, page.api, page) };
}

test("an event names a task, and the task is asked for", async () => {
  const { api, follower, seen } = await following(task("1"));
  follower.take(event("task.created", "2", "2026-02-01T00:00:00Z"));
  await settled();
  assert.deepEqual(api.calls[0].values, ["2"]);
  api.calls[0].answer(task("2"));
  await settled();
  assert.deepEqual(seen().open.map((row) => row.task.id), ["2", "1"]);
});

test("one's own change comes back as an event, and nobody asks", async () => {
  const { api, actions, follower } = await following(task("1"));
  void actions.toggle(["1"]);
  await settled();
  follower.take(event("task.completed", "1", "2026-02-01T00:00:01Z"));
  await settled();
  assert.deepEqual(api.names(), ["patch"]);
  api.calls[0].answer(task("1", { done: true, version: 2, updated_at: "2026-02-01T00:00:01Z" }));
  await settled();
  assert.deepEqual(api.names(), ["patch"]);
});

test("many events of one task are one question", async () => {
  const { api, follower } = await following(task("1"));
  for (const second of [1, 2, 3]) follower.take(event("task.updated", "1", `2026-02-01T00:00:0${second}Z`));
  await settled();
  assert.deepEqual(api.names(), ["get"]);
});

test("a deleted task goes without a question, into the deleted ones", async () => {
  const { api, follower, seen, store } = await following(task("1"));
  store.dispatch({ type: "trash-loaded", tasks: [] });
  follower.take(event("task.deleted", "1", "2026-02-01T00:00:00Z"));
  assert.equal(seen().total, 0);
  assert.deepEqual(store.state.trash.map(({ id }) => id), ["1"]);
  assert.deepEqual(api.calls, []);
});

test("a task that is gone when it is asked for goes; any other failure asks for the list", async () => {
  const { api, follower, seen } = await following(task("2"), task("1"));
  follower.take(event("task.updated", "1", "2026-02-01T00:00:00Z"));
  follower.take(event("task.updated", "2", "2026-02-01T00:00:00Z"));
  await settled();
  api.calls[0].fail(new ApiError("", { status: 404 }));
  api.calls[1].fail(offline());
  await settled();
  assert.deepEqual(seen().open.map((row) => row.task.id), ["2"]);
  assert.deepEqual(api.names(), ["get", "get", "list"]);
});

test("a reset, and events of very many tasks, ask for the list", async () => {
  const { api, follower } = await following();
  follower.take({ type: "reset", id: "1-1", data: "{}" });
  await settled();
  assert.deepEqual(api.names(), ["list"]);
  for (let id = 0; id < 50; id += 1) follower.take(event("task.created", `n${id}`, "2026-02-01T00:00:00Z"));
  api.calls[0].answer([[]]);
  await settled();
  assert.equal(api.names().filter((name) => name === "list").length, 2);
});

test("a task in a list that isn't known asks for the lists", async () => {
  const { api, follower } = await following();
  follower.take(event("task.created", "1", "2026-02-01T00:00:00Z"));
  await settled();
  api.calls[0].answer(task("1", { list: "NEW" }));
  await settled();
  assert.deepEqual(api.names(), ["get", "lists"]);
});

test("news of a task that was deleted here are old", async () => {
  const { api, actions, follower } = await following(task("1"));
  void actions.toggle(["1"]);
  void actions.remove(["1"]);
  follower.take(event("task.created", "1", "2026-02-01T00:00:00Z"));
  follower.take(event("task.completed", "1", "2026-02-01T00:00:01Z"));
  await settled();
  api.calls[0].answer(task("1", { done: true, version: 2 }));
  await settled();
  api.calls[1].answer();
  await settled();
  assert.deepEqual(api.names(), ["patch", "delete"]);
  follower.take(event("task.restored", "1", "2026-02-01T00:00:02Z"));
  await settled();
  assert.deepEqual(api.names(), ["patch", "delete", "get"]);
});

test("what isn't known is passed over", async () => {
  const { api, follower } = await following();
  follower.take({ type: "user.registered", id: "1-1", data: "{}" });
  await settled();
  assert.deepEqual(api.calls, []);
});
