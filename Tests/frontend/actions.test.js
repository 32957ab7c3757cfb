import assert from "node:assert/strict";
import test from "node:test";
import { ApiError } from "../../frontend/js/problem.js";
import { loadedPage, offline, settled, task } from "./fakes.js";

test("an addition is seen at once and has the id that was sent", async () => {
  const { store, api, actions, seen } = await loadedPage();
  const adding = actions.add({ title: "  Buy milk ", due_on: "2026-02-03", tags: [], priority: 0, list: null });
  assert.equal(seen().open[0].task.title, "Buy milk");
  await settled();
  const [{ values: [draft], answer }] = api.calls;
  assert.deepEqual(draft, { id: seen().open[0].task.id, title: "Buy milk", due_on: "2026-02-03" });
  answer(task("1", { id: draft.id, title: "Buy milk", reference: "7" }));
  await adding;
  assert.deepEqual(store.state.changes, []);
  assert.equal(seen().open[0].task.reference, "7");
});

test("undo takes back what was done, the last first: a tick, a deletion, an addition", async () => {
  const { api, actions, seen, store } = await loadedPage(task("3"), task("2"), task("1"));
  const answer = async (value) => {
    await settled();
    api.calls.at(-1).answer(value);
    await settled();
  };
  void actions.add({ title: "new" });
  const added = seen().open[0].task;
  await answer({ ...task("9"), id: added.id, title: "new" });
  void actions.toggle(["2"]);
  await answer(task("2", { done: true, version: 2 }));
  void actions.remove(["3"]);
  await answer();

  assert.deepEqual(actions.undo().ids, ["3"]);
  assert.equal(store.state.notice.text, "Undone: Deleted: “Task 3”.");
  await answer(task("3", { version: 3 }));
  actions.undo();
  await answer(task("2", { version: 3 }));
  actions.undo();
  await answer();
  assert.equal(actions.undo(), null);
  assert.deepEqual(api.names(), ["add", "patch", "delete", "restore", "patch", "delete"]);
  assert.deepEqual(api.calls[4].values.slice(0, 2), ["2", { done: false }]);
  assert.deepEqual(seen().open.map((row) => row.task.id), ["3", "2", "1"]);
});

test("many tasks at once are one act: one notice, one undo", async () => {
  const { api, actions, seen, store } = await loadedPage(task("3", { priority: 2 }), task("2"), task("1"));
  const all = actions.patchAll(["1", "2", "3"], "Priority medium", () => ({ priority: 2 }));
  assert.equal(store.state.notice.text, "Priority medium: 2 tasks.");
  assert.deepEqual(seen().open.map((row) => row.task.priority), [2, 2, 2]);
  await settled();
  assert.deepEqual(api.calls.map((call) => call.values[0]), ["2", "1"]);
  for (const call of api.calls) call.answer(task(call.values[0], { priority: 2, version: 2 }));
  await all;
  const { sent } = actions.undo();
  assert.deepEqual(seen().open.map((row) => row.task.priority), [2, 0, 0]);
  await settled();
  for (const call of api.calls.slice(2)) call.answer(task(call.values[0], { version: 3 }));
  await sent;
});

test("of hundreds of changes only a few are on their way at the same time", async () => {
  const many = Array.from({ length: 300 }, (_, index) => task("1", { id: `t${index}` }));
  const { api, actions } = await loadedPage(...many);
  void actions.remove(many.map(({ id }) => id));
  await settled();
  assert.equal(api.calls.length, 4);
  api.calls[0].answer();
  await settled();
  assert.equal(api.calls.length, 5);
});

test("marking some that are done and some that aren't makes all of them done", async () => {
  const { actions, seen } = await loadedPage(task("2", { done: true, done_at: "2026-01-05T00:00:00Z" }), task("1"));
  void actions.toggle(["1", "2"]);
  assert.deepEqual([seen().open.length, seen().done.length], [0, 2]);
});

test("a failed act can't be taken back, and isn't announced any more", async () => {
  const { api, actions, store } = await loadedPage(task("1"));
  void actions.remove(["1"]);
  await settled();
  api.calls[0].fail(offline());
  await settled();
  assert.deepEqual(store.state.acts, []);
  assert.equal(store.state.notice, null);
});

test("a task that never got there is just forgotten", async () => {
  const { api, actions, store, seen } = await loadedPage();
  void actions.add({ title: "x" });
  await settled();
  api.calls[0].fail(new ApiError("Title is bad.", { status: 422 }));
  await settled();
  await actions.remove([seen().open[0].task.id]);
  assert.deepEqual(store.state.changes, []);
  assert.deepEqual(api.names(), ["add"]);
});
