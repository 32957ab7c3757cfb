#!/usr/bin/env python3
"""Load test of the task API at any BASE_URL. Python standard library + wrk.

  load.py [LABEL=]BASE_URL[#SERVER_PID] ... [--pg-pid PID] [--repeats 3] [--out result.json]

Several targets are measured in turn, run by run (A B A B ...), and the others' throughput is also
given as the median of the pairwise ratios to the first: on a machine whose speed drifts, only
such ratios compare two servers. Every run also notes `calib`, the milliseconds that a fixed
Python loop takes on each core before and after it: the machine's speed at that time.

1. contract: a short check that BASE_URL speaks the API (register, login, 401, CRUD, order).
2. seed:     K readers with exactly 50 tasks each and K writers (POST goes to the writers, so
             that a reader's GET stays at 50 rows for the whole run).
3. measure:  scenario x connections x repeats with wrk, one thread; prints medians.

With #SERVER_PID and --pg-pid (roots of process trees) it also records the server's and Postgres'
CPU per request, the server's memory, and how much CPU somebody else took during the run; runs
with more than --max-foreign cores of that are done again.
"""

import argparse
import http.client
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
from concurrent.futures import ThreadPoolExecutor

HERE = os.path.dirname(os.path.abspath(__file__))
HZ = os.sysconf("SC_CLK_TCK")
ALL = ["get", "post", "patch", "mixed", "login"]


# ---- processes ----------------------------------------------------------------
def tree(root):
    """pid and all its descendants."""
    children = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat") as f:
                    parent = int(f.read().rpartition(")")[2].split()[1])
            except OSError:
                continue
            children.setdefault(parent, []).append(int(name))
    out, todo = [], [root]
    while todo:
        pid = todo.pop()
        out.append(pid)
        todo += children.get(pid, [])
    return out


def cpu_of(root):
    """CPU seconds of a process tree, its finished children included."""
    ticks = 0
    for pid in tree(root) if root else []:
        try:
            with open(f"/proc/{pid}/stat") as f:
                ticks += sum(int(x) for x in f.read().rpartition(")")[2].split()[11:15])
        except OSError:
            pass
    return ticks / HZ


def memory_of(root):
    """Memory of a process tree in MiB."""
    out = {"processes": 0, "rss_mib": 0.0, "pss_mib": 0.0, "each_rss_mib": []}
    for pid in tree(root):
        try:
            with open(f"/proc/{pid}/smaps_rollup") as f:
                fields = {k: v for k, _, v in (line.partition(":") for line in f)}
        except OSError:
            continue
        rss = int(fields["Rss"].split()[0]) / 1024
        out["processes"] += 1
        out["rss_mib"] += rss
        out["pss_mib"] += int(fields["Pss"].split()[0]) / 1024
        out["each_rss_mib"].append(round(rss, 1))
    out["rss_mib"], out["pss_mib"] = round(out["rss_mib"], 1), round(out["pss_mib"], 1)
    return out


def machine():
    """(busy, stolen) CPU seconds of the machine; softirq left out: no process is charged it."""
    with open("/proc/stat") as f:
        v = [int(x) for x in f.readline().split()[1:]]
    return (v[0] + v[1] + v[2]) / HZ, v[7] / HZ


def calibrate():
    """Milliseconds of a fixed loop, mean over the cores."""
    cores, took = os.sched_getaffinity(0), []
    for core in cores:
        os.sched_setaffinity(0, {core})
        t0 = time.process_time()
        d = {}
        for i in range(100_000):
            d[i & 1023] = str(i)
        took.append((time.process_time() - t0) * 1e3)
    os.sched_setaffinity(0, cores)
    return sum(took) / len(took)


def own_cpu():
    return sum(
        r.ru_utime + r.ru_stime
        for r in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


# ---- a small HTTP client (seeding only) ---------------------------------------
class Client:
    def __init__(self, base):
        self.url = urllib.parse.urlsplit(base)
        self.prefix = self.url.path.rstrip("/")
        self.connection = None

    def __call__(self, method, path, body=None, token=None, expect=None):
        headers = {"Accept": "application/json"}
        if token:
            headers["Authorization"] = "Bearer " + token
        data = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            data = json.dumps(body)
        if self.connection is None:
            self.connection = http.client.HTTPConnection(self.url.hostname, self.url.port, timeout=60)
        self.connection.request(method, self.prefix + path, data, headers)
        response = self.connection.getresponse()
        raw = response.read()
        if expect is not None and response.status != expect:
            raise SystemExit(f"{method} {path}: {response.status}, expected {expect}: {raw[:300]!r}")
        try:
            parsed = json.loads(raw) if raw else None
        except ValueError:
            parsed = None
        return response.status, parsed


def items(answer):
    """The list itself, or the one list inside an envelope such as {"items": [...]}."""
    if isinstance(answer, dict):
        answer = next(v for v in answer.values() if isinstance(v, list))
    return answer


def contract(base, tag):
    c = Client(base)
    who = {"email": f"contract-{tag}@example.com", "password": "correct horse battery"}
    c("POST", "/auth/register", who, expect=201)
    status, _ = c("POST", "/auth/register", who)
    assert 400 <= status < 500, f"second registration answered {status}"
    c("POST", "/auth/login", who | {"password": "wrong wrong wrong"}, expect=401)
    _, login = c("POST", "/auth/login", who, expect=200)
    assert login["token_type"].lower() == "bearer" and login["expires_in"] > 0, login
    token = login["access_token"]
    c("GET", "/tasks", expect=401)
    c("GET", "/tasks", token=token[:-4] + "AAAA", expect=401)
    ids = [c("POST", "/tasks", {"title": f"t{i}"}, token, 201)[1]["id"] for i in range(52)]
    # The default limit is the server's own affair (50 in the baseline): wrk asks for limit=50.
    listed = [t["id"] for t in items(c("GET", "/tasks?limit=50", token=token, expect=200)[1])]
    assert listed == ids[:1:-1], "GET /tasks?limit=50: not the newest 50, newest first"
    listed = [t["id"] for t in items(c("GET", "/tasks", token=token, expect=200)[1])]
    assert listed == ids[::-1][:len(listed)], "GET /tasks: not newest first"
    assert len(items(c("GET", "/tasks?limit=5", token=token, expect=200)[1])) == 5, "limit"
    _, task = c("PATCH", f"/tasks/{ids[0]}", {"done": True}, token, 200)
    assert task["done"] is True, task
    _, task = c("PATCH", f"/tasks/{ids[0]}", {"title": "new"}, token, 200)
    assert task["title"] == "new" and task["done"] is True, task
    c("DELETE", f"/tasks/{ids[0]}", token=token, expect=204)
    c("DELETE", f"/tasks/{ids[0]}", token=token, expect=404)
    c("PATCH", f"/tasks/{ids[0]}", {"done": True}, token, 404)


# ---- seeding ------------------------------------------------------------------
def sign_in(base, user):
    user["token"] = Client(base)("POST", "/auth/login",
                                 {k: user[k] for k in ("email", "password")}, expect=200)[1]["access_token"]


def make_user(base, name, tasks):
    c = Client(base)
    user = {"email": f"{name}@example.com", "password": "correct horse battery"}
    c("POST", "/auth/register", dict(user), expect=201)
    sign_in(base, user)
    for i in range(tasks):
        c("POST", "/tasks", {"title": f"task number {i} of a seeded user"}, user["token"], 201)
    return user


def write_data(base, prefix, readers, writers, path):
    """Asks the server for each reader's tasks, so that PATCH starts from their real state."""
    def one(user):
        listed = items(Client(base)("GET", "/tasks?limit=50", token=user["token"], expect=200)[1])
        assert len(listed) == 50, f"{user['email']} has {len(listed)} tasks"
        return listed
    with ThreadPoolExecutor(4) as pool:
        lists = list(pool.map(one, readers))
    q = json.dumps  # the values are plain ASCII: a JSON string is a Lua string
    with open(path, "w") as f:
        f.write(f"return {{prefix={q(prefix)},readers={{\n")
        for user, listed in zip(readers, lists):
            tasks = ",".join(f"{{id={q(t['id'])},done={str(t['done']).lower()}}}" for t in listed)
            f.write(f"{{token={q(user['token'])},email={q(user['email'])},"
                    f"password={q(user['password'])},tasks={{{tasks}}}}},\n")
        f.write("},writers={\n")
        for user in writers:
            f.write(f"{{token={q(user['token'])}}},\n")
        f.write("}}\n")


# ---- measuring ----------------------------------------------------------------
class Target:
    def __init__(self, text, users):
        label, eq, base = text.partition("=")
        if not eq or "://" in label:
            label, base = "", text
        url = urllib.parse.urlsplit(base)
        self.pid = int(url.fragment) if url.fragment else None
        self.origin, self.prefix = f"{url.scheme}://{url.netloc}", url.path.rstrip("/")
        self.base = self.origin + self.prefix
        self.label = label or self.base
        self.users, self.memory = users, {}

    def note_memory(self, when):
        if self.pid:
            self.memory[when] = memory_of(self.pid)

    def seed(self, tag, path):
        self.data = path
        contract(self.base, tag)
        with ThreadPoolExecutor(4) as pool:
            self.readers = list(pool.map(lambda i: make_user(self.base, f"r{i}-{tag}", 50), range(self.users)))
            self.writers = list(pool.map(lambda i: make_user(self.base, f"w{i}-{tag}", 0), range(self.users)))
        self.signed_in = time.monotonic()
        self.refresh()

    def refresh(self):
        if time.monotonic() - self.signed_in > 600:
            with ThreadPoolExecutor(4) as pool:
                list(pool.map(lambda u: sign_in(self.base, u), self.readers + self.writers))
            self.signed_in = time.monotonic()
        write_data(self.base, self.prefix, self.readers, self.writers, self.data)

    def settle(self):
        """Waits until the server has worked off what the previous run left in flight."""
        if not self.pid:
            time.sleep(1)
            return
        for _ in range(60):
            before = cpu_of(self.pid)
            time.sleep(0.5)
            if cpu_of(self.pid) - before <= 0.03:
                return


def wrk(args, target, scenario, connections, seconds):
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "20s",
               "-s", os.path.join(HERE, "scenarios.lua"), target.origin,
               "--", scenario, target.data, str(random.randrange(1 << 30))]
    calib = calibrate()
    server0, pg0 = cpu_of(target.pid), cpu_of(args.pg_pid)
    busy0, steal0 = machine()
    own0, t0 = own_cpu(), time.monotonic()
    run = subprocess.run(command, capture_output=True, text=True)
    wall = time.monotonic() - t0
    busy1, steal1 = machine()
    own = own_cpu() - own0
    server, pg = cpu_of(target.pid) - server0, cpu_of(args.pg_pid) - pg0
    calib = (calib + calibrate()) / 2
    line = next((x for x in run.stdout.splitlines() if x.startswith("RESULT ")), None)
    if line is None:
        raise SystemExit(f"wrk failed: {' '.join(command)}\n{run.stdout}\n{run.stderr}")
    r = json.loads(line[7:])
    n = max(1, r["requests"])
    out = {"target": target.label, "scenario": scenario, "connections": connections,
           "rps": r["requests"] / r["seconds"], "p50_ms": r["p50_ms"], "p99_ms": r["p99_ms"],
           "max_ms": r["max_ms"], "errors": sum(r[k] for k in ("status", "connect", "read", "write", "timeout")),
           "requests": r["requests"], "bytes_per_response": r["bytes"] / n, "wrk_cpu_ms": own * 1e3 / n,
           "calib_ms": calib, "steal": (steal1 - steal0) / wall}
    if target.pid:
        out["server_cpu_ms"] = server * 1e3 / n
    if args.pg_pid:
        out["pg_cpu_ms"] = pg * 1e3 / n
    if target.pid and args.pg_pid:
        out["foreign_cores"] = max(0.0, (busy1 - busy0 - own - server - pg) / wall)
    return out


def measure(args, target, scenario, connections):
    if args.warmup:
        few = min(connections, 2) if scenario == "login" else connections
        wrk(args, target, scenario, few, args.warmup)
    seconds = args.login_seconds if scenario == "login" and connections > 1 else args.seconds
    for attempt in range(args.retries + 1):
        target.settle()
        if scenario in ("patch", "mixed"):
            target.refresh()
        if args.before:
            subprocess.run(args.before, shell=True, check=True, stdout=subprocess.DEVNULL)
        out = wrk(args, target, scenario, connections, seconds)
        noise = max(out.get("foreign_cores", 0.0), out["steal"])
        out["noisy"] = noise > args.max_foreign
        if not out["noisy"]:
            break
        if attempt < args.retries:
            log(f"  noisy ({noise:.2f} cores elsewhere), again: {target.label} {scenario} c={connections}")
            time.sleep(args.wait)
    return out


def log(text):
    print(text, file=sys.stderr, flush=True)


def median_of(rows, key):
    values = [r[key] for r in rows if key in r]
    return statistics.median(values) if values else float("nan")


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("targets", nargs="+", metavar="[LABEL=]BASE_URL[#PID]")
    p.add_argument("--users", type=int, default=64, metavar="K", help="readers, and as many writers (64)")
    p.add_argument("--seconds", type=int, default=8)
    p.add_argument("--login-seconds", type=int, default=20,
                   help="for login at more than 1 connection: it is slow and comes in batches")
    p.add_argument("--warmup", type=int, default=2)
    p.add_argument("--repeats", type=int, default=3)
    p.add_argument("--connections", default="1,16,64")
    p.add_argument("--scenarios", default=",".join(ALL))
    p.add_argument("--pg-pid", type=int)
    p.add_argument("--max-foreign", type=float, default=0.2, help="cores others may use in a counted run")
    p.add_argument("--retries", type=int, default=4)
    p.add_argument("--wait", type=float, default=15, help="seconds to wait after a noisy run")
    p.add_argument("--before", metavar="COMMAND", help="shell command before each counted run; use "
                   "a VACUUM: the dead row versions that PATCH leaves slow GET down")
    p.add_argument("--out", help="JSON of all runs")
    args = p.parse_args()

    tag = f"{int(time.time())}{random.randrange(1000)}"
    targets = [Target(t, args.users) for t in args.targets]
    scenarios, counts = args.scenarios.split(","), [int(c) for c in args.connections.split(",")]
    runs = []
    with tempfile.TemporaryDirectory(prefix="load-") as tmp:
        for i, target in enumerate(targets):
            target.note_memory("idle")
            target.seed(f"{i}-{tag}", os.path.join(tmp, f"data{i}.lua"))
            log(f"{target.label}: contract ok; {args.users} readers x 50 tasks, {args.users} writers")
        for repeat in range(args.repeats):
            for scenario in scenarios:
                for target in targets:
                    target.refresh()
                for connections in counts:
                    for target in targets:
                        out = measure(args, target, scenario, connections) | {"repeat": repeat}
                        runs.append(out)
                        log(f"  {repeat + 1}/{args.repeats} {scenario:6} c={connections:<3} {target.label:12} "
                            f"{out['rps']:9.1f} rps  p50 {out['p50_ms']:8.2f}  p99 {out['p99_ms']:8.2f} ms  "
                            f"errors {out['errors']}  foreign {out.get('foreign_cores', 0):.2f}  calib {out['calib_ms']:.1f}")
                for target in targets:
                    if repeat == 0:
                        target.note_memory("after " + scenario)
        time.sleep(2)
        for target in targets:
            target.note_memory("end")

    medians = []
    for scenario in scenarios:
        for connections in counts:
            first = {}
            for target in targets:
                group = [r for r in runs if (r["target"], r["scenario"], r["connections"])
                         == (target.label, scenario, connections)]
                quiet = [r for r in group if not r["noisy"]] or group
                row = {"target": target.label, "scenario": scenario, "connections": connections,
                       "runs": len(quiet), "noisy_runs": sum(r["noisy"] for r in group),
                       "errors": sum(r["errors"] for r in quiet),
                       "rps_min": min(r["rps"] for r in quiet), "rps_max": max(r["rps"] for r in quiet)}
                row |= {k: median_of(quiet, k) for k in
                        ("rps", "p50_ms", "p99_ms", "server_cpu_ms", "pg_cpu_ms", "wrk_cpu_ms",
                         "bytes_per_response", "foreign_cores", "steal", "calib_ms")}
                if target is targets[0]:
                    first = {r["repeat"]: r["rps"] for r in group}
                row["ratio"] = statistics.median(r["rps"] / max(first[r["repeat"]], 1e-9) for r in group)
                medians.append(row)

    print(f"\nMedians of {args.repeats} runs of {args.seconds} s; {os.cpu_count()} CPUs; {time.strftime('%Y-%m-%d')}\n")
    print("| target | scenario | conns | req/s | min-max | x first | p50 ms | p99 ms | errors | server CPU ms/req | PG CPU ms/req | calib ms |")
    print("|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|")
    for m in medians:
        digits = 1 if m["rps"] < 100 else 0
        print(f"| {m['target']} | {m['scenario']} | {m['connections']} | {m['rps']:.{digits}f} | "
              f"{m['rps_min']:.{digits}f}-{m['rps_max']:.{digits}f} | {m['ratio']:.2f} | "
              f"{m['p50_ms']:.2f} | {m['p99_ms']:.2f} | {m['errors']} | "
              f"{m['server_cpu_ms']:.3f} | {m['pg_cpu_ms']:.3f} | {m['calib_ms']:.1f} |"
              + (f" {m['noisy_runs']} noisy" if m["noisy_runs"] else ""))
    print()
    for target in targets:
        for when, memory in target.memory.items():
            print(f"memory {target.label} {when}: RSS {memory['rss_mib']} MiB (each {memory['each_rss_mib']}), "
                  f"PSS {memory['pss_mib']} MiB")
    if args.out:
        with open(args.out, "w") as f:
            json.dump({"cpus": os.cpu_count(), "date": time.strftime("%Y-%m-%d"), "medians": medians,
                       "memory": {t.label: t.memory for t in targets}, "runs": runs}, f, indent=1)


if __name__ == "__main__":
    main()
