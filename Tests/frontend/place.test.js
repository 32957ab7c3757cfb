import assert from "node:assert/strict";
import test from "node:test";
import { defaultsAt, formatPlace, home, parsePlace, placeName, sortOf } from "../../frontend/js/place.js";
import { clashes, difference, inverse } from "../../frontend/js/clash.js";
import { level, openPerDay, weeksOf } from "../../frontend/js/series.js";
import { makePool } from "../../frontend/js/pool.js";
import { notesFault, listKeyFault, tagsFault, tagsOf } from "../../frontend/js/limits.js";
import { settled, task } from "./fakes.js";

test("a place and its address are the same, both ways", () => {
  const places = [
    home, { ...home, view: "today" }, { ...home, list: "WEB", q: "a & b=c #1 @é", sort: "due" }, { ...home, list: "inbox" },
    { ...home, view: "done", tag: "a/b", priority: 0 }, { ...home, priority: 3, sort: "-priority" },
  ];
  for (const place of places) assert.deepEqual(parsePlace(formatPlace(place)), place);
  assert.equal(formatPlace(home), "");
});

test("an address that makes no sense is home", () => {
  for (const search of ["?view=__proto__", "?list=a-b&priority=9", "?sort=up&x=1", "?tag=&q="]) assert.deepEqual(parsePlace(search), home, search);
  assert.equal(parsePlace("?list=web").list, "WEB");
  assert.equal(parsePlace(`?q=${"x".repeat(900)}`).q.length, 500);
});

test("a new task gets what keeps it in sight", () => {
  assert.deepEqual(defaultsAt({ ...home, view: "today" }, "2026-02-01"), { list: null, tags: [], priority: 0, due_on: "2026-02-01" });
  assert.deepEqual(defaultsAt({ ...home, list: "WEB", tag: "x", priority: 2 }, "2026-02-01"), { list: "WEB", tags: ["x"], priority: 2, due_on: null });
});

test("names and orders of places", () => {
  const lists = [{ id: "1", key: "WEB", name: "Web site", created_at: "" }];
  assert.deepEqual([{ list: "WEB" }, { list: "X" }, { list: "inbox" }, { tag: "a" }, { view: "overdue" }, {}].map((news) => placeName({ ...home, ...news }, lists)),
    ["Web site", "X", "Inbox", "@a", "Overdue", "All tasks"]);
  assert.equal(sortOf({ ...home, view: "today" }), "due");
  assert.equal(sortOf({ ...home, view: "today", sort: "title" }), "title");
});

test("what clashes, what differs, what takes back", () => {
  const base = task("1", { tags: ["a"] });
  const theirs = task("1", { title: "theirs", tags: ["a"], priority: 2 });
  assert.deepEqual(clashes(base, { title: "mine", notes: "n", priority: 2, tags: ["b"] }, theirs), ["title"]);
  assert.deepEqual(difference(base, { tags: ["a"], title: "x" }), { title: "x" });
  assert.equal(difference(base, { tags: ["a"], due_on: null }), null);
  assert.deepEqual(inverse(base, { tags: [], done: true }), { tags: ["a"], done: false });
});

test("weeks begin on Monday and have seven days", () => {
  const days = ["2026-01-31", "2026-02-01", "2026-02-02"].map((date) => ({ date, done: 1 }));
  const weeks = weeksOf(days);
  assert.deepEqual(weeks.map((week) => week.map((day) => day?.date.slice(-2) ?? "")), [["", "", "", "", "", "31", "01"], ["02", "", "", "", "", "", ""]]);
  assert.deepEqual(weeksOf([]), []);
  assert.deepEqual([0, 1, 2, 3, 4].map((count) => level(count, 1)), [0, 1, 2, 3, 4]);
  assert.deepEqual([level(1, 100), level(50, 100), level(100, 100)], [1, 2, 4]);
});

test("open tasks per day, from when they were written and done", () => {
  const at = (day) => new Date(2026, 0, day, 12).toISOString();
  const tasks = [
    { created_at: new Date(2020, 0, 1).toISOString(), done_at: null }, { created_at: at(2), done_at: at(3) }, { created_at: at(3), done_at: at(3) },
  ];
  assert.deepEqual(openPerDay(tasks, "2026-01-04", 4).map(({ open }) => open), [1, 2, 1, 1]);
});

test("a pool runs no more than its limit, in the order of asking, also after a failure", async () => {
  const pool = makePool(2);
  const ends = [];
  const order = [];
  const works = [1, 2, 3, 4].map((number) => pool(() => {
    order.push(number);
    return new Promise((resolve, reject) => ends.push(number === 1 ? reject : resolve));
  }).catch(() => {}));
  await settled();
  assert.deepEqual(order, [1, 2]);
  ends[0]();
  await settled();
  assert.deepEqual(order, [1, 2, 3]);
  ends[1]();
  ends[2]();
  await settled();
  ends[3]();
  await Promise.all(works);
  assert.deepEqual(order, [1, 2, 3, 4]);
});

test("limits of the editor's fields", () => {
  assert.equal(notesFault("a\n\tb"), null);
  assert.match(notesFault("\u0000"), /control/);
  assert.match(notesFault("x".repeat(20_001)), /20001/);
  assert.deepEqual(tagsOf(" @home, work  home"), ["home", "work"]);
  assert.equal(tagsFault(["é", "a/b", "🎉"]), null);
  assert.match(tagsFault(["bob's"]), /no tag/);
  assert.match(tagsFault(Array.from({ length: 21 }, (_, index) => `t${index}`)), /20 tags/);
  assert.match(listKeyFault("inbox"), /inbox/);
  assert.match(listKeyFault("1A"), /letter/);
  assert.equal(listKeyFault("web2"), null);
});
