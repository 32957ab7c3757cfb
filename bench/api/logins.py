#!/usr/bin/env python3
"""What logins cost everybody else: the latency of GET /tasks without them, and while 64 clients log in without pause.

    LOGIN_RATE_LIMIT=off REGISTER_RATE_LIMIT=off todo-backend dev &
    python3 bench/api/logins.py http://127.0.0.1:8080 "$(pgrep -f 'todo-backend dev')" [seconds] [clients]

The first argument is the API's base URL, the second the id of the process whose memory is watched. Each part runs for
`seconds` (default 15). One client reads a page of 50 tasks over a kept connection, the next as soon as one has come; each
of `clients` (default 64) logs in with its own account, also over a kept connection. The server's limits must be off.
"""

import json
import socket
import statistics
import sys
import threading
import time
import urllib.parse
import uuid

PASSWORD = "correct horse battery"


class Connection:
    """A kept HTTP/1.1 connection; nothing of the client's own is measured beyond a socket."""

    def __init__(self, url):
        self.host = url.netloc
        self.prefix = url.path.rstrip("/")
        self.socket = socket.create_connection((url.hostname, url.port or 80))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.rest = b""

    def send(self, method, path, body=None, token=None):
        """Sends a request and reads the whole answer: its status and body."""
        data = b"" if body is None else json.dumps(body).encode()
        head = f"{method} {self.prefix}{path} HTTP/1.1\r\nHost: {self.host}\r\nContent-Length: {len(data)}\r\n"
        if body is not None:
            head += "Content-Type: application/json\r\n"
        if token:
            head += f"Authorization: Bearer {token}\r\n"
        self.socket.sendall(head.encode() + b"\r\n" + data)
        while b"\r\n\r\n" not in self.rest:
            self._receive()
        head, self.rest = self.rest.split(b"\r\n\r\n", 1)
        lines = head.decode().split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in lines[1:])
        length = int(headers.get("content-length", 0))
        while len(self.rest) < length:
            self._receive()
        answer, self.rest = self.rest[:length], self.rest[length:]
        return int(lines[0].split()[1]), answer

    def _receive(self):
        data = self.socket.recv(1 << 18)
        if not data:
            raise ConnectionError("the server closed the connection")
        self.rest += data


def expect(status, answer, what):
    if status not in what:
        sys.exit(f"The server answered {status}: {answer.decode()[:300]}")
    return json.loads(answer) if answer else None


def account(url):
    """A new account: its connection, email and token."""
    connection = Connection(url)
    email = f"bench-{uuid.uuid4().hex}@example.org"
    body = {"email": email, "password": PASSWORD}
    expect(*connection.send("POST", "/auth/register", body), {201})
    token = expect(*connection.send("POST", "/auth/login", body), {200})["access_token"]
    return connection, email, token


def read_tasks(connection, token, end):
    """GETs until the end: the seconds of each."""
    times = []
    while (start := time.perf_counter()) < end:
        status, answer = connection.send("GET", "/tasks?limit=50", token=token)
        times.append(time.perf_counter() - start)
        if status != 200:
            expect(status, answer, {200})
    return times


class Logins:
    """Clients that log in without pause, each in a thread; 503 (the queue is full) is counted by itself."""

    def __init__(self, accounts):
        self.counts = {200: 0, 503: 0}
        self.times = []
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._run, args=account[:2], daemon=True) for account in accounts]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _run(self, connection, email):
        while not self._stop.is_set():
            start = time.perf_counter()
            status, _ = connection.send("POST", "/auth/login", {"email": email, "password": PASSWORD})
            with self._lock:
                self.counts[status] = self.counts.get(status, 0) + 1
                self.times.append(time.perf_counter() - start)


def memory(pid):
    """The resident memory of the process, and the most that it ever had, in MB."""
    lines = dict(line.split(":", 1) for line in open(f"/proc/{pid}/status") if line.startswith("Vm"))
    return tuple(int(lines[name].split()[0]) / 1024 for name in ("VmRSS", "VmHWM"))


def quantiles(times):
    ordered = sorted(times)
    return statistics.median(ordered) * 1000, ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))] * 1000


def line(name, times):
    print(f"  {name:<22} median {quantiles(times)[0]:7.3f} ms   p99 {quantiles(times)[1]:8.3f} ms   {len(times):7} of them")


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    url, pid = urllib.parse.urlsplit(sys.argv[1]), int(sys.argv[2])
    seconds = float(sys.argv[3]) if len(sys.argv) > 3 else 15
    clients = int(sys.argv[4]) if len(sys.argv) > 4 else 64
    connection, _, token = account(url)
    for number in range(50):
        expect(*connection.send("POST", "/tasks", {"title": f"Task {number}"}, token), {201})
    accounts = [account(url) for _ in range(clients)]
    read_tasks(connection, token, time.perf_counter() + 1)
    alone = read_tasks(connection, token, time.perf_counter() + seconds)
    before = memory(pid)[0]
    with Logins(accounts) as logins:
        began = time.perf_counter()
        busy = read_tasks(connection, token, time.perf_counter() + seconds)
        took = time.perf_counter() - began
        now, peak = memory(pid)
        done = dict(logins.counts)
    print(f"GET /tasks?limit=50, one client, {seconds:g} s each:")
    line("alone", alone)
    line(f"with {clients} logging in", busy)
    print(f"  the median is {quantiles(busy)[0] / quantiles(alone)[0]:.2f} times as long")
    print(f"logins: {done[200] / took:.1f} a second", *(f"{count} × {status}" for status, count in done.items() if count))
    line("a login", logins.times)
    print(f"memory of {pid}: {before:.0f} MB before, {now:.0f} MB during, {peak:.0f} MB at most")


if __name__ == "__main__":
    main()
