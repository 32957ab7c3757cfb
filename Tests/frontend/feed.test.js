import assert from "node:assert/strict";
import test from "node:test";
import { createFeed } from "../../frontend/js/feed.js";
import { ApiError } from "../../frontend/js/problem.js";
import { createParser } from "../../frontend/js/sse.js";
import { settled } from "./fakes.js";

test("a stream reads the same wherever it is cut", () => {
  const stream = ": connected\nretry: 1500\nid: 7-0\n\nid: 7-1\nevent: task.created\ndata: {\"a\":\ndata: 1}\n\n\r\nid: 7-2\r\ndata:x\r\n\r\nevent: none\n\n";
  const whole = createParser();
  const expected = whole.push(stream);
  assert.deepEqual(expected, [
    { type: "task.created", data: '{"a":\n1}', id: "7-1" }, { type: "message", data: "x", id: "7-2" },
  ]);
  assert.deepEqual([whole.lastId, whole.retry], ["7-2", 1500]);
  for (let cut = 0; cut <= stream.length; cut += 1) {
    const parser = createParser();
    assert.deepEqual([...parser.push(stream.slice(0, cut)), ...parser.push(stream.slice(cut))], expected, `cut at ${cut}`);
    assert.equal(parser.lastId, "7-2");
  }
});

/** A feed whose streams and timers are the test's. */
function heldFeed() {
  const opened = [];
  const timers = [];
  const heard = [];
  const feed = createFeed({
    open: (lastId, signal) => new Promise((resolve, fail) => {
      let controller;
      const body = new ReadableStream({ start: (each) => void (controller = each) });
      signal.addEventListener("abort", () => {
        try { controller.error(new DOMException("", "AbortError")); } catch { /* it has ended */ }
      });
      const send = (text) => controller.enqueue(new TextEncoder().encode(text));
      opened.push({ lastId, signal, fail, send, end: () => controller.close(), answer: () => resolve(new Response(body)) });
    }),
    onEvent: ({ type, id }) => heard.push(`${type} ${id}`),
    onStatus: (status) => heard.push(status),
    onOpen: () => heard.push("opened"),
    later(run, time) {
      const timer = { run, time, off: false };
      timers.push(timer);
      return timer;
    },
    never: (timer) => void (timer.off = true),
    chance: () => 1,
  });
  const pauses = () => timers.filter((timer) => !timer.off && timer.time !== 40_000);
  const pass = async () => {
    const [next] = pauses();
    next.off = true;
    next.run();
    await settled();
  };
  return { feed, opened, timers, heard, pauses, pass };
}

const EVENT = "id: 7-1\nevent: task.created\ndata: {}\n\n";

test("it opens, tells what comes, and goes on after a drop from where it was", async () => {
  const { feed, opened, heard, pass } = heldFeed();
  feed.start();
  feed.start();
  opened[0].answer();
  await settled();
  opened[0].send("retry: 2000\nid: 7-0\n\n");
  opened[0].send(EVENT);
  await settled();
  opened[0].end();
  await settled();
  await pass();
  assert.deepEqual(opened.map(({ lastId }) => lastId), ["", "7-1"]);
  opened[1].answer();
  await settled();
  opened[1].send(": here\n\n");
  await settled();
  assert.deepEqual(heard, ["connecting", "live", "opened", "task.created 7-1", "lost", "live"]);
  feed.stop();
  assert.equal(opened[1].signal.aborted, true);
});

test("each failure makes the next pause longer, up to 30 seconds, and a success makes it short again", async () => {
  const { feed, opened, pauses, pass } = heldFeed();
  feed.start();
  const waits = [];
  for (let round = 0; round < 8; round += 1) {
    opened.at(-1).fail(new ApiError("away"));
    await settled();
    waits.push(pauses()[0].time);
    await pass();
  }
  assert.deepEqual(waits, [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  opened.at(-1).answer();
  await settled();
  opened.at(-1).send("id: 1-0\n\n");
  await settled();
  opened.at(-1).end();
  await settled();
  assert.equal(pauses()[0].time, 1000);
});

test("a pause ends when someone comes back", async () => {
  const { feed, opened, pauses } = heldFeed();
  feed.start();
  opened[0].fail(new ApiError("away"));
  await settled();
  feed.start();
  await settled();
  assert.equal(opened.length, 2);
  assert.deepEqual(pauses(), []);
});

test("the server says how long to wait", async () => {
  const { feed, opened, pauses } = heldFeed();
  feed.start();
  opened[0].fail(new ApiError("too many", { status: 429, retryAfter: 15 }));
  await settled();
  assert.equal(pauses()[0].time, 15_000);
});

test("a refused token ends it, and a place that isn't good any more is forgotten", async () => {
  const { feed, opened, pauses, pass } = heldFeed();
  feed.start();
  opened[0].answer();
  await settled();
  opened[0].send("id: 7-0\n\n");
  await settled();
  opened[0].end();
  await settled();
  await pass();
  opened[1].fail(new ApiError("", { status: 422 }));
  await settled();
  await pass();
  assert.equal(opened[2].lastId, "");
  opened[2].fail(new ApiError("", { status: 401 }));
  await settled();
  assert.equal(feed.status, "off");
  assert.deepEqual(pauses(), []);
});

test("a connection that has gone silent is given up", async () => {
  const { feed, opened, timers, pauses } = heldFeed();
  feed.start();
  opened[0].answer();
  await settled();
  opened[0].send("id: 7-0\n\n");
  await settled();
  timers.find((timer) => timer.time === 40_000 && !timer.off).run();
  await settled();
  assert.equal(opened[0].signal.aborted, true);
  assert.equal(feed.status, "lost");
  assert.equal(pauses().length, 1);
});

test("once stopped, nothing is told any more", async () => {
  const { feed, opened, heard, pauses } = heldFeed();
  feed.start();
  opened[0].answer();
  await settled();
  opened[0].send("id: 7-0\n\n");
  await settled();
  opened[0].send(EVENT);
  feed.stop();
  await settled();
  assert.deepEqual(heard, ["connecting", "live", "opened", "off"]);
  assert.deepEqual(pauses(), []);
});
