"""A Kafka cluster of one's own, with the troubles of one in production: killed, slow, down, full of errors."""

import pathlib
import subprocess
import sys

from waiting import DEADLINE

TOPICS = ["events", "events.dlq", "commands", "commands.dlq"]

# The kind of request that the relay lives by, and what a real broker answers to it on its bad days.
PRODUCE = 0
NOT_LEADER, REQUEST_TIMED_OUT, NOT_AUTHORIZED, OUT_OF_SEQUENCE, STORAGE_ERROR = 6, 7, 29, 45, 56
# No answer: it does what is asked, and cuts the connection.
HANG_UP = -195


class KafkaCluster:
    """Three brokers with the topics of the product. They keep all in memory, and each life has an address of its own."""

    def __init__(self):
        self._process = None
        self.start()

    def start(self):
        """Starts it, empty; `bootstrap_servers` is its new address."""
        program = pathlib.Path(__file__).with_name("broker_process.py")
        self._process = subprocess.Popen(
            [sys.executable, program, *TOPICS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            text=True, start_new_session=True,
        )
        self.bootstrap_servers = self._process.stdout.readline().strip()
        assert self.bootstrap_servers, "the broker did not start"

    def fail(self, *codes, request=PRODUCE):
        """The next requests of this kind fail, each with one of these codes."""
        self._order("errors", request, *codes)

    def forgive(self, request=PRODUCE):
        """The failures that no request has met yet don't come any more."""
        self._order("clear", request)

    def take_down(self, broker=-1):
        """One broker, or all of them: connections are cut, and none is taken."""
        self._order("down", broker)

    def bring_up(self, broker=-1):
        self._order("up", broker)

    def slow_down(self, milliseconds, broker=-1):
        """Every answer comes so much later."""
        self._order("rtt", broker, milliseconds)

    def _order(self, *words):
        print(*words, file=self._process.stdin, flush=True)
        answer = self._process.stdout.readline().strip()
        assert answer == "ok", f"{words}: {answer}"

    def kill9(self):
        """All that it held is lost."""
        self._process.kill()
        self._process.wait(DEADLINE)
        self._process.stdin.close()
        self._process.stdout.close()

    def stop(self):
        """Ends it where it runs."""
        if self._process.poll() is None:
            self.kill9()
