"""The services of todo as in production: each a process of its own, on one database and one broker, and each can be killed."""

import contextlib
import http.client
import pathlib
import shutil
import subprocess
import tempfile
import threading
import uuid

from backend import environment_of_backend, free_port
from broker import KafkaCluster
from cluster import Cluster
from kafka import Follower
from waiting import DEADLINE, Deadline, until

DIGEST_NAMESPACE = uuid.UUID("6d1f0e52-9a7c-4b3e-8f25-c40d71b863ea")
# This broker answers an empty fetch only when this time is over. And who died holds its partitions until its session ends: it
# can't be shorter, for the first member of a group waits 3 s for others.
CONSUMERS = {"KAFKA_FETCH_WAIT_MAX_MS": "50", "KAFKA_SESSION_TIMEOUT_MS": "3100", "KAFKA_HEARTBEAT_INTERVAL_MS": "500"}


class Service:
    """A role of todo-backend that runs until it is ended. What it logs is kept, over all its lives."""

    def __init__(self, binary, role, environment):
        self._command, self._environment = [binary, role], environment
        self._process = None
        self._changed = threading.Condition()
        self.log = []

    def start(self, **environment):
        """Starts it, and doesn't wait for it; these settings hold from now on."""
        self._environment |= environment
        self._process = subprocess.Popen(
            self._command, env=self._environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True, start_new_session=True,
        )
        threading.Thread(target=self._read, args=(self._process.stderr,), daemon=True).start()

    def _read(self, lines):
        for line in lines:
            with self._changed:
                self.log.append(line)
                self._changed.notify_all()
        lines.close()

    def count(self, message):
        """How often it has logged this message."""
        return sum(f'"{message}"' in line for line in list(self.log))

    def wait_for(self, message, count=1):
        """Waits until it has logged this message so often."""
        with self._changed:
            if not self._changed.wait_for(lambda: self.count(message) >= count, DEADLINE):
                raise Deadline(f"{self._command[1]} never said {message}: {''.join(self.log[-20:])}")

    def kill9(self):
        self._process.kill()
        self._process.wait(DEADLINE)

    def stop(self):
        """Ends it, hard if it must be."""
        if self._process and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(DEADLINE)
            except subprocess.TimeoutExpired:
                self.kill9()
                raise


class API(Service):
    """`todo-backend api` on a port that stays the same."""

    def __init__(self, binary, environment):
        self.port = free_port()
        super().__init__(binary, "api", environment | {"HTTP_HOST": "127.0.0.1", "HTTP_PORT": str(self.port)})
        self.url = f"http://127.0.0.1:{self.port}"
        self._starts = 0

    def start(self, **environment):
        self._starts += 1
        super().start(**environment)

    def wait(self):
        """Waits until it answers."""
        self.wait_for("listening", self._starts)

    def get(self, path):
        """Status and text."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=DEADLINE)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def metric(self, name):
        """Its value; None where it is unknown."""
        lines = self.get("/metrics")[1].splitlines()
        return next((float(line.split()[1]) for line in lines if line.startswith(name + " ")), None)


class Site:
    """PostgreSQL, a broker, APIs and a mailer; `topic` follows the topic `events`."""

    def __init__(self, binary, apis=2):
        self._binary, self._begun = binary, []
        # Whether the broker has only done what a real one does.
        self.keeps_order = True
        # What is started is ended, though not all of it could be started.
        with contextlib.ExitStack() as ends:
            self._folder = pathlib.Path(tempfile.mkdtemp(prefix="todo-site-"))
            ends.callback(shutil.rmtree, self._folder, ignore_errors=True)
            self.database = Cluster()
            ends.callback(self.database.remove)
            self.broker = KafkaCluster()
            ends.callback(self.broker.stop)
            self._environment = environment_of_backend(
                DATABASE_URL=self.database.url, JWT_SECRET="x" * 32, LOG_FORMAT="json", MAIL_FROM="todo <todo@example.org>",
                SMTP_URL=f"maildir:{self._folder / 'mail'}", PUBLIC_URL="http://localhost", **CONSUMERS)
            self.mails = self._folder / "mail" / "new"
            self.run("migrate")
            self.topic = Follower(self.broker.bootstrap_servers)
            ends.callback(lambda: self.topic.stop())
            self.mailer = Service(binary, "mailer", dict(self._environment))
            self.apis = [API(binary, dict(self._environment)) for _ in range(apis)]
            for service in [self.mailer, *self.apis]:
                ends.callback(service.stop)
            ends.callback(self._end_what_was_begun)
            self._ends = ends.pop_all()

    @property
    def _broker_setting(self):
        return {"KAFKA_BOOTSTRAP_SERVERS": self.broker.bootstrap_servers}

    def start(self):
        """Starts all services, and returns when the APIs answer."""
        for service in [self.mailer, *self.apis]:
            service.start(**self._broker_setting)
        for api in self.apis:
            api.wait()

    def kill(self):
        """The end of all services at once."""
        for service in [self.mailer, *self.apis]:
            service.kill9()

    def replace_broker(self):
        """An empty broker comes in the place of the one that is lost, and is filled again before the APIs go on."""
        self.topic.stop()
        self.broker.start()
        self.topic = Follower(self.broker.bootstrap_servers)
        # The embedded broker can't hold what the mailer hasn't read: without it the replay would wait.
        self.mailer.start(**self._broker_setting)
        self.run("replay", "--since", "all")
        for api in self.apis:
            api.start(**self._broker_setting)
        for api in self.apis:
            api.wait()

    def begin(self, *arguments):
        """Starts a role that ends by itself."""
        process = subprocess.Popen(
            [self._binary, *arguments], env=self._environment | self._broker_setting, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        self._begun.append(process)
        return process

    def run(self, *arguments):
        """Runs it to its end; gives what it printed."""
        process = self.begin(*arguments)
        output, errors = process.communicate(timeout=DEADLINE)
        assert process.returncode == 0, errors
        return output

    def leader(self):
        """The API whose relay publishes."""
        return until(lambda: next((api for api in self.apis if api.metric("todo_relay_is_leader") == 1), None))

    def leaderships(self):
        """How often a relay began to publish."""
        return sum(api.count("relay leads") for api in self.apis)

    def sql(self, text):
        """The rows that the statement gives: tuples of strings."""
        return self.database.sql(text)

    def is_published(self):
        """Whether the cursor stands at the last event."""
        return self.sql(
            "SELECT 1 FROM events, relay_cursor AS cursor WHERE (events.xid, events.seq) > (cursor.xid, cursor.seq) LIMIT 1"
        ) == []

    def wait_until_published(self):
        until(self.is_published)

    def _end_what_was_begun(self):
        for process in self._begun:
            if process.poll() is None:
                process.kill()
                process.communicate()

    def stop(self):
        self._ends.close()


def digest_id(user, day):
    """The event_id of the digest of a user's day."""
    return str(uuid.uuid5(DIGEST_NAMESPACE, f"{user} {day}"))
