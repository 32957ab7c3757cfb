import assert from "node:assert/strict";
import test from "node:test";
import { createApi, nextQuery } from "../../frontend/js/api.js";
import { ApiError } from "../../frontend/js/problem.js";
import { scriptedFetch, task } from "./fakes.js";

const collect = async (pages) => {
  const all = [];
  for await (const page of pages) all.push(...page.map((each) => each.id));
  return all;
};

test("a login sends JSON without a token and gives the answer", async () => {
  const { fetch, requests } = scriptedFetch({ body: { access_token: "t", token_type: "bearer", expires_in: 60 } });
  const answer = await createApi({ fetch, token: () => "old" }).login("ada@example.org", "correct horse");
  assert.equal(answer.access_token, "t");
  assert.equal(requests[0].url, "/api/v1/auth/login");
  assert.deepEqual(requests[0].body, { email: "ada@example.org", password: "correct horse" });
  assert.equal(requests[0].headers.Authorization, undefined);
});

test("all pages are read, whatever the server calls itself", async () => {
  const { fetch, requests } = scriptedFetch(
    { body: [task("1")], headers: { Link: '<http://elsewhere/tasks?limit=1000&cursor=a%2Fb>; rel="next"' } },
    { body: [task("2")], headers: { Link: '<?cursor=z>; rel="prev"' } },
  );
  const api = createApi({ fetch, token: () => "t" });
  assert.deepEqual(await collect(api.taskPages()), ["1", "2"]);
  assert.equal(requests[1].url, "/api/v1/tasks?limit=1000&cursor=a%2Fb");
  assert.equal(requests[1].headers.Authorization, "Bearer t");
});

test("a server that repeats its pages comes to an end", async () => {
  const again = { body: [task("1")], headers: { Link: '</tasks?cursor=a>; rel="next"' } };
  const { fetch } = scriptedFetch(again, again);
  assert.deepEqual(await collect(createApi({ fetch, token: () => "t" }).taskPages()), ["1", "1"]);
});

test("Link headers as RFC 8288 has them", () => {
  assert.equal(nextQuery('</a?x=1>; rel="prev", </a?x=2>; rel="next"'), "?x=2");
  assert.equal(nextQuery("</a?x=2>; rel=next"), "?x=2");
  assert.equal(nextQuery('</a?x=1,2>; title="n"; rel="last next"'), "?x=1,2");
  assert.equal(nextQuery('</a?x=2>; rel="nextish"'), "");
  assert.equal(nextQuery(null), "");
});

test("a 422 has a sentence for each field", async () => {
  const { fetch } = scriptedFetch({
    status: 422, type: "application/problem+json",
    body: { title: "Unprocessable", status: 422, errors: [{ loc: ["body", "password"], msg: "must have at least 8 characters", type: "x" }] },
  });
  await assert.rejects(createApi({ fetch }).register("a@b.c", "short"), (error) => {
    assert.ok(error instanceof ApiError);
    assert.deepEqual(error.fields, { password: "Password must have at least 8 characters." });
    assert.equal(error.message, "Password must have at least 8 characters.");
    assert.equal(error.retryable, false);
    return true;
  });
});

test("failures in words", async () => {
  const words = async (answer) => {
    const { fetch } = scriptedFetch(answer);
    return createApi({ fetch, token: () => "t" }).deleteTask("1").then(() => "none", (error) => `${error.message} ${error.retryable}`);
  };
  assert.equal(await words(new TypeError("fetch failed")), "Can’t reach the server. Check your connection, then try again. true");
  assert.equal(await words(new DOMException("", "TimeoutError")), "The server took too long to answer. Try again. true");
  assert.equal(await words({ status: 502, body: "<h1>", type: "text/html" }), "The server can’t do this right now (502). Try again in a moment. true");
  assert.match(await words({ status: 500, body: { title: "x", request_id: "r1" } }), /request r1/);
  assert.match(await words({ status: 429, headers: { "Retry-After": "30" }, body: {} }), /Wait 30 seconds/);
  assert.match(await words({ status: 429, headers: { "Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT" }, body: {} }), /Wait a little/);
  assert.equal(await words({ status: 409, body: { title: "Conflict", detail: "the id is taken" } }), "The id is taken. false");
  assert.equal(await words({ status: 418, body: "null" }), "The server refused this (418). false");
  assert.equal(await words({ status: 204 }), "none");
});

test("a refused token is reported, and so is a missing one, before anything is sent", async () => {
  const refused = [];
  const { fetch } = scriptedFetch({ status: 401, body: { title: "Unauthorized" } });
  let token = "stale";
  const api = createApi({ fetch, token: () => token, onRefused: (each) => refused.push(each) });
  await assert.rejects(api.restoreTask("1"), { status: 401 });
  token = null;
  await assert.rejects(api.restoreTask("1"), { status: 401 });
  assert.deepEqual(refused, ["stale", null]);
});

test("a wrong password is no refused token", async () => {
  const { fetch } = scriptedFetch({ status: 401, body: { title: "Unauthorized" } });
  const api = createApi({ fetch, token: () => "t", onRefused: () => assert.fail("reported") });
  await assert.rejects(api.login("a@b.c", "wrong"), { status: 401 });
});

test("an answer that isn't JSON is a failure in words", async () => {
  const { fetch } = scriptedFetch({ body: "<html>", type: "text/html" });
  await assert.rejects(createApi({ fetch, token: () => "t" }).addTask({ id: "1", title: "x" }), /Reload the page/);
});
