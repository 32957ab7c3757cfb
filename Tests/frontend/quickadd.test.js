import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { dayExpression } from "../../frontend/js/days.js";
import { quickAdd, quickAddText } from "../../frontend/js/quickadd.js";

const TODAY = "2026-11-21";
const vectors = JSON.parse(readFileSync(new URL("../Vectors/quick-add.json", import.meta.url), "utf8"));

/** A vector's piece as the page gives it: code units alone. */
const piece = ({ utf8: _, utf16: [start, end], ...rest }) => ({ ...rest, start, end });

test("every vector reads as it was written down", () => {
  assert.ok(vectors.length >= 400, `${vectors.length} vectors`);
  for (const { text, today, lists = null, understood, faults, ...values } of vectors) {
    const expected = { ...values, understood: understood.map(piece), faults: faults.map(piece) };
    assert.deepEqual(quickAdd(text, today, lists), expected, JSON.stringify({ text, today, lists }));
  }
});

test("the examples of the documentation are true", () => {
  const page = readFileSync(new URL("../../docs/quick-add.md", import.meta.url), "utf8");
  const rows = [...page.split("## Examples")[1].matchAll(/^\| `(.+)` \| (.*?) \| ?(.*?) ?\|$/gm)];
  assert.ok(rows.length >= 8);
  for (const [, line, title, understood] of rows) {
    const read = quickAdd(line, TODAY);
    assert.deepEqual([read.title, read.summary, read.faults], [title, understood, []], line);
  }
});

/** Numbers that are the same in each run (mulberry32). */
function chance(seed) {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

const SCRAPS = [
  "due:", "Due:", "p:", "@", "+", "!", "!!", "\\", " ", "  ", "\t", "\n", "\u00a0", "\u3000", "\u2028", "fri", "next-", "in-", "-", "3",
  "99999", "days", "d", ".", "24.12.", "2026-12-24", "feb-29", "high", "home", "work", "é", "e\u0301", "\u0301", "家", "🎉", "👩\u200d💻",
  "\u200f", "שלום", ",", "x".repeat(60), "\u0000",
];

test("any text is read, and each piece stands where it says", () => {
  const next = chance(1);
  for (let round = 0; round < 20_000; round += 1) {
    let line = "";
    for (let count = next(12); count > 0; count -= 1) {
      // Lone halves of surrogate pairs too: a page can hold them.
      line += next(20) === 0 ? String.fromCharCode(0xd800 + next(0x800)) : SCRAPS[next(SCRAPS.length)];
    }
    const { title, understood, faults, tags } = quickAdd(line, TODAY, next(2) === 0 ? null : ["HOME"]);
    for (const { start, end, text } of [...understood, ...faults]) assert.equal(line.slice(start, end), text);
    assert.ok(tags.length <= 20 && title.length <= line.length && !/[\t\n]/.test(title));
  }
});

test("a draft written as a line reads back the same", () => {
  const next = chance(2);
  const words = SCRAPS.filter((scrap) => !/\s/.test(scrap));
  const some = (/** @type {any} */ value) => (next(2) === 0 ? null : value);
  for (let round = 0; round < 20_000; round += 1) {
    const word = () => Array.from({ length: 1 + next(3) }, () => words[next(words.length)]).join("");
    const draft = {
      title: Array.from({ length: next(5) }, word).join([" ", "\u00a0", "\u3000"][next(3)]),
      due_on: some(["2026-12-24", "0001-01-01", "9999-12-31"][next(3)]), priority: some(next(4)),
      list: some(["HOME", "INBOX", "A1"][next(3)]), tags: ["work", "é", "a/b", "-", "🎉"].slice(next(6)),
    };
    const line = quickAddText(draft);
    assert.notEqual(line, null, JSON.stringify(draft));
    const { title, due_on, priority, list, tags, faults } = quickAdd(String(line), TODAY);
    assert.deepEqual({ title, due_on, priority, list, tags }, draft, String(line));
    assert.deepEqual(faults, []);
  }
});

test("a title that no line gives back has none", () => {
  for (const title of ["a  b", " a", "a ", "a\tb", "a\n", "a\u2028b"]) assert.equal(quickAddText({ title }), null);
});

test("days go on without a gap, through leap years and centuries", () => {
  let day = "1899-12-28";
  for (let count = 0; count < 146_097; count += 1) {
    const next = dayExpression("tomorrow", day);
    assert.ok(next !== null && next > day && dayExpression("yesterday", next) === day, day);
    day = next;
  }
  assert.equal(day, "2299-12-28");
});
