import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";

const root = new URL("../../frontend/", import.meta.url);
const html = readFileSync(new URL("index.html", root), "utf8");
const files = readdirSync(root, { recursive: true }).map((path) => `/${path}`);
const scripts = files.filter((path) => path.endsWith(".js"));
const text = (path) => readFileSync(new URL(path.slice(1), root), "utf8");
const all = (pattern, source) => [...source.matchAll(pattern)].map((match) => match[1]);

/** The modules that this one needs before it can run, itself among them. */
function needed(path, found = new Set()) {
  if (found.has(path)) return found;
  found.add(path);
  for (const name of all(/^import\s[^;]*?"(\.[^"]+)";/gm, text(path))) needed(new URL(name, `file://${path}`).pathname, found);
  return found;
}

test("every module that the page begins with is loaded from the start, none twice, and no other", () => {
  const loaded = [...all(/rel="modulepreload" href="([^"]+)"/g, html), ...all(/<script type="module" src="([^"]+)"/g, html)];
  assert.deepEqual(loaded.sort(), [...needed("/js/app.js")].sort());
});

test("every module is used", () => {
  const used = new Set(["/js/app.js"]);
  for (const path of scripts) {
    for (const name of all(/(?:from|import\()\s*"(\.[^"]+)"/g, text(path))) used.add(new URL(name, `file://${path}`).pathname);
  }
  assert.deepEqual(scripts.filter((path) => !used.has(path)), []);
});

test("made ready to be served, it runs the same, and its first load is under 60 kB compressed", (context) => {
  const folder = mkdtempSync(join(tmpdir(), "page-"));
  context.after(() => rmSync(folder, { recursive: true }));
  execFileSync(fileURLToPath(new URL("../../scripts/page.sh", import.meta.url)), [fileURLToPath(root), folder]);
  const bytes = [...needed("/js/app.js"), "/index.html", "/favicon.svg", ...all(/"stylesheet" href="([^"]+)"/g, html)]
    .reduce((sum, path) => sum + statSync(`${folder}${path}.gz`).size, 0);
  assert.ok(bytes < 60_000, `${bytes} bytes`);
  // Without its comments each script says the same, word for word.
  const words = (source) => source.replace(/^ *\/\*(?:(?!\*\/)[^])*\*\/ *\n/gm, "").replace(/^ *\/\/ .*\n/gm, "").replace(/\n\s*\n/g, "\n").trim();
  for (const path of scripts) {
    const made = readFileSync(folder + path, "utf8");
    assert.equal(made.trim(), words(text(path)), path);
    assert.doesNotMatch(made, /^ *(\*|\/\/ )/m, path);
  }
});

test("every file that the page names is there", () => {
  const named = all(/(?:href|src)="(\/[^"]+)"/g, html);
  assert.ok(named.length > 5);
  for (const path of named) assert.ok(existsSync(new URL(path.slice(1), root)), path);
});

test("nothing that the content security policy forbids: nothing inline, nothing from elsewhere", () => {
  assert.doesNotMatch(html, /\sstyle=|<style|\son[a-z]+=|javascript:|<script(?![^>]*\ssrc=)/i);
  assert.doesNotMatch(html, /(?:href|src)="(?:https?:)?\/\//);
  for (const path of files.filter((each) => each.endsWith(".css"))) assert.doesNotMatch(text(path), /@import|url\(\s*["']?(?:https?:)?\/\//, path);
});

test("text never becomes markup", () => {
  const sinks = /innerHTML|outerHTML|insertAdjacentHTML|document\.write|setHTML|createContextualFragment|DOMParser|\beval\(|new Function/;
  for (const path of scripts) assert.doesNotMatch(text(path), sinks, path);
});

test("what the views look up in the page is there", () => {
  const known = new Set(all(/data-ref="([^"]+)"/g, html));
  const templates = new Set(all(/<template id="([^"]+)"/g, html));
  for (const path of scripts) {
    for (const name of all(/\bref\(\w+, "([^"]+)"/g, text(path))) assert.ok(known.has(name), `${path}: ${name}`);
    for (const name of all(/\bclone\("([^"]+)"\)/g, text(path))) assert.ok(templates.has(name), `${path}: ${name}`);
  }
});
