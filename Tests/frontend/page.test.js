import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import test from "node:test";

const root = new URL("../../frontend/", import.meta.url);
const html = readFileSync(new URL("index.html", root), "utf8");
const files = readdirSync(root, { recursive: true }).map((path) => `/${path}`);
const scripts = files.filter((path) => path.endsWith(".js"));
const text = (path) => readFileSync(new URL(path.slice(1), root), "utf8");
const all = (pattern, source) => [...source.matchAll(pattern)].map((match) => match[1]);

test("every module is loaded from the start, none twice", () => {
  const loaded = [...all(/rel="modulepreload" href="([^"]+)"/g, html), ...all(/<script type="module" src="([^"]+)"/g, html)];
  assert.deepEqual(loaded.sort(), scripts.sort());
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
