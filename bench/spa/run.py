#!/usr/bin/env python3
"""The web page in a real browser: bytes, requests, time until it can be used, and what a letter in the search costs.

  run.py BASE_URL DATABASE_URL [--rounds 5] [--tasks 0,100,5000]

For each number of tasks an account is made and filled, and the page is loaded by somebody who is logged in, with an empty cache
and then with a warm one. Until it can be used: from the navigation until the list is shown, the stream of changes is open and
no task of 50 ms or more ran after it. Bytes are what came over the connection, heads included, as the browser counts them: those of the first load, and, as "later",
those of what the page fetches once it is idle (dialogs, editor, grammar), so that they are there without a connection.
Then letters are typed into the search, one after the other, and words are taken out again, while Chromium's tracing runs: the
scripting time of a keystroke is all that scripts, their compilation and their garbage took on the page's thread between it and the
next frame. Needs Playwright's Python package and Chromium (make setup installs both).
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import tempfile
import time
import urllib.request
import uuid

from playwright.sync_api import sync_playwright

PASSWORD = "correct horse battery"
PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# What the page's thread does in scripts; each contains what it calls.
SCRIPTING = {"EvaluateScript", "FunctionCall", "EventDispatch", "FireAnimationFrame", "TimerFire", "RunMicrotasks", "V8.GC_SCAVENGER", "MinorGC",
             "MajorGC", "v8.compile", "v8.evaluateModule"}
WORDS = ("report", "42", "invoice z", "plan")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("database")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--tasks", default="0,100,5000")
    return parser.parse_args()


def request(url, method, path, body=None, token=None):
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(f"{url}/api/v1{path}", data, headers, method=method)) as answer:
        return json.loads(answer.read())


def account(options, count):
    """A new account with so many tasks: its address and the session as the page keeps it."""
    email = f"bench-{uuid.uuid4().hex}@example.org"
    user = request(options.url, "POST", "/auth/register", {"email": email, "password": PASSWORD})["id"]
    token = request(options.url, "POST", "/auth/login", {"email": email, "password": PASSWORD})
    # Straight into the table: what is measured is the page. One in ten is done.
    sql = f"""
        INSERT INTO tasks (id, user_id, list_id, number, title, notes, priority, tags, due_on, done, done_at, created_at, updated_at)
        SELECT gen_random_uuid(), '{user}', id, n,
          (ARRAY['Write the report', 'Pay the invoice', 'Plan the trip', 'Call the office', 'Water the plants'])[1 + n % 5] || ' number ' || n,
          CASE WHEN n % 4 = 0 THEN 'Some notes about it, a line of them, as people write them.' ELSE '' END, n % 4,
          CASE WHEN n % 3 = 0 THEN ARRAY['work'] WHEN n % 3 = 1 THEN ARRAY['home', 'later'] ELSE '{{}}' END,
          CASE WHEN n % 2 = 0 THEN current_date + (n % 60 - 10) END, n % 10 = 0, CASE WHEN n % 10 = 0 THEN now() - make_interval(hours => n % 8000) END,
          now() - make_interval(mins => 10000 - n), now()
        FROM lists, generate_series(1, {count}) n WHERE owner_id = '{user}'"""
    subprocess.run(["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", options.database, "-c", sql], check=True)
    session = {"email": email, "token": token["access_token"], "expiresAt": int(time.time() * 1000) + 3_600_000}
    return json.dumps(session)


WATCH = """
globalThis.longTasks = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) longTasks.push(entry.startTime + entry.duration);
}).observe({ type: "longtask", buffered: true });
globalThis.usable = new Promise((resolve) => {
  const look = () => {
    const main = document.querySelector("main");
    const live = document.querySelector('[data-status="live"]');
    if (main?.getAttribute("aria-busy") !== "false" || live === null) return false;
    // Painted, and quiet for a while.
    requestAnimationFrame(() => setTimeout(() => {
      const shown = performance.now();
      setTimeout(() => resolve(Math.max(shown, ...longTasks)), 1000);
    }));
    return true;
  };
  const watch = () => {
    const observer = new MutationObserver(() => { if (look()) observer.disconnect(); });
    observer.observe(document.documentElement, { subtree: true, childList: true, attributes: true });
  };
  document.documentElement ? watch() : addEventListener("DOMContentLoaded", watch);
});
"""


def first_files(url):
    """The addresses of what the page itself names: what it can't begin without."""
    with urllib.request.urlopen(url) as answer:
        names = re.findall(r'(?:href|src)="(/[^"]+)"', answer.read().decode())
    return {f"{url}{name}" for name in names}


def load(browser, url, session):
    """Loads the page with an empty cache and again: for each `(bytes, requests, later bytes, later requests, milliseconds)`; and
    leaves it open."""
    first = first_files(url)
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.add_init_script(f"localStorage.setItem('todo.session', {json.dumps(session)});" + WATCH)
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("Network.enable")
    results = []
    for _ in ("cold", "warm"):
        seen = {"first": [0, 0], "later": [0, 0]}
        kinds = {}

        def begin(event, seen=seen, kinds=kinds):
            address = event["request"]["url"]
            if address.startswith(url):
                is_later = address.startswith((f"{url}/js/", f"{url}/css/")) and address not in first
                kinds[event["requestId"]] = "later" if is_later else "first"
                seen[kinds[event["requestId"]]][1] += 1

        def count(event, seen=seen, kinds=kinds):
            if event["requestId"] in kinds:
                seen[kinds[event["requestId"]]][0] += event["encodedDataLength"]

        devtools.on("Network.loadingFinished", count)
        devtools.on("Network.requestWillBeSent", begin)
        page.goto(url)
        usable = page.evaluate("() => usable")
        devtools.remove_listener("Network.loadingFinished", count)
        devtools.remove_listener("Network.requestWillBeSent", begin)
        results.append((*seen["first"], *seen["later"], usable))
    return context, page, results


def scripting(events, begin, end):
    """Milliseconds of scripts on the page's thread in this time: what is inside of other scripts counts once."""
    spans = sorted(
        (event["ts"], event["ts"] + event.get("dur", 0)) for event in events
        if event.get("ph") == "X" and event["name"] in SCRIPTING and begin <= event["ts"] < end)
    total, last = 0, 0
    for start, stop in spans:
        total += max(0, stop - max(start, last))
        last = max(last, stop)
    return total / 1000


def keystrokes(browser, page):
    """Types into the search under tracing: milliseconds of scripting for each letter."""
    search = page.get_by_label("Search the tasks")
    search.focus()
    with tempfile.TemporaryDirectory() as folder:
        trace = pathlib.Path(folder) / "trace.json"
        browser.start_tracing(page=page, path=str(trace), categories=["devtools.timeline", "v8", "blink.user_timing"])
        for word in WORDS:
            for letter in [*word, *["Backspace"] * len(word)]:
                page.keyboard.press(letter if letter != " " else "Space")
                # Until the frame that shows it is out.
                page.evaluate("() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))")
        browser.stop_tracing()
        events = json.loads(trace.read_text())["traceEvents"]
    dispatched = [event for event in events if event["name"] == "EventDispatch" and event.get("args", {}).get("data", {}).get("type") == "keydown"]
    # The page's thread is the one that heard the keys.
    thread = (dispatched[0]["pid"], dispatched[0]["tid"])
    own = [event for event in events if (event.get("pid"), event.get("tid")) == thread]
    times = [event["ts"] for event in dispatched]
    frames = sorted(event["ts"] for event in own if event["name"] == "FireAnimationFrame")
    costs = []
    for begin, until in zip(times, times[1:] + [times[-1] + 1_000_000]):
        # Up to and without the frame, whose callback is our own waiting.
        end = next((frame for frame in frames if begin < frame < until), until)
        costs.append(scripting(own, begin, end))
    return costs


def scroll(page):
    """Scrolls through the whole list, a screen a frame: milliseconds from frame to frame."""
    return page.evaluate(
        """async () => {
          const times = [];
          scrollTo(0, 0);
          let last = await new Promise(requestAnimationFrame);
          while (scrollY + innerHeight < document.documentElement.scrollHeight - 5 && times.length < 300) {
            scrollBy(0, innerHeight);
            const now = await new Promise(requestAnimationFrame);
            times.push(now - last);
            last = now;
          }
          scrollTo(0, 0);
          return times;
        }""")


def percentile(values, part):
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]


def main():
    options = arguments()
    program = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, PROGRAMS)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"] if os.geteuid() == 0 else [])
        print(f"Chromium {browser.version}, {options.rounds} rounds, medians")
        print("tasks | cache | kB | requests | later: kB | requests | usable, ms")
        for count in map(int, options.tasks.split(",")):
            session = account(options, count)
            cold, warm, costs, frames = [], [], [], []
            for _ in range(options.rounds):
                context, page, (first, second) = load(browser, options.url, session)
                cold.append(first)
                warm.append(second)
                if count >= 1000:
                    costs += keystrokes(browser, page)
                    frames += scroll(page)
                context.close()
            for name, runs in (("empty", cold), ("warm", warm)):
                size, requests, later, more, usable = (statistics.median(values) for values in zip(*runs))
                print(f"{count} | {name} | {size / 1000:.1f} | {requests:.0f} | {later / 1000:.1f} | {more:.0f} | {usable:.0f}")
            if costs:
                print(f"a keystroke in the search at {count}: scripting p50 {statistics.median(costs):.1f} ms, p95 "
                      f"{percentile(costs, .95):.1f} ms, most {max(costs):.1f} ms ({len(costs)} keystrokes)")
                print(f"scrolling through {count}, a screen a frame: p50 {statistics.median(frames):.1f} ms, p95 "
                      f"{percentile(frames, .95):.1f} ms from frame to frame ({len(frames)} frames)")
        browser.close()


if __name__ == "__main__":
    main()
