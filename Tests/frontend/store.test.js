import assert from "node:assert/strict";
import test from "node:test";
import { board, dueWords, matcher } from "../../frontend/js/selectors.js";
import { createStore, emptyState, reduce } from "../../frontend/js/store.js";
import { task } from "./fakes.js";

const loaded = (...tasks) => reduce(emptyState, { type: "loaded", tasks, complete: true });
const change = (kind, of, news = {}) => ({ key: `${kind}-${of.id}`, kind, task: of, at: "2026-02-01T00:00:00Z", status: "sending", ...news });
const made = (state, ...changes) => changes.reduce((s, c) => reduce(s, { type: "change-made", change: c }), state);
const ids = (rows) => rows.map((row) => row.task.id).join(" ");

test("changes under way are laid over the server's tasks", () => {
  const [a, b, c] = [task("3"), task("2"), task("1")];
  const state = made(loaded(a, b, c), change("add", task("9")), change("done", b, { done: true }), change("delete", c));
  const seen = board(state);
  assert.equal(ids(seen.open), "9 3");
  assert.equal(ids(seen.done), "2");
  assert.equal(seen.done[0].saving, true);
  assert.deepEqual(state.tasks, [a, b, c]);
});

test("a failed change is taken back and says so; a failed addition stays to be decided on", () => {
  const a = task("1");
  let state = made(loaded(a), change("done", a, { done: true }), change("add", task("2")));
  state = reduce(state, { type: "change-failed", key: "done-1", message: "No.", retryable: true });
  state = reduce(state, { type: "change-failed", key: "add-2", message: "Never.", retryable: false });
  const { open, done } = board(state);
  assert.equal(ids(open), "2 1");
  assert.equal(ids(done), "");
  assert.deepEqual(open.map((row) => row.fault?.message), ["Never.", "No."]);
});

test("a failure silences the notice that said it was done, and no other", () => {
  const [a, b] = [task("1"), task("2")];
  const notice = (of) => ({ text: "Deleted.", tone: "info", undo: { kind: "restore", task: of } });
  const failed = (of) => reduce(reduce(made(loaded(a, b), change("delete", a)), { type: "noticed", notice: notice(of) }),
    { type: "change-failed", key: "delete-1", message: "No.", retryable: true });
  assert.equal(failed(a).notice, null);
  assert.notEqual(failed(b).notice, null);
});

test("the server's answer takes the change's place, never an older one of a newer", () => {
  const a = task("1", { version: 3 });
  let state = made(loaded(a), change("done", a, { done: true }));
  state = reduce(state, { type: "change-kept", key: "done-1", task: task("1", { version: 2, title: "old" }) });
  assert.equal(state.tasks[0].title, "Task 1");
  assert.equal(state.changes.length, 0);
});

test("an answered addition and a restored task come to their places by age", () => {
  const old = task("2");
  let state = made(loaded(task("5"), task("1")), change("restore", old));
  state = reduce(state, { type: "change-kept", key: "restore-2", task: old });
  assert.equal(ids(board(state).open), "5 2 1");
});

test("a list that shows a failed change done settles it", () => {
  const [a, b] = [task("1"), task("2")];
  let state = made(loaded(a), change("add", b), change("delete", a));
  for (const key of ["add-2", "delete-1"]) state = reduce(state, { type: "change-failed", key, message: "Lost.", retryable: true });
  state = reduce(state, { type: "loaded", tasks: [b], complete: true });
  assert.deepEqual(state.changes, []);
  assert.equal(ids(board(state).open), "2");
});

test("a list that doesn't leaves it", () => {
  const a = task("1");
  let state = made(loaded(a), change("delete", a));
  state = reduce(state, { type: "change-failed", key: "delete-1", message: "No.", retryable: true });
  state = reduce(state, { type: "loaded", tasks: [a], complete: true });
  assert.equal(state.changes.length, 1);
});

test("done tasks stand by when they were done, the last first", () => {
  const at = (id, time) => task(id, { done: true, done_at: `2026-03-0${time}T00:00:00.5Z` });
  assert.equal(ids(board(loaded(at("1", 2), at("2", 3), at("3", 1))).done), "2 1 3");
});

test("the filter looks for every word in title, reference and tags, without regard to case", () => {
  const it = task("1", { title: "Buy ÄPFEL", reference: "WEB-12", tags: ["home"] });
  for (const filter of ["", "  ", "äpfel buy", "web-12", "@home"]) assert.ok(matcher(filter)(it), filter);
  for (const filter of ["pears", "buy pears"]) assert.ok(!matcher(filter)(it), filter);
});

test("due dates by name", () => {
  const now = new Date(2026, 2, 29, 23, 30);
  const words = (date) => dueWords(date, now);
  assert.deepEqual(words("2026-03-29"), { text: "Due today", kind: "due-today" });
  assert.deepEqual(words("2026-03-30"), { text: "Due tomorrow", kind: "due" });
  assert.deepEqual(words("2026-03-28"), { text: "Overdue since Mar 28", kind: "overdue" });
  assert.deepEqual(words("2027-01-02"), { text: "Due Jan 2, 2027", kind: "due" });
});

test("listeners hear changes of the state until they leave", () => {
  const store = createStore();
  const heard = [];
  const leave = store.subscribe((state) => heard.push(state.draft));
  store.dispatch({ type: "drafted", text: "a" });
  leave();
  store.dispatch({ type: "drafted", text: "b" });
  assert.deepEqual(heard, ["a"]);
});
