"""A day's shape of load in ten minutes: people who log in, write, and watch, while a digest run, a restart of PostgreSQL and the
loss of the broker go over them. Ends with 1 if a write or an event was lost, or memory grew.

    python bench/soak/soak.py [--users 200] [--minutes 10] [--pause 1.0]
"""

import argparse
import asyncio
import collections
import json
import os
import pathlib
import random
import subprocess
import sys
import time
import uuid

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT / "Tests" / "e2e"), str(HERE)]

from backend import environment_of_backend, free_port  # noqa: E402
from client import Connection, Refused  # noqa: E402
from cluster import Cluster  # noqa: E402
from services import API, CONSUMERS, Service  # noqa: E402

BIN = pathlib.Path(os.environ.get("TODO_BIN_DIR", ROOT / ".build" / "release"))
TOPICS = ["events", "events.dlq", "commands", "commands.dlq"]
PASSWORD = "correct horse battery"


class Person:
    """Works until the end; what was answered as done is in `created`, what the stream showed in `seen`."""

    def __init__(self, soak, number):
        self.soak, self.random = soak, random.Random(number)
        self.port = soak.apis[number % len(soak.apis)].port
        self.connection = Connection(self.port)
        self.email, self.token, self.last_id = f"{uuid.uuid4().hex}@example.org", None, None
        self.created, self.completed, self.seen = {}, set(), collections.Counter()

    async def start(self):
        await self.done("register", "POST", "/auth/register", {"email": self.email, "password": PASSWORD})
        await self.log_in()

    async def log_in(self):
        answer = await self.done("login", "POST", "/auth/login", {"email": self.email, "password": PASSWORD})
        self.token = answer["access_token"]

    async def done(self, kind, method, path, body=None):
        """Sends the same until it is done."""
        while True:
            begin = time.perf_counter()
            try:
                answer = await self.connection.ask(method, path, self.token, body)
                self.soak.times[kind].append(time.perf_counter() - begin)
                return answer
            except Refused as refused:
                if refused.status == 409 and kind == "register":
                    return None
                if refused.status != 503:
                    raise
                self.soak.again["503"] += 1
            except ConnectionError:
                self.soak.again["connection"] += 1
            await asyncio.sleep(self.random.uniform(0.1, 0.5))

    async def work(self):
        while not self.soak.is_over:
            await asyncio.sleep(self.random.expovariate(1 / self.soak.pause))
            kind = self.random.choices(["list", "create", "complete", "stats", "login"], [40, 30, 20, 8, 2])[0]
            if kind == "list":
                await self.done(kind, "GET", "/tasks?limit=50")
            elif kind == "stats":
                await self.done(kind, "GET", "/stats")
            elif kind == "login":
                await self.log_in()
            elif kind == "create" or not self.created:
                id, title = str(uuid.uuid4()), f"Task {len(self.created)}"
                await self.done("create", "POST", "/tasks", {"id": id, "title": title})
                self.created[id] = title
            else:
                id = self.random.choice(list(self.created))
                await self.done(kind, "PATCH", f"/tasks/{id}", {"done": True})
                self.completed.add(id)

    async def watch(self):
        """Keeps a stream open, and goes on where it broke."""
        while True:
            stream = Connection(self.port)
            try:
                async for id, type, data in stream.events(self.token, self.last_id):
                    self.last_id = id or self.last_id
                    if type == "reset":
                        self.soak.again["reset"] += 1
                    elif type == "task.created":
                        self.seen[json.loads(data)["task_id"]] += 1
            except (OSError, EOFError, IndexError, Refused):
                pass
            finally:
                stream.close()
            self.soak.again["stream"] += 1
            await asyncio.sleep(self.random.uniform(0.2, 1))

    def missing(self):
        return self.created.keys() - self.seen.keys()


class Broker:
    """Empty brokers at an address that stays."""

    def __init__(self):
        # Three ports in a row.
        self.port = 20_000 + random.randrange(10_000)
        self.start()

    def start(self):
        gate = ROOT / "deploy" / "test" / "kafka" / "gate.py"
        self._process = subprocess.Popen(
            [sys.executable, gate, "127.0.0.1", str(self.port), *TOPICS], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert self._process.stdout.readline().startswith("ready"), "the broker did not start"

    def stop(self):
        self._process.kill()
        self._process.wait()


class Soak:
    def __init__(self, options):
        self.pause, self.is_over = options.pause, False
        self.times, self.again, self.memory = collections.defaultdict(list), collections.Counter(), []
        self.database, self.broker = Cluster(), Broker()
        environment = environment_of_backend(
            DATABASE_URL=self.database.url, KAFKA_BOOTSTRAP_SERVERS=f"127.0.0.1:{self.broker.port}", JWT_SECRET="x" * 32,
            LOG_FORMAT="json", MAIL_FROM="todo@example.org", SMTP_URL=f"maildir:{self.database._folder}-mail",
            PUBLIC_URL="http://localhost", **CONSUMERS)
        self.environment = environment
        self.run("migrate")
        self.apis = [API(str(BIN / "todo-backend"), dict(environment)) for _ in range(2)]
        self.mailer = Service(str(BIN / "todo-backend"), "mailer", dict(environment))
        for service in (*self.apis, self.mailer):
            service.start()
        for api in self.apis:
            api.wait()
        self.people = [Person(self, number) for number in range(options.users)]

    def run(self, *arguments):
        process = subprocess.run(
            [BIN / "todo-backend", *arguments], env=self.environment, capture_output=True, text=True, check=True)
        return process.stdout.strip()

    def resident(self):
        """Of both APIs, in MB."""
        total = 0
        for api in self.apis:
            lines = pathlib.Path(f"/proc/{api._process.pid}/status").read_text().splitlines()
            total += next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))
        return total / 1024

    async def remember_memory(self, begin):
        while True:
            self.memory.append((time.monotonic() - begin, self.resident()))
            await asyncio.sleep(1)

    async def trouble(self, seconds):
        """What goes wrong, each at its time."""
        async def at(share, what, *steps):
            await asyncio.sleep(max(0, begin + share * seconds - time.monotonic()))
            print(f"{time.monotonic() - begin:5.0f} s  {what}", flush=True)
            for step in steps:
                result = await asyncio.to_thread(step)
                if result:
                    print(f"         {result}", flush=True)

        begin = time.monotonic()
        await at(0.40, "a digest for everybody", lambda: self.run("scheduler", "--once", "--at", "2030-01-01T00:00:00Z"))
        await at(0.55, "PostgreSQL restarts", lambda: self.database.restart("fast"))
        await at(0.70, "the broker is lost, an empty one comes", self.broker.stop, self.broker.start)
        await asyncio.sleep(max(0, begin + seconds - time.monotonic()))

    async def go(self, minutes):
        for group in range(0, len(self.people), 20):
            await asyncio.gather(*(person.start() for person in self.people[group:group + 20]))
        watchers = [asyncio.create_task(person.watch()) for person in self.people]
        self.times.clear()
        memory = asyncio.create_task(self.remember_memory(time.monotonic()))
        workers = [asyncio.create_task(person.work()) for person in self.people]
        await self.trouble(minutes * 60)
        self.is_over = True
        await asyncio.gather(*workers)
        memory.cancel()
        end = time.monotonic() + 60
        while time.monotonic() < end and any(person.missing() for person in self.people):
            await asyncio.sleep(0.5)
        for watcher in watchers:
            watcher.cancel()
        return self.judge()

    def judge(self):
        """Prints the figures; gives what is wrong."""
        print(f"\n{'request':>10} {'count':>8} {'p50':>8} {'p99':>8} {'max':>8}  ms")
        for kind, times in sorted(self.times.items()):
            times.sort()
            marks = [times[int(len(times) * share)] for share in (0.5, 0.99)] + [times[-1]]
            print(f"{kind:>10} {len(times):>8} " + " ".join(f"{mark * 1000:8.1f}" for mark in marks))
        print(f"sent again or opened again: {dict(self.again)}")
        tenth = max(1, len(self.memory) // 10)

        def mean(part):
            return sum(size for _, size in part) / len(part)

        second, last = mean(self.memory[tenth:2 * tenth]), mean(self.memory[-tenth:])
        print(f"memory of both APIs: {second:.0f} MB in the second tenth, {last:.0f} MB in the last")
        kept = {(id, done) for id, done in self.database.sql("SELECT id, done FROM tasks")}
        wrong = []
        lost = sum((id, "t" if id in p.completed else "f") not in kept for p in self.people for id in p.created)
        unseen = sum(len(person.missing()) for person in self.people)
        waiting = self.database.sql(
            "SELECT count(*) FROM events, relay_cursor AS c WHERE (events.xid, events.seq) > (c.xid, c.seq)")[0][0]
        writes = sum(len(person.created) + len(person.completed) for person in self.people)
        print(f"writes {writes}, lost {lost}; events of creations not seen on a stream {unseen}; not published {waiting}")
        if lost:
            wrong.append(f"{lost} writes are lost")
        if unseen or waiting != "0":
            wrong.append(f"{unseen} events were not seen, {waiting} not published")
        if last > second * 1.1:
            wrong.append(f"memory grew by {last / second - 1:.0%}")
        return wrong

    def stop(self):
        for service in (*self.apis, self.mailer):
            service.stop()
        self.broker.stop()
        self.database.remove()


def main():
    parser = argparse.ArgumentParser(description="A day's shape of load in ten minutes.")
    parser.add_argument("--users", type=int, default=200)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--pause", type=float, default=1.0, help="mean seconds between two requests of one person")
    options = parser.parse_args()
    soak = Soak(options)
    try:
        wrong = asyncio.run(soak.go(options.minutes))
    finally:
        soak.stop()
    print("; ".join(wrong) or "nothing lost, memory flat")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
