#!/usr/bin/env python3
"""From a change to the screens that show it: how long an event takes from the database to GET /events.

  latency.py BASE_URL [--rate 100] [--seconds 20] [--idle 0] [--pid PID]

Makes an account, opens one stream, and creates tasks at a steady rate over other connections. The time is taken
from `occurred_at`, which the database sets just before it commits, to the moment the client has the event: both by this
machine's clock. With --idle N, as many further streams are open and quiet meanwhile; with --pid, the server's memory and CPU
time are given, first for 20 s without any stream and for 20 s while all of them are quiet. Python standard library alone.
"""

import argparse
import asyncio
import datetime
import json
import os
import statistics
import time
import urllib.parse

HZ = os.sysconf("SC_CLK_TCK")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("--rate", type=float, default=100)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--idle", type=int, default=0)
    parser.add_argument("--pid", type=int)
    return parser.parse_args()


class Client:
    """HTTP/1.1 over one connection."""

    def __init__(self, url):
        self.address = urllib.parse.urlsplit(url)
        self.token = None

    async def connect(self):
        self.reader, self.writer = await asyncio.open_connection(self.address.hostname, self.address.port or 80)
        return self

    def send(self, method, path, body=None):
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self.address.netloc}"]
        if self.token:
            lines.append(f"Authorization: Bearer {self.token}")
        data = b"" if body is None else json.dumps(body).encode()
        if body is not None:
            lines += ["Content-Type: application/json", f"Content-Length: {len(data)}"]
        self.writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + data)

    async def head(self):
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode().lower()
        return int(head.split()[1]), dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)

    async def call(self, method, path, body=None):
        self.send(method, path, body)
        status, headers = await self.head()
        return status, json.loads(await self.reader.readexactly(int(headers.get("content-length", 0))) or b"null")


def process(pid):
    """Resident memory in MB, CPU time in seconds."""
    with open(f"/proc/{pid}/status") as f:
        memory = next(int(line.split()[1]) for line in f if line.startswith("VmRSS")) / 1024
    with open(f"/proc/{pid}/stat") as f:
        fields = f.read().rpartition(")")[2].split()
    return memory, (int(fields[11]) + int(fields[12])) / HZ


async def main():
    options = arguments()
    account = {"email": f"bench-{time.time_ns()}@example.org", "password": "correct horse battery"}
    first = await Client(options.url).connect()
    status, _ = await first.call("POST", "/auth/register", account)
    assert status == 201, status
    token = (await first.call("POST", "/auth/login", account))[1]["access_token"]

    async def client():
        made = Client(options.url)
        made.token = token
        return await made.connect()

    async def stream():
        made = await client()
        made.send("GET", "/events")
        status, _ = await made.head()
        assert status == 200, status
        return made

    if options.pid and options.idle:
        before = process(options.pid)
        await asyncio.sleep(20)
        after = process(options.pid)
        print(f"no stream: {after[0]:.1f} MB resident, {(after[1] - before[1]) / 20 * 100:.2f} % of a core")

    # A user may have a hundred streams: the idle ones are of other users.
    idle = []
    while len(idle) < options.idle:
        other = await Client(options.url).connect()
        name = {"email": f"idle-{time.time_ns()}@example.org", "password": "correct horse battery"}
        await other.call("POST", "/auth/register", name)
        kept, token = token, (await other.call("POST", "/auth/login", name))[1]["access_token"]
        idle += await asyncio.gather(*(stream() for _ in range(min(100, options.idle - len(idle)))))
        token = kept
        other.writer.close()
    drains = [asyncio.create_task(drain(one.reader)) for one in idle]
    if options.pid and idle:
        await asyncio.sleep(5)
        before = process(options.pid)
        await asyncio.sleep(20)
        after = process(options.pid)
        print(f"{len(idle)} idle streams: {after[0]:.1f} MB resident, {(after[1] - before[1]) / 20 * 100:.2f} % of a core")

    seen = []
    live = await stream()
    listener = asyncio.create_task(listen(live.reader, seen))
    await asyncio.sleep(1)
    writers = [await client() for _ in range(4)]
    count = int(options.rate * options.seconds)
    start = time.monotonic()
    cpu = process(options.pid)[1] if options.pid else 0
    free = asyncio.Queue()
    for writer in writers:
        free.put_nowait(writer)

    async def create(number):
        writer = await free.get()
        status, _ = await writer.call("POST", "/tasks", {"title": f"task {number}"})
        assert status == 201, status
        free.put_nowait(writer)

    pending = []
    for number in range(count):
        await asyncio.sleep(max(0, start + number / options.rate - time.monotonic()))
        pending.append(asyncio.create_task(create(number)))
    await asyncio.gather(*pending)
    took = time.monotonic() - start
    deadline = time.monotonic() + 10
    while len(seen) < count and time.monotonic() < deadline:
        await asyncio.sleep(0.05)
    seen.sort()
    percentile = lambda share: seen[min(len(seen) - 1, int(len(seen) * share))]
    print(
        f"{len(seen)} of {count} events at {count / took:.0f} a second, commit to stream in ms: "
        f"p50 {statistics.median(seen):.1f}, p90 {percentile(0.9):.1f}, p99 {percentile(0.99):.1f}, max {seen[-1]:.1f}"
    )
    if options.pid:
        print(f"server: {process(options.pid)[0]:.1f} MB, {(process(options.pid)[1] - cpu) / took * 100:.0f} % of a core")
    for task in drains + [listener]:
        task.cancel()


async def drain(reader):
    while await reader.read(65536):
        pass


async def listen(reader, seen):
    while line := await reader.readline():
        if not line.startswith(b"data: "):
            continue
        now = time.time()
        event = json.loads(line[6:])
        if event["type"] == "task.created":
            occurred = datetime.datetime.fromisoformat(event["occurred_at"].replace("Z", "+00:00"))
            seen.append((now - occurred.timestamp()) * 1000)


asyncio.run(main())
