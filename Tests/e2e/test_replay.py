"""`todo-backend replay`: what was published before is published again, and nobody does anything twice."""

import collections
import datetime
import subprocess

import pytest
from account import Account
from backend import environment_of_backend
from kafka import Broker
from sse import Stream
from waiting import DEADLINE, files, until


@pytest.fixture(scope="module")
def system(start_backend):
    """A backend that nobody else uses."""
    return start_backend()


@pytest.fixture(scope="module")
def account(system):
    """Somebody who did a few things, one of them by way of the broker, and had a digest."""
    account = Account(system.url)
    for title in ("one", "two"):
        account.add(title)
    account.ok("PATCH", "/tasks/1", {"done": True})
    account.ok("POST", "/task/create_event", {"title": "three"})
    until(lambda: len(account.titles()) == 3)
    tomorrow = datetime.datetime.now(datetime.timezone.utc).date() + datetime.timedelta(days=1)
    system.run("scheduler", "--once", "--at", f"{tomorrow}T00:00:00Z")
    files(f"{system.maildir}/new", 1)
    until(lambda: system.sql("SELECT count(*) FROM processed_events") == [("2",)])
    return account


def published(system):
    """How often each event of the outbox is in the topic, by type and by event_id."""
    messages = [message for message in Broker(system.kafka).all() if "position" in message.headers]
    return (
        collections.Counter(message.value["type"] for message in messages),
        collections.Counter(message.value["event_id"] for message in messages))


def state(system):
    """All that a second effect would change."""
    return (
        system.sql("SELECT id, title, done, version, updated_at FROM tasks ORDER BY id"),
        system.sql("SELECT xid, seq FROM events ORDER BY xid, seq"),
        system.sql("SELECT event_id, processed_at FROM processed_events ORDER BY processed_at"),
        [file.name for file in files(f"{system.maildir}/new", 1)],
        [message.text for topic in ("events.dlq", "commands.dlq") for message in Broker(system.kafka).all(topic)],
    )


def test_all_is_published_again_and_done_once(system, account):
    before, (types, ids) = state(system), published(system)
    assert set(ids.values()) == {1}
    with Stream(account) as live, Stream(account, "0-0") as resumed:
        resumed.wait_for(5)
        assert system.run("replay", "--since", "all") == f"{len(ids)} events published\n"
        assert published(system) == (types + types, ids + ids)
        # Something new comes behind all of it, through every consumer.
        account.ok("POST", "/task/create_event", {"title": "fence"})
        assert [event.data["title"] for event in live.wait_for(1)] == ["fence"]
        assert len({event.id for event in resumed.wait_for(6)}) == len(resumed.events) == 6
        until(lambda: system.sql("SELECT count(*) FROM processed_events") == [("3",)])
    for old, new in zip(before, state(system)):
        # Nothing is changed, and nothing is new but the fence.
        assert [each for each in new if each in old] == old
        assert len(new) - len(old) <= 1


def test_only_some_types(system, account):
    types, _ = published(system)
    printed = system.run("replay", "--since", "all", "--type", "task.completed", "--type", "user.registered")
    assert printed == "2 events published\n"
    assert published(system)[0] - types == {"task.completed": 1, "user.registered": 1}


def test_only_since_some_time(system, account):
    account.add("late")
    form = 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'
    ((moment,),) = system.sql(f"SELECT to_char(max(occurred_at) AT TIME ZONE 'UTC', '{form}') FROM events")
    until(lambda: system.sql("SELECT (SELECT max(seq) FROM events) = seq FROM relay_cursor") == [("t",)])
    types, _ = published(system)
    assert system.run("replay", "--since", moment) == "1 events published\n"
    assert published(system)[0] - types == {"task.created": 1}
    assert system.run("replay", "--since", "2030-01-01") == "0 events published\n"
    assert system.run("replay", "--since", "2h", "--type", "task.praised") == "0 events published\n"


@pytest.mark.parametrize(
    "arguments, code, words",
    [
        ([], 64, "--since"),
        (["--since", "yesterday"], 64, "2026-11-20T08:00:00Z"),
        (["--since", "2026-02-30"], 64, "--since"),
        (["--since", "-1h"], 64, "--since"),
        (["--since", ""], 64, "--since"),
        (["--since", "1h", "--type"], 64, "--type"),
        (["--since", "1h", "extra"], 64, "extra"),
        (["--since", "1h"], 1, "DATABASE_URL is not set."),
    ],
)
def test_what_it_cannot_do_it_says(backend_binary, tmp_path, arguments, code, words):
    process = subprocess.run(
        [backend_binary, "replay", *arguments], env=environment_of_backend(), cwd=tmp_path, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=DEADLINE)
    assert process.returncode == code and words in process.stderr, process
    assert process.stdout == ""
