"""A broker, seen through kcat."""

import json
import subprocess
import threading
import time
import types

from waiting import DEADLINE, Deadline


class Broker:
    def __init__(self, bootstrap_servers):
        self.bootstrap_servers = bootstrap_servers

    def read(self, until, topic="events", seconds=DEADLINE):
        """Reads the topic from its beginning until `until(messages)` is true of all messages so far, and gives these.

        A message has `.key`, `.value` (the parsed JSON; None where it is none), `.headers` (a dictionary), `.partition`, `.offset`, `.text`.
        """
        process = subprocess.Popen(
            ["kcat", "-b", self.bootstrap_servers, "-C", "-t", topic, "-o", "beginning", "-J", "-u", "-q"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        is_late = threading.Event()
        alarm = threading.Timer(seconds, lambda: (is_late.set(), process.kill()))
        alarm.start()
        messages = []
        try:
            for line in process.stdout:
                messages.append(message(json.loads(line)))
                if until(messages):
                    return messages
            seen = [each.text for each in messages]
            raise Deadline(f"{'too late' if is_late.is_set() else process.stderr.read()}; seen: {seen}")
        finally:
            alarm.cancel()
            process.kill()
            process.communicate()

    def all(self, topic="events"):
        """All that is in the topic now."""
        output = subprocess.run(
            ["kcat", "-b", self.bootstrap_servers, "-C", "-t", topic, "-o", "beginning", "-e", "-J", "-q"],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=DEADLINE, check=True,
        ).stdout
        return [message(json.loads(line)) for line in output.splitlines()]

    def publish(self, value, key, headers, topic="events"):
        """Publishes one message; returns when the broker has it. `value` is the text as it is to stand there."""
        arguments = [word for name, text in headers.items() for word in ("-H", f"{name}={text}")]
        subprocess.run(
            ["kcat", "-b", self.bootstrap_servers, "-P", "-t", topic, "-k", key, *arguments],
            input=value, text=True, capture_output=True, timeout=DEADLINE, check=True,
        )


class Follower:
    """Reads a topic from its beginning, and goes on as more comes: `messages`, as `Broker.read` gives them."""

    def __init__(self, bootstrap_servers, topic="events"):
        self._command = [
            "kcat", "-b", bootstrap_servers, "-C", "-t", topic, "-o", "beginning", "-J", "-u", "-q", "-X", "fetch.wait.max.ms=50",
        ]
        self.messages = []
        self._seen, self._missing, self._next = set(), set(), {}
        self._changed = threading.Condition()
        self._start()

    def _start(self):
        self._process = subprocess.Popen(
            self._command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self._reads = True
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self):
        for line in self._process.stdout:
            new = message(json.loads(line))
            with self._changed:
                # Seen before kcat had to be started anew.
                if new.offset < self._next.get(new.partition, 0):
                    continue
                self._next[new.partition] = new.offset + 1
                self.messages.append(new)
                self._seen.add(new.headers["event_id"])
                if self._missing:
                    self._missing.discard(new.headers["event_id"])
                    if not self._missing:
                        self._changed.notify_all()
        with self._changed:
            self._reads = False
            self._changed.notify_all()

    def wait_for(self, event_ids, seconds=DEADLINE):
        """Waits until each of these has come."""
        end = time.monotonic() + seconds
        with self._changed:
            self._missing = set(event_ids) - self._seen
        while self._missing and time.monotonic() < end:
            # Kcat gives up when no broker is there.
            if not self._reads:
                self.stop()
                self._start()
            with self._changed:
                self._changed.wait_for(lambda: not self._missing or not self._reads, max(0, end - time.monotonic()))
        if self._missing:
            some = sorted(self._missing)[:5]
            raise Deadline(f"{len(self._missing)} events did not come in {seconds} s, such as {some}")

    def stop(self):
        self._process.kill()
        self._process.wait(DEADLINE)
        self._thread.join(DEADLINE)
        self._process.stdout.close()


def message(envelope):
    names_and_values = envelope.get("headers", [])
    return types.SimpleNamespace(
        key=envelope["key"], text=envelope["payload"], value=value_of(envelope["payload"]),
        headers=dict(zip(names_and_values[::2], names_and_values[1::2])),
        partition=envelope["partition"], offset=envelope["offset"],
    )


def value_of(text):
    """The parsed JSON; None for what is none, such as some dead letters."""
    try:
        return json.loads(text)
    except (TypeError, ValueError):
        return None
