"""Drives a full-screen program in a pseudo-terminal and takes the time and the bytes of what it draws.

A key's time ends with the last byte that follows it before the program is quiet (QUIET seconds without output).
"""

import argparse
import json
import os
import pathlib
import pty
import select
import signal
import statistics
import struct
import termios
import time
import fcntl

QUIET = 0.02
DEADLINE = 60


class Program:
    def __init__(self, command, columns, rows):
        self.started = time.perf_counter()
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            os.execvp(command[0], command)
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.output = b""

    def read(self, timeout):
        if not select.select([self.terminal], [], [], max(0, timeout))[0]:
            return b""
        try:
            piece = os.read(self.terminal, 1 << 16)
        except OSError:
            piece = b""
        self.output += piece
        return piece

    def until(self, text):
        """Seconds from the start until this is on the screen."""
        end = time.perf_counter() + DEADLINE
        while text not in self.output:
            if time.perf_counter() > end:
                raise SystemExit(f"{text!r} did not come: {self.output[-2000:]!r}")
            self.read(end - time.perf_counter())
        return time.perf_counter() - self.started

    def settle(self, quiet=0.3):
        """Waits for quiet. Seconds from the start until the last output."""
        last = time.perf_counter()
        while self.read(quiet):
            last = time.perf_counter()
        return last - self.started

    def ran(self):
        """Milliseconds that its main thread has been on a core: unlike the time on the clock, others' work is not in it."""
        return int(pathlib.Path(f"/proc/{self.pid}/task/{self.pid}/schedstat").read_text().split()[0]) / 1e6

    def key(self, text):
        """(milliseconds, bytes, milliseconds on a core) of what this key draws."""
        before = self.ran()
        began = last = time.perf_counter()
        os.write(self.terminal, text)
        count, wait = 0, 1.0
        while piece := self.read(wait):
            last, wait = time.perf_counter(), QUIET
            count += len(piece)
        return (last - began) * 1000, count, self.ran() - before

    def cpu(self):
        """Seconds of CPU so far, of all threads."""
        fields = pathlib.Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def status(self, name):
        lines = pathlib.Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))

    def switches(self):
        """Times that any of its threads was woken."""
        total = 0
        for task in pathlib.Path(f"/proc/{self.pid}/task").iterdir():
            total += sum(int(line.split()[1]) for line in (task / "status").read_text().splitlines() if "ctxt_switches" in line)
        return total

    def end(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.terminal)


def summary(samples):
    samples = [sample for sample in samples if sample[1]]
    times, cores = sorted(sample[0] for sample in samples), sorted(sample[2] for sample in samples)
    if not times:
        return None
    return {
        "core_p50_ms": round(statistics.median(cores), 2), "core_p99_ms": round(cores[min(len(cores) - 1, int(len(cores) * 0.99))], 2),
        "p50_ms": round(statistics.median(times), 2), "p99_ms": round(times[min(len(times) - 1, int(len(times) * 0.99))], 2),
        "bytes": round(statistics.median(sample[1] for sample in samples)), "n": len(times),
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--name", required=True)
    parser.add_argument("--first", required=True, help="what the first full screen shows")
    parser.add_argument("--down", default="j")
    parser.add_argument("--page", default="\\x06")
    parser.add_argument("--filter", help="the key that begins a filter that follows each key")
    parser.add_argument("--starts", type=int, default=5)
    parser.add_argument("--keys", type=int, default=500)
    parser.add_argument("--idle", type=float, default=30)
    parser.add_argument("--size", default="80x24")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    columns, rows = map(int, options.size.split("x"))
    command = [word for word in options.command if word != "--"]
    starts, everything = [], []
    for number in range(options.starts):
        program = Program(command, columns, rows)
        starts.append(program.until(options.first.encode()) * 1000)
        everything.append(program.settle() * 1000)
        if number + 1 < options.starts:
            program.end()
    program.settle(1)
    result = {
        "name": options.name, "first_screen_ms": round(statistics.median(starts), 1),
        "quiet_after_ms": round(statistics.median(everything), 1),
    }
    result["down"] = summary([program.key(options.down.encode()) for _ in range(options.keys)])
    page = options.page.encode().decode("unicode_escape").encode("latin-1")
    result["page"] = summary([program.key(page) for _ in range(100)])
    if options.filter:
        samples = []
        for word in ("paper", "garden", "fix the", "thing number 77"):
            program.key(options.filter.encode())
            samples += [program.key(letter.encode()) for letter in word]
            samples += [program.key(b"\x7f") for _ in word]
            program.key(b"\x1b")
            program.settle()
        result["filter"] = summary(samples)
    result["rss_mb"] = round(program.status("VmRSS") / 1024, 1)
    result["anonymous_mb"] = round(program.status("RssAnon") / 1024, 1)
    before, woken = program.cpu(), program.switches()
    program.settle(options.idle)
    result["idle_cpu_percent"] = round((program.cpu() - before) / options.idle * 100, 2)
    result["idle_wakeups"] = program.switches() - woken
    program.end()
    print(json.dumps(result))


if __name__ == "__main__":
    main()
