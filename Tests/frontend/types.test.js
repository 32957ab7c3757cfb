// The types in the comments are checked where TypeScript is at hand.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import test from "node:test";
import { fileURLToPath } from "node:url";

const there = spawnSync("tsc", ["--version"]).status === 0;

test("the types are right", { skip: there ? false : "there is no tsc here" }, () => {
  const { status, stdout } = spawnSync("tsc", ["--project", fileURLToPath(new URL("jsconfig.json", import.meta.url))], { encoding: "utf8" });
  assert.equal(status, 0, stdout);
});
