"""GET /events: what one client changes, the others see at once; nobody else does; and a break loses nothing."""

import datetime
import random
import threading
import uuid

import pytest
from account import Account
from sse import Refused, Stream
from waiting import DEADLINE

EVENT = {"event_id", "type", "occurred_at", "user_id"}
PREFIXES = ["", "/api/v1"]


@pytest.fixture
def account(backend):
    return Account(backend.url)


def history(backend, account):
    """The user's events in the order of their publication, as (id of the stream, event_id)."""
    rows = backend.sql(
        f"SELECT xid::text || '-' || seq, event_id FROM events WHERE user_id = '{account.id}' ORDER BY xid, seq")
    return [tuple(row) for row in rows]


def places(events):
    return [(event.id, event.data["event_id"]) for event in events]


@pytest.mark.parametrize("prefix", PREFIXES)
def test_each_change_appears_at_the_other_client(backend, account, prefix):
    with Stream(account, path=prefix + "/events") as stream:
        assert stream.headers["Content-Type"].split(";")[0] == "text/event-stream"
        assert stream.headers["Cache-Control"] == "no-store"
        assert stream.headers["X-Accel-Buffering"] == "no"
        assert stream.headers["X-Request-Id"]
        assert stream.retry and stream.events == []
        writer = account.again()
        task = writer.add("Buy milk")
        path = f"{prefix}/tasks/{task}"
        steps = [
            ("task.created", {"title": "Buy milk"}, None),
            ("task.completed", {}, ("PATCH", {"done": True})),
            ("task.reopened", {}, ("PATCH", {"done": False})),
            ("task.updated", {"changes": {
                "title": {"from": "Buy milk", "to": "Buy oat milk"}, "due_on": {"from": None, "to": "2026-12-24"},
            }}, ("PATCH", {"title": "Buy oat milk", "due_on": "2026-12-24"})),
            ("task.deleted", {}, ("DELETE", None)),
            ("task.restored", {}, ("POST /restore", None)),
        ]
        for number, (name, fields, change) in enumerate(steps, start=1):
            if change:
                method, _, rest = change[0].partition(" ")
                writer.ok(method, path + rest, change[1])
            # Each is there before the next is done.
            event = stream.wait_for(number)[-1]
            assert event.event == event.data["type"] == name
            assert event.data.keys() == EVENT | {"task_id"} | fields.keys()
            assert {field: event.data[field] for field in fields} == fields
            assert (event.data["user_id"], event.data["task_id"]) == (account.id, task)
            assert str(uuid.UUID(event.data["event_id"])) == event.data["event_id"]
            assert datetime.datetime.fromisoformat(event.data["occurred_at"]).utcoffset() == datetime.timedelta()
        # The account's own event was before the stream.
        assert places(stream.events) == history(backend, account)[1:]


def test_several_changes_at_once_are_one_event_each(account):
    with Stream(account) as stream:
        task = account.add("Both")
        account.ok("PATCH", f"/tasks/{task}", {"title": "Changed", "done": True})
        events = stream.wait_for(3)
        assert [event.event for event in events][0] == "task.created"
        assert {event.event for event in events[1:]} == {"task.updated", "task.completed"}


def test_any_text_comes_as_it_is(account):
    title = "日本 👩‍👩‍👧 : data: id: 1-1"
    notes = "one\ntwo\tthree\n\nevent: task.deleted\ndata: {}\n\nend"
    with Stream(account) as stream:
        task = account.add(title)
        account.ok("PATCH", f"/tasks/{task}", {"notes": notes})
        created, updated = stream.wait_for(2)
        assert created.data["title"] == title
        assert updated.data["changes"]["notes"]["to"] == notes


def test_nobody_sees_what_others_do(backend, account):
    other = Account(backend.url)
    with Stream(account) as mine, Stream(other) as his:
        for number in range(20):
            account.add(f"private {number}")
        # Once they are in the one stream, they would be in the other.
        last = mine.wait_for(20)[-1]
        other.add("his own")
        assert [event.data["title"] for event in his.wait_for(1)] == ["his own"]
    # Nor with a place that is not of his own events.
    for last_id in ("0-0", last.id):
        with Stream(other, last_id=last_id) as his:
            other.add(f"after {last_id}")
            events = his.wait(lambda: his.events and his.events[-1].data.get("title") == f"after {last_id}")
            assert {event.data["user_id"] for event in events} == {other.id}
            assert places(events) == [place for place in history(backend, other) if is_behind(place[0], last_id)]


def is_behind(place, other):
    return [int(part) for part in place.split("-")] > [int(part) for part in other.split("-")]


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("token", [None, "x.y.z"])
def test_without_a_good_token_there_is_no_stream(account, token, prefix):
    account.token = token
    with pytest.raises(Refused) as refusal:
        Stream(account, path=prefix + "/events")
    assert refusal.value.status == 401
    assert refusal.value.headers["WWW-Authenticate"]
    assert refusal.value.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    "last_id", ["x", "1", "1-", "-1", "1-2-3", "-1-2", "+1-2", "1 -2", "01-2", "9" * 30 + "-1", "1-" + "9" * 30])
def test_a_malformed_place_is_refused(account, last_id):
    with pytest.raises(Refused) as refusal:
        Stream(account, last_id=last_id)
    assert refusal.value.status == 422, refusal.value
    assert '"Last-Event-ID"' in refusal.value.text


def test_an_empty_place_is_none(account):
    with Stream(account, last_id="") as stream:
        account.add("new")
        assert [event.event for event in stream.wait_for(1)] == ["task.created"]


def test_a_place_that_is_not_known_begins_anew(account):
    account.add("before")
    with Stream(account, last_id="999999999999-1") as stream:
        assert [(event.event, event.data) for event in stream.wait_for(1)] == [("reset", {})]
        # And goes on from now.
        account.add("after")
        assert stream.wait_for(2)[1].data["title"] == "after"


def test_head_answers_at_once(account):
    answer = account.send("HEAD", "/events")
    assert (answer.status, answer.text) == (200, "")
    assert answer.headers["Content-Type"].split(";")[0] == "text/event-stream"
    # The connection is free again.
    assert account.send("GET", "/healthz").status == 200
    answer = account.send("POST", "/events", {})
    assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD")


def test_who_comes_again_and_again_sees_each_change_once(backend, account):
    """Three write at once, so that some commit late; the reader's lives begin and end anywhere between."""
    chance = random.Random(20261121)
    with Stream(account) as stream:
        start = stream.last_id
    writers = [threading.Thread(target=write, args=(account.again(), 100)) for _ in range(3)]
    for writer in writers:
        writer.start()
    seen, last_id, lives = [], start, 0
    while len(seen) < 300:
        count = min(chance.randrange(1, 12), 300 - len(seen))
        with Stream(account, last_id) as stream:
            # What came behind these was still on its way, as it were, when the connection was cut off.
            events = stream.wait_for(count)[:count]
        seen += events
        last_id = events[-1].id
        lives += 1
    for writer in writers:
        writer.join(DEADLINE)
    assert places(seen) == [place for place in history(backend, account) if is_behind(place[0], start)]
    assert lives > 20


def write(account, count):
    for number in range(count):
        account.add(f"change {number}")
