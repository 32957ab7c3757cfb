import assert from "node:assert/strict";
import test from "node:test";
import { ApiError } from "../../frontend/js/problem.js";
import { loadedPage, offline, settled, task } from "./fakes.js";

const gone = () => new ApiError("Not Found.", { status: 404 });
const older = (current) => new ApiError("Changed meanwhile.", { status: 412, current });

test("trying again sends the same id", async () => {
  const { api, actions, changes, store } = await loadedPage();
  const adding = actions.add({ title: "x" });
  await settled();
  api.calls[0].fail(offline());
  await adding;
  void changes.retry(store.state.changes[0].key);
  await settled();
  assert.deepEqual(api.calls[1].values, api.calls[0].values);
});

test("changes of one task leave one after the other, those of others don't wait", async () => {
  const { api, actions } = await loadedPage(task("2"), task("1"));
  for (const id of ["1", "1", "2"]) void actions.toggle([id]);
  await settled();
  assert.deepEqual(api.calls.map((call) => call.values), [["1", { done: true }], ["2", { done: true }]]);
  api.calls[0].answer(task("1", { done: true, version: 2 }));
  await settled();
  assert.deepEqual(api.calls[2].values, ["1", { done: false }]);
});

test("a failed deletion brings the task back with the reason", async () => {
  const { api, actions, seen } = await loadedPage(task("1"));
  const removing = actions.remove(["1"]);
  assert.equal(seen().openCount, 0);
  await settled();
  api.calls[0].fail(offline());
  await removing;
  assert.match(seen().open[0].fault.message, /reach/);
});

test("deleting what is gone already is done; marking it as done says that it is gone", async () => {
  const { api, actions, seen, store } = await loadedPage(task("2"), task("1"));
  const both = [actions.remove(["1"]), actions.toggle(["2"])];
  await settled();
  for (const call of api.calls) call.fail(gone());
  await Promise.all(both);
  assert.equal(seen().openCount + seen().doneCount, 0);
  assert.deepEqual(store.state.changes, []);
  assert.match(store.state.notice.text, /“Task 2” was deleted somewhere else/);
});

test("a restoration that fails says so and can be tried again", async () => {
  const { api, actions, changes, store } = await loadedPage(task("1"));
  void actions.remove(["1"]);
  await settled();
  api.calls[0].answer();
  await settled();
  const { sent } = actions.undo();
  await settled();
  api.calls[1].fail(offline());
  await sent;
  assert.equal(store.state.notice.tone, "error");
  void changes.make([store.state.notice.again]);
  await settled();
  assert.equal(api.calls[2].name, "restore");
});

test("nothing is sent about a task that could not be added", async () => {
  const { api, actions, store } = await loadedPage();
  const adding = actions.add({ title: "x" });
  const toggling = actions.toggle([store.state.changes[0].task.id]);
  await settled();
  api.calls[0].fail(offline());
  await Promise.all([adding, toggling]);
  assert.deepEqual(api.names(), ["add"]);
  assert.deepEqual(store.state.changes.map((change) => change.kind), ["add"]);
});

test("what may succeed later is sent again, what was refused isn't", async () => {
  const { api, actions, changes } = await loadedPage();
  const adding = [actions.add({ title: "later" }), actions.add({ title: "never" })];
  await settled();
  api.calls[0].fail(offline());
  api.calls[1].fail(new ApiError("Title is bad.", { status: 422 }));
  await Promise.all(adding);
  void changes.retryAll();
  await settled();
  assert.deepEqual(api.calls.slice(2).map((call) => call.values[0].title), ["later"]);
});

test("an edit names the version it was made on", async () => {
  const base = task("1", { version: 4 });
  const { api, actions } = await loadedPage(base);
  void actions.edit(base, { title: "mine" });
  await settled();
  assert.deepEqual(api.calls[0].values, ["1", { title: "mine" }, 4]);
});

test("two that changed different things don't disturb each other", async () => {
  const base = task("1");
  const { api, actions, seen } = await loadedPage(base);
  const editing = actions.edit(base, { title: "mine" });
  await settled();
  api.calls[0].fail(older(task("1", { notes: "theirs", version: 2 })));
  await settled();
  assert.deepEqual(api.calls[1].values, ["1", { title: "mine" }, 2]);
  api.calls[1].answer(task("1", { title: "mine", notes: "theirs", version: 3 }));
  await editing;
  assert.equal(seen().open[0].task.notes, "theirs");
  assert.equal(seen().open[0].fault, null);
});

test("two that changed the same are asked about: mine, on their version", async () => {
  const base = task("1");
  const { api, actions, changes, seen, store } = await loadedPage(base);
  const editing = actions.edit(base, { title: "mine", priority: 1 });
  await settled();
  api.calls[0].fail(older(task("1", { title: "theirs", version: 2 })));
  await editing;
  const [{ key, status, theirs }] = store.state.changes;
  assert.deepEqual([status, theirs.title, seen().open[0].task.title], ["clashed", "theirs", "theirs"]);
  const deciding = changes.decide(key, "mine");
  await settled();
  assert.deepEqual(api.calls[1].values, ["1", { title: "mine", priority: 1 }, 2]);
  api.calls[1].answer(task("1", { title: "mine", priority: 1, version: 3 }));
  await deciding;
  assert.deepEqual(store.state.changes, []);
});

test("two that changed the same are asked about: theirs, and nothing is sent", async () => {
  const base = task("1");
  const { api, actions, changes, seen, store } = await loadedPage(base);
  // The stream has told of it before the editor was closed: nobody need ask the server.
  store.dispatch({ type: "told", id: "1", task: task("1", { title: "theirs", version: 2 }), at: "" });
  await actions.edit(base, { title: "mine" });
  assert.deepEqual(api.calls, []);
  await changes.decide(store.state.changes[0].key, "theirs");
  assert.deepEqual([store.state.changes, seen().open[0].task.title], [[], "theirs"]);
});

test("two that wrote the same agree", async () => {
  const base = task("1");
  const { api, actions, store } = await loadedPage(base);
  store.dispatch({ type: "told", id: "1", task: task("1", { title: "same", version: 2 }), at: "" });
  await actions.edit(base, { title: "same" });
  assert.deepEqual([api.calls, store.state.changes], [[], []]);
});
