"""A broker, seen through kcat."""

import json
import subprocess
import types
import threading

from waiting import DEADLINE, Deadline


class Broker:
    def __init__(self, bootstrap_servers):
        self.bootstrap_servers = bootstrap_servers

    def read(self, until, topic="events", seconds=DEADLINE):
        """Reads the topic from its beginning until `until(messages)` is true of all messages so far, and gives these.

        A message has `.key`, `.value` (the parsed JSON), `.headers` (a dictionary), `.partition`, `.offset`, `.text`.
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


def message(envelope):
    names_and_values = envelope.get("headers", [])
    return types.SimpleNamespace(
        key=envelope["key"], text=envelope["payload"], value=json.loads(envelope["payload"]),
        headers=dict(zip(names_and_values[::2], names_and_values[1::2])),
        partition=envelope["partition"], offset=envelope["offset"],
    )
