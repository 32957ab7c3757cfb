"""POST /task/create_event: a task by way of the broker, once however often it is asked for."""

import json
import subprocess
import uuid

import pytest
from account import Account
from backend import environment_of_backend
from cluster import Cluster
from kafka import Broker
from services import API
from sse import Stream
from waiting import DEADLINE

PATHS = ["/task/create_event", "/api/v1/task/create_event"]
# A stream without broker looks into the database with each comment, every 15 s.
SECONDS_TO_LOOK = 40


@pytest.fixture(scope="module")
def busy(start_backend):
    """A backend that nobody else uses: what is in its topics is known."""
    return start_backend()


@pytest.fixture
def account(busy):
    return Account(busy.url)


@pytest.fixture
def broker(busy):
    return Broker(busy.kafka)


@pytest.mark.parametrize("path", PATHS)
def test_the_task_appears_as_it_was_asked_for(account, broker, path):
    account.ok("POST", "/lists", {"key": "WEB", "name": "The site"})
    fields = {
        "title": "日本 \"quoted\" \\ 👩‍👩‍👧", "list": "web", "notes": "one\n\ntwo", "due_on": "2026-12-24", "priority": 2,
        "tags": ["phone", "b"],
    }
    with Stream(account) as stream:
        answer = account.send("POST", path, fields, X_Request_Id="r-1")
        assert answer.status == 201, answer.text
        published = json.loads(answer.text)
        assert published == {"status": "published", "task_id": published["task_id"]}
        # Its event tells when it is there.
        (event,) = stream.wait_for(1)
    assert (event.event, event.data["task_id"]) == ("task.created", published["task_id"])
    task = account.ok("GET", f"/tasks/{published['task_id']}")
    assert task["reference"] == "WEB-1"
    assert {name: task[name] for name in fields} == fields | {"list": "WEB"}
    # The message as it stands in the contract.
    (message,) = [each for each in broker.all("commands") if each.value["task_id"] == published["task_id"]]
    assert message.key == message.value["user_id"] == account.id
    assert message.value["type"] == message.headers["event_type"] == "task.creation.requested"
    assert message.value["event_id"] == message.headers["event_id"]
    assert message.headers["request_id"] == "r-1"


def test_the_same_id_twice_is_one_task(account):
    id = str(uuid.uuid4())
    with Stream(account) as stream:
        for _ in range(2):
            answer = account.ok("POST", "/task/create_event", {"id": id, "title": "once"})
            assert answer == {"status": "published", "task_id": id}
        # What comes behind in the same partition is done after both.
        account.ok("POST", "/task/create_event", {"title": "fence"})
        events = stream.wait(lambda: stream.events and stream.events[-1].data.get("title") == "fence")
    assert [event.data["title"] for event in events] == ["once", "fence"]
    assert account.titles() == ["fence", "once"]


def test_what_was_asked_for_stays_as_its_owner_changed_it(account):
    id = str(uuid.uuid4())
    with Stream(account) as stream:
        account.ok("POST", "/task/create_event", {"id": id, "title": "first"})
        stream.wait_for(1)
        account.ok("PATCH", f"/tasks/{id}", {"title": "changed", "done": True})
        account.ok("POST", "/task/create_event", {"id": id, "title": "first"})
        account.ok("POST", "/task/create_event", {"title": "fence"})
        stream.wait(lambda: stream.events and stream.events[-1].data.get("title") == "fence")
    task = account.ok("GET", f"/tasks/{id}")
    assert (task["title"], task["done"]) == ("changed", True)


REFUSED = [
    ({"title": "x", "list": "NONE"}, 422),
    ({"title": ""}, 422),
    ({"title": "x" * 501}, 422),
    ({"title": "bell \a"}, 422),
    ({}, 422),
    ({"title": "x", "unknown": 1}, 422),
    ({"title": "x", "priority": 4}, 422),
    ({"title": "x", "due_on": "2026-02-30"}, 422),
    ({"title": "x", "id": "12"}, 422),
    ({"title": "x", "notes": "x" * (1 << 20)}, 413),
    ([], 422),
]


@pytest.mark.parametrize("body, status", REFUSED, ids=[str(body)[:30] for body, _ in REFUSED])
def test_what_is_refused_is_not_published(account, broker, body, status):
    answer = account.send("POST", "/task/create_event", body)
    assert (answer.status, answer.headers["Content-Type"]) == (status, "application/problem+json"), answer.text
    # As POST /tasks says it.
    other = account.send("POST", "/tasks", body)
    assert (without_id(answer), answer.status) == (without_id(other), other.status)
    assert not [message for message in broker.all("commands") if message.key == account.id]


def without_id(answer):
    return {name: value for name, value in json.loads(answer.text).items() if name != "request_id"}


def test_without_a_good_token_nothing_is_published(account, broker):
    before = len(broker.all("commands"))
    for token in (None, "x.y.z"):
        account.token = token
        answer = account.send("POST", "/task/create_event", {"title": "x"})
        assert answer.status == 401 and answer.headers["WWW-Authenticate"]
    assert len(broker.all("commands")) == before


@pytest.fixture(scope="module")
def without_broker(backend_binary):
    """The API on a database, with a broker that nobody can reach."""
    cluster = Cluster()
    environment = environment_of_backend(
        DATABASE_URL=cluster.url, KAFKA_BOOTSTRAP_SERVERS="127.0.0.1:1", JWT_SECRET="x" * 32, LOG_FORMAT="json")
    api = API(backend_binary, environment)
    try:
        subprocess.run([backend_binary, "migrate"], env=environment, timeout=DEADLINE, check=True, stdout=subprocess.DEVNULL)
        api.start()
        api.wait()
        yield api
    finally:
        api.stop()
        cluster.remove()


def test_without_broker_it_says_so_and_everything_else_works(without_broker):
    account = Account(without_broker.url)
    answer = account.send("POST", "/task/create_event", {"title": "by broker"})
    assert (answer.status, answer.headers["Content-Type"]) == (503, "application/problem+json"), answer.text
    assert int(answer.headers["Retry-After"]) > 0
    assert "broker" in json.loads(answer.text)["detail"]
    account.add("as ever")
    assert account.titles() == ["as ever"]
    ready = account.ok("GET", "/readyz")
    assert (ready["status"], ready["dependencies"]) == ("degraded", {"database": "ok", "broker": "unavailable"})
    assert account.wait_for_metric("todo_relay_lag_events", lambda value: value >= 2)
    # Nobody knows how many letters wait.
    assert not any(name.startswith("todo_dead_letters") for name in account.metrics())


def test_without_broker_a_stream_still_shows_every_change(without_broker):
    account = Account(without_broker.url)
    with Stream(account) as stream:
        start = stream.last_id
        account.add("written without broker")
        events = stream.wait(lambda: stream.events, SECONDS_TO_LOOK)
        assert [event.data["title"] for event in events] == ["written without broker"]
    with Stream(account, start) as stream:
        assert [event.data["title"] for event in stream.wait_for(1)] == ["written without broker"]
