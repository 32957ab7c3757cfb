import assert from "node:assert/strict";
import test from "node:test";
import { createActions } from "../../frontend/js/actions.js";
import { ApiError } from "../../frontend/js/problem.js";
import { board } from "../../frontend/js/selectors.js";
import { createStore } from "../../frontend/js/store.js";
import { heldApi, settled, task } from "./fakes.js";

const offline = () => new ApiError("Can’t reach the server.");

/** A page with these tasks loaded. */
async function page(...tasks) {
  const store = createStore();
  const api = heldApi();
  const actions = createActions(store, api, { now: () => Date.UTC(2026, 1, 1) });
  const loading = actions.refresh();
  api.calls.pop().answer([tasks]);
  await loading;
  return { store, api, actions, seen: () => board(store.state) };
}

test("an addition is seen at once and has the id that was sent", async () => {
  const { store, api, actions, seen } = await page();
  const adding = actions.add("  Buy milk ");
  assert.equal(seen().open[0].task.title, "Buy milk");
  await settled();
  const [{ values: [draft], answer }] = api.calls;
  assert.deepEqual(draft, { id: seen().open[0].task.id, title: "Buy milk" });
  answer(task("1", { id: draft.id, title: "Buy milk", reference: "7" }));
  await adding;
  assert.deepEqual(store.state.changes, []);
  assert.equal(seen().open[0].task.reference, "7");
});

test("trying again sends the same id", async () => {
  const { api, actions, store } = await page();
  const adding = actions.add("x");
  await settled();
  api.calls[0].fail(offline());
  await adding;
  void actions.retry(store.state.changes[0].key);
  await settled();
  assert.deepEqual(api.calls[1].values, api.calls[0].values);
});

test("changes of one task leave one after the other, those of others don't wait", async () => {
  const { api, actions } = await page(task("2"), task("1"));
  void actions.toggle("1");
  void actions.toggle("1");
  void actions.toggle("2");
  await settled();
  assert.deepEqual(api.calls.map((call) => call.values), [["1", { done: true }], ["2", { done: true }]]);
  api.calls[0].answer(task("1", { done: true, version: 2 }));
  await settled();
  assert.deepEqual(api.calls[2].values, ["1", { done: false }]);
});

test("a failed deletion brings the task back with the reason", async () => {
  const { api, actions, seen, store } = await page(task("1"));
  const removing = actions.remove("1");
  assert.equal(seen().openCount, 0);
  await settled();
  api.calls[0].fail(offline());
  await removing;
  assert.match(seen().open[0].fault.message, /reach/);
  assert.equal(store.state.notice, null);
});

test("deleting what is gone already is done; marking it as done says that it is gone", async () => {
  const { api, actions, seen, store } = await page(task("2"), task("1"));
  const gone = () => new ApiError("Not Found.", { status: 404 });
  const both = [actions.remove("1"), actions.toggle("2")];
  await settled();
  for (const call of api.calls) call.fail(gone());
  await Promise.all(both);
  assert.equal(seen().openCount + seen().doneCount, 0);
  assert.deepEqual(store.state.changes, []);
  assert.match(store.state.notice.text, /“Task 2” was deleted somewhere else/);
});

test("undo restores, in the place that the task had", async () => {
  const { api, actions, seen } = await page(task("3"), task("2"), task("1"));
  const removing = actions.remove("2");
  await settled();
  api.calls[0].answer();
  await removing;
  const undoing = actions.undo();
  await settled();
  assert.equal(api.calls[1].name, "restore");
  api.calls[1].answer(task("2", { version: 3 }));
  await undoing;
  assert.deepEqual(seen().open.map((row) => row.task.id), ["3", "2", "1"]);
});

test("a failed undo says so and can be tried again", async () => {
  const { api, actions, store } = await page(task("1"));
  void actions.remove("1");
  await settled();
  api.calls[0].answer();
  await settled();
  const undoing = actions.undo();
  await settled();
  api.calls[1].fail(offline());
  await undoing;
  assert.equal(store.state.notice.tone, "error");
  void actions.undo();
  await settled();
  assert.equal(api.calls[2].name, "restore");
});

test("a list asked for before a change was taken is asked for again", async () => {
  const { api, actions, seen } = await page();
  const refreshing = actions.refresh();
  const adding = actions.add("x");
  await settled();
  const [list, add] = api.calls;
  const added = task("1", { id: add.values[0].id, title: "x" });
  add.answer(added);
  await adding;
  list.answer([[]]);
  await settled();
  assert.deepEqual(api.names(), ["list", "add", "list"]);
  assert.equal(seen().openCount, 1);
  api.calls[2].answer([[added]]);
  await refreshing;
  assert.equal(seen().openCount, 1);
});

test("two wishes for the list at the same time share one answer, asked for after both", async () => {
  const { api, actions, store } = await page();
  const both = [actions.refresh(), actions.refresh()];
  await settled();
  api.calls[0].answer([[]]);
  await settled();
  api.calls[1].answer([[task("1")]]);
  await Promise.all(both);
  assert.equal(api.calls.length, 2);
  assert.equal(store.state.tasks.length, 1);
});

test("a failed refresh keeps the list and says why", async () => {
  const { api, actions, store } = await page(task("1"));
  const refreshing = actions.refresh();
  api.calls[0].fail(offline());
  await refreshing;
  assert.equal(store.state.tasks.length, 1);
  assert.deepEqual({ ...store.state.load }, { status: "failed", message: "Can’t reach the server.", everLoaded: true });
});

test("nothing is sent about a task that could not be added", async () => {
  const { api, actions, store } = await page();
  const adding = actions.add("x");
  const toggling = actions.toggle(store.state.changes[0].task.id);
  await settled();
  api.calls[0].fail(offline());
  await Promise.all([adding, toggling]);
  assert.deepEqual(api.names(), ["add"]);
  assert.deepEqual(store.state.changes.map((change) => change.kind), ["add"]);
});

test("what may succeed later is sent again, what was refused isn't", async () => {
  const { api, actions } = await page();
  const adding = [actions.add("later"), actions.add("never")];
  await settled();
  api.calls[0].fail(offline());
  api.calls[1].fail(new ApiError("Title is bad.", { status: 422 }));
  await Promise.all(adding);
  void actions.retryAll();
  await settled();
  assert.deepEqual(api.calls.slice(2).map((call) => call.values[0].title), ["later"]);
});
