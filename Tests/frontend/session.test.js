import assert from "node:assert/strict";
import test from "node:test";
import { uuidv7 } from "../../frontend/js/ids.js";
import { emailFault, passwordFault, titleFault } from "../../frontend/js/limits.js";
import { createSession } from "../../frontend/js/session.js";

function memory() {
  const items = new Map();
  return {
    items,
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
  };
}

const answer = (token) => ({ access_token: token, token_type: "bearer", expires_in: 60 });

test("a login outlives the page, until its time is over", () => {
  const storage = memory();
  let time = 1000;
  const now = () => time;
  createSession({ storage, now }).start("ada@example.org", answer("t"));
  const later = createSession({ storage, now });
  assert.equal(later.current()?.token, "t");
  time += 60_000;
  assert.equal(later.current(), null);
  assert.equal(later.lastEmail(), "ada@example.org");
});

test("logging out leaves nothing behind", () => {
  const storage = memory();
  const session = createSession({ storage });
  session.start("ada@example.org", answer("t"));
  session.end();
  assert.equal(session.current(), null);
  assert.equal(storage.items.size, 0);
});

test("a refused token ends its own login only, and once", () => {
  const session = createSession({ storage: memory() });
  const heard = [];
  session.start("ada@example.org", answer("new"));
  session.subscribe((login) => heard.push(login?.expiresAt));
  session.expire("old");
  session.expire(null);
  assert.equal(session.current()?.token, "new");
  session.expire("new");
  session.expire("new");
  assert.equal(session.current(), null);
  assert.deepEqual(heard, [0]);
});

test("another tab's login and logout count here", () => {
  const one = memory();
  const here = createSession({ storage: memory() });
  const there = createSession({ storage: one });
  there.start("ada@example.org", answer("t"));
  const [[key, newValue]] = one.items;
  here.adopt({ key: "something.else", newValue });
  assert.equal(here.current(), null);
  here.adopt({ key, newValue });
  assert.equal(here.current()?.token, "t");
  here.adopt({ key, newValue: null });
  assert.equal(here.current(), null);
});

test("what is no login in the storage counts as none; a storage that refuses is done without", () => {
  for (const text of ["", "{", "1", '{"token":1}', '{"email":"a","token":"t"}']) {
    const session = createSession({ storage: { ...memory(), getItem: () => text } });
    assert.equal(session.current(), null, text);
  }
  const full = { ...memory(), setItem: () => { throw new Error("full"); } };
  const session = createSession({ storage: full });
  session.start("ada@example.org", answer("t"));
  assert.equal(session.current()?.token, "t");
});

test("ids are UUIDs of version 7 and sort by time", () => {
  // RFC 9562, appendix A.6.
  const random = Uint8Array.from([0x0c, 0xc3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f]);
  assert.equal(uuidv7(0x017f22e279b0, random), "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
  assert.ok(uuidv7(1) < uuidv7(2));
  assert.notEqual(uuidv7(), uuidv7());
});

test("limits, in the API's units", () => {
  assert.equal(titleFault(" x "), null);
  assert.equal(titleFault("😀".repeat(500)), null);
  assert.match(titleFault("x".repeat(501)), /501/);
  assert.match(titleFault("  "), /Write/);
  assert.match(titleFault("a\tb"), /control/);
  assert.equal(emailFault(" me@example.org "), null);
  assert.match(emailFault("me@"), /like/);
  assert.match(emailFault(""), /Enter/);
  assert.equal(passwordFault("x", { chosenNow: false }), null);
  assert.match(passwordFault("x", { chosenNow: true }), /at least 8/);
  assert.match(passwordFault("x".repeat(129), { chosenNow: true }), /at most 128/);
  assert.equal(passwordFault("😀".repeat(8), { chosenNow: true }), null);
});
