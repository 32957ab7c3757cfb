"""The database is restarted while the api is used: nothing is lost, nothing is wrong, and it goes on by itself."""

import collections
import http.client
import json
import subprocess
import threading
import time
import types
import uuid

import pytest
from backend import environment_of_backend, free_port
from cluster import Cluster
from waiting import DEADLINE, Deadline

THREADS = 8
# How soon the api must answer again.
SECONDS_TO_RECOVER = 2
SECONDS_TO_STOP = 15


@pytest.fixture(scope="module")
def cluster():
    cluster = Cluster()
    yield cluster
    cluster.remove()


@pytest.fixture(scope="module")
def api(cluster, backend_binary):
    """`todo-backend api` on that cluster, with a broker that is not there: `.port`, `.errors`."""
    port = free_port()
    environment = environment_of_backend(
        DATABASE_URL=cluster.url, KAFKA_BOOTSTRAP_SERVERS="127.0.0.1:1", JWT_SECRET="x" * 32, HTTP_HOST="127.0.0.1",
        HTTP_PORT=str(port), LOG_FORMAT="json",
    )
    subprocess.run([backend_binary, "migrate"], env=environment, timeout=DEADLINE, check=True, stdout=subprocess.DEVNULL)
    process = subprocess.Popen(
        [backend_binary, "api"], env=environment, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    errors = collections.deque()
    listens = threading.Event()

    def read():
        for line in process.stderr:
            errors.append(line)
            if '"listening"' in line:
                listens.set()
        listens.set()

    threading.Thread(target=read, daemon=True).start()
    assert listens.wait(DEADLINE) and process.poll() is None, "".join(errors)
    yield types.SimpleNamespace(port=port, errors=errors)
    process.terminate()
    # The broker that never came must not hold it up.
    assert process.wait(SECONDS_TO_STOP) == 0


class Client:
    """One connection, kept."""

    def __init__(self, port, token=None):
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=DEADLINE)
        self._headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})

    def send(self, method, path, body=None):
        """Status, headers, JSON. Whatever goes wrong with the connection is an error of the test."""
        status, headers, text = self.send_for_text(method, path, body)
        return status, headers, json.loads(text)

    def send_for_text(self, method, path, body=None):
        self._connection.request(method, path, body and json.dumps(body), self._headers)
        answer = self._connection.getresponse()
        return answer.status, answer.headers, answer.read().decode()

    def metric(self, name):
        """Its value; None where it is unknown."""
        status, _, text = self.send_for_text("GET", "/metrics")
        assert status == 200
        return next((float(line.split()[1]) for line in text.splitlines() if line.startswith(name + " ")), None)

    def wait_for_metric(self, name, is_right):
        end = time.monotonic() + DEADLINE
        while not is_right(value := self.metric(name)):
            if time.monotonic() > end:
                raise Deadline(f"{name} is {value}")


@pytest.fixture
def token(api):
    client = Client(api.port)
    account = {"email": f"{uuid.uuid4().hex}@example.org", "password": "correct horse"}
    assert client.send("POST", "/auth/register", account)[0] == 201
    return client.send("POST", "/auth/login", account)[2]["access_token"]


class Load:
    """Threads that write tasks and read them again, each as fast as it is answered."""

    def __init__(self, port, token):
        self.wrong = []
        # Title by id: what was answered 201, and what was answered 503 and may have happened or not.
        self.written, self.unsure = {}, {}
        # Of each thread: when it last succeeded for the first time after `mark`.
        self._recovered = {}
        self._mark = 0
        self._changed = threading.Condition()
        self._ends = False
        self.unavailable = 0
        self._threads = [threading.Thread(target=self._work, args=(index, Client(port, token))) for index in range(THREADS)]
        for thread in self._threads:
            thread.start()

    def _work(self, index, client):
        number = 0
        try:
            while not self._ends:
                number += 1
                self._once(index, client, str(uuid.uuid4()), f"{index}/{number}")
        except Exception as error:  # noqa: BLE001: the test shows it
            self._complain(f"{type(error).__name__}: {error}")

    def _once(self, index, client, id, title):
        status, headers, body = client.send("POST", "/tasks", {"id": id, "title": title})
        if status == 201 and body["title"] == title and body["id"] == id:
            self._note(index, self.written, id, title)
            status, headers, body = client.send("GET", f"/tasks/{id}")
            if status == 200 and body["title"] != title:
                self._complain(f"{id} is {body}")
        elif status == 503:
            self._note(None, self.unsure, id, title)
        if status not in (200, 503):
            self._complain(f"{status} {body}")
        if status == 503:
            self.unavailable += 1
            if headers["Retry-After"] is None or headers["Content-Type"] != "application/problem+json":
                self._complain(f"503 with {headers}")

    def _complain(self, what):
        with self._changed:
            self.wrong.append(what)
            self._changed.notify_all()

    def _note(self, index, titles, id, title):
        with self._changed:
            titles[id] = title
            if index is not None:
                self._recovered.setdefault(index, time.monotonic())
            self._changed.notify_all()

    def wait_for_writes(self, count):
        with self._changed:
            goal = len(self.written) + count
            if not self._changed.wait_for(lambda: self.wrong or len(self.written) >= goal, DEADLINE):
                raise Deadline(f"{len(self.written)} writes, {len(self.unsure)} unsure")

    def seconds_until_all_write(self):
        """How long it takes from now until each thread has written something."""
        with self._changed:
            start = time.monotonic()
            self._recovered = {}
            if not self._changed.wait_for(lambda: self.wrong or len(self._recovered) == THREADS, DEADLINE):
                raise Deadline(f"only threads {list(self._recovered)} write again")
            return max(self._recovered.values(), default=start) - start

    def end(self):
        self._ends = True
        for thread in self._threads:
            thread.join(DEADLINE)


@pytest.fixture
def load(api, token):
    load = Load(api.port, token)
    yield load
    load.end()


def check_all(load, api, token):
    """Every write that was answered is there; every other can be sent again."""
    assert load.wrong == [], "".join(list(api.errors)[-5:])
    client = Client(api.port, token)
    for id, title in load.written.items():
        status, _, body = client.send("GET", f"/tasks/{id}")
        assert (status, body.get("title")) == (200, title), body
    for id, title in load.unsure.items():
        status, _, body = client.send("POST", "/tasks", {"id": id, "title": title})
        assert status in (200, 201) and body["title"] == title, body


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_restarts_under_load(cluster, api, token, load, mode):
    for _ in range(3):
        load.wait_for_writes(200)
        cluster.restart(mode)
        assert load.seconds_until_all_write() < SECONDS_TO_RECOVER
    load.wait_for_writes(200)
    load.end()
    check_all(load, api, token)
    assert load.unavailable > 0, "the restarts were not even noticed"


def test_without_database_it_says_so_and_recovers(cluster, api, token, load):
    load.wait_for_writes(100)
    cluster.stop()
    client = Client(api.port, token)
    try:
        for _ in range(20):
            status, headers, body = client.send("GET", "/tasks")
            assert (status, headers["Retry-After"]) == (503, "1"), body
        status, _, body = client.send("GET", "/readyz")
        assert (status, body["dependencies"]["database"]) == (503, "unavailable")
        assert client.send("GET", "/healthz")[0] == 200
        # How far the relay is behind can't be known now, and the other metrics don't suffer.
        client.wait_for_metric("todo_relay_lag_events", lambda value: value is None)
        assert client.metric("todo_database_failed_total") > 0
    finally:
        cluster.start()
    assert load.seconds_until_all_write() < SECONDS_TO_RECOVER
    assert client.send("GET", "/readyz")[0] == 200
    # No broker takes the events.
    client.wait_for_metric("todo_relay_lag_events", lambda value: value and value > 100)
    assert client.metric("todo_relay_lag_seconds") > 1
    assert client.metric("todo_relay_published_total") == 0
    load.end()
    check_all(load, api, token)
