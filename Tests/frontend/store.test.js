import assert from "node:assert/strict";
import test from "node:test";
import { dueWords, localDay } from "../../frontend/js/dates.js";
import { home } from "../../frontend/js/place.js";
import { matcher } from "../../frontend/js/search.js";
import { board as boardAt, counts, unsaved } from "../../frontend/js/selectors.js";
import { createStore, emptyState, reduce } from "../../frontend/js/store.js";
import { task, TODAY } from "./fakes.js";

const board = (state) => boardAt(state, TODAY);

const loaded = (...tasks) => reduce(emptyState, { type: "loaded", tasks, complete: true });
const change = (kind, of, news = {}) => ({ key: `${kind}-${of.id}`, kind, task: of, at: "2026-02-01T00:00:00Z", status: "sending", ...news });
const made = (state, ...changes) => changes.reduce((s, c) => reduce(s, { type: "change-made", change: c }), state);
const ids = (rows) => rows.map((row) => row.task.id).join(" ");

test("changes under way are laid over the server's tasks", () => {
  const [a, b, c] = [task("3"), task("2"), task("1")];
  const state = made(loaded(a, b, c), change("add", task("9")), change("patch", b, { patch: { done: true } }), change("delete", c));
  const seen = board(state);
  assert.equal(ids(seen.open), "9 3");
  assert.equal(ids(seen.done), "2");
  assert.equal(seen.done[0].saving, true);
  assert.deepEqual(state.tasks, [a, b, c]);
});

test("a failed change is taken back and says so; a failed addition stays to be decided on", () => {
  const a = task("1");
  let state = made(loaded(a), change("patch", a, { patch: { done: true } }), change("add", task("2")));
  state = reduce(state, { type: "change-failed", key: "patch-1", message: "No.", retryable: true });
  state = reduce(state, { type: "change-failed", key: "add-2", message: "Never.", retryable: false });
  const { open, done } = board(state);
  assert.equal(ids(open), "2 1");
  assert.equal(ids(done), "");
  assert.deepEqual(open.map((row) => row.fault?.message), ["Never.", "No."]);
});

test("the server's answer takes the change's place, never an older one of a newer", () => {
  const a = task("1", { version: 3 });
  let state = made(loaded(a), change("patch", a, { patch: { done: true } }));
  state = reduce(state, { type: "change-kept", key: "patch-1", task: task("1", { version: 2, title: "old" }) });
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

test("the search looks for every word in title, reference, tags and notes, without regard to case", () => {
  const it = task("1", { title: "Buy ÄPFEL", reference: "WEB-12", tags: ["home"], notes: "Red ones" });
  for (const filter of ["", "  ", "äpfel buy", "web-12", "@home", "red buy"]) assert.ok(matcher(filter)(it), filter);
  for (const filter of ["pears", "buy pears"]) assert.ok(!matcher(filter)(it), filter);
});

const at = (place, ...tasks) => reduce(loaded(...tasks), { type: "went", place: { ...home, ...place } });

test("each view has its tasks, in its order", () => {
  const noon = (day) => new Date(2026, 1, day, 12).toISOString();
  const tasks = [
    task("7", { done: true, done_at: noon(1) }), task("6", { done: true, done_at: new Date(2026, 0, 20).toISOString() }), task("5", { due_on: "2026-03-01", list: "WEB", tags: ["x"] }),
    task("4", { due_on: TODAY, priority: 1 }), task("3", { due_on: "2026-01-05", priority: 2 }), task("2", { due_on: TODAY, priority: 3 }), task("1"),
  ];
  const seen = (place) => {
    const { open, done } = board(at(place, ...tasks));
    return `${ids(open)} | ${ids(done)}`;
  };
  assert.equal(seen({}), "5 4 3 2 1 | 7 6");
  assert.equal(seen({ view: "today" }), "2 4 | 7");
  assert.equal(seen({ view: "overdue" }), "3 | ");
  assert.equal(seen({ view: "upcoming" }), "5 | ");
  assert.equal(seen({ view: "done" }), " | 7 6");
  assert.equal(seen({ list: "WEB" }), "5 | ");
  assert.equal(seen({ list: "inbox", priority: 0 }), "1 | 7 6");
  assert.equal(seen({ tag: "x" }), "5 | ");
  assert.equal(seen({ sort: "-priority" }), "2 3 4 5 1 | 7 6");
  assert.equal(seen({ sort: "due" }), "3 2 4 5 1 | 7 6");
  assert.equal(seen({ sort: "title", q: "task" }), "1 2 3 4 5 | 6 7");
  const { views, lists, tags } = counts(loaded(...tasks), TODAY);
  assert.deepEqual(views, { all: 5, today: 2, overdue: 1, upcoming: 1, done: 2 });
  assert.deepEqual([[...lists], [...tags]], [[["WEB", 1], ["inbox", 4]], [["x", 1]]]);
});

test("the counts say what there is before the search", () => {
  const { open, openCount, doneCount, total } = board(at({ q: "1" }, task("2"), task("1"), task("3", { done: true })));
  assert.deepEqual([ids(open), openCount, doneCount, total], ["1", 2, 1, 3]);
});

test("a moved task has no number until the server gives it one", () => {
  const seen = board(made(loaded(task("1")), change("patch", task("1"), { patch: { list: "WEB" } })));
  assert.equal(seen.open[0].task.reference, "");
});

test("going elsewhere lets go of the marks, and a task that is gone isn't marked any more", () => {
  const state = reduce(loaded(task("2"), task("1")), { type: "marked", ids: new Set(["1", "2"]) });
  assert.equal(reduce(state, { type: "told", id: "1", task: null, at: "" }).marked.size, 1);
  assert.equal(reduce(state, { type: "went", place: home }).marked.size, 0);
});

test("an editor with something in it is unsaved work", () => {
  const editing = { base: task("1"), values: {}, dirty: false, focus: "title" };
  assert.equal(unsaved(reduce(emptyState, { type: "editing", editing })), 0);
  assert.equal(unsaved(reduce(emptyState, { type: "editing", editing: { ...editing, dirty: true } })), 1);
});

test("due dates by name", () => {
  const words = (day) => dueWords(day, localDay(new Date(2026, 2, 29, 23, 30)));
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
