"""GET /events over its life: crashes and ends of the server, readers that are too slow, many that are idle."""

import http.client
import threading
import time
import uuid

import pytest
from account import Account
from sse import Refused, StalledStream, Stream
from waiting import DEADLINE, Deadline, until

# A comment comes every 15 s; this is longer, for a slow machine.
SECONDS_TO_COMMENT = 30
# Ten for the requests, and some for PostgreSQL and for a slow machine.
SECONDS_TO_STOP = 20
# Small enough for one message, and together far more than what sockets hold.
EVENTS, FILLER = 30_000, "x" * 400


def places_in_outbox(backend, account):
    rows = backend.sql(f"SELECT xid::text || '-' || seq FROM events WHERE user_id = '{account.id}' ORDER BY xid, seq")
    return [row[0] for row in rows]


def flood(backend, account, count=EVENTS):
    """Puts many events into the outbox at once, as a huge import would."""
    backend.sql(
        f"""
        INSERT INTO events (event_id, type, user_id, payload)
        SELECT id, 'task.updated', '{account.id}', json_build_object(
            'event_id', id, 'type', 'task.updated', 'occurred_at', now(), 'user_id', '{account.id}', 'filler', '{FILLER}')
        FROM (SELECT gen_random_uuid() AS id FROM generate_series(1, {count})) AS ids;
        NOTIFY todo_events;
        """)


def memory(backend):
    """What the process holds, in MB."""
    with open(f"/proc/{backend.pid}/status") as status:
        return int(next(line for line in status if line.startswith("VmRSS")).split()[1]) / 1024


class Writer:
    """Creates tasks without pause until it is ended; a server that is away is tried again with the same id."""

    def __init__(self, account):
        self._account, self._ends = account, False
        self.written = 0
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._work)
        self._thread.start()

    def _work(self):
        while not self._ends:
            task, is_written = {"id": str(uuid.uuid4()), "title": f"change {self.written}"}, False
            while not is_written and not self._ends:
                try:
                    is_written = self._account.send("POST", "/tasks", task).status in (200, 201)
                except (OSError, http.client.HTTPException):
                    pass
            with self._changed:
                self.written += is_written
                self._changed.notify_all()

    def wait_for(self, more):
        with self._changed:
            goal = self.written + more
            if not self._changed.wait_for(lambda: self.written >= goal, DEADLINE):
                raise Deadline(f"{self.written} written, not {goal}")

    def end(self):
        self._ends = True
        self._thread.join(DEADLINE)


def test_crashes_repeat_nothing_and_lose_nothing(start_backend):
    """After its start, dev publishes everything again."""
    backend = start_backend()
    account = Account(backend.url)
    stream = Stream(account)
    start, seen = stream.last_id, []
    writer = Writer(account.again())
    try:
        for _ in range(2):
            writer.wait_for(50)
            backend.kill9()
            stream.wait(lambda: stream.has_ended)
            seen += stream.events
            backend.start()
            stream = Stream(account, seen[-1].id if seen else start)
        writer.wait_for(20)
    finally:
        writer.end()
    # The connection from before died with the server.
    account = account.again()
    account.add("the last")
    seen += stream.wait(lambda: stream.events and stream.events[-1].data.get("title") == "the last")
    stream.close()
    # The first is that of the account, before the stream.
    assert [event.id for event in seen] == places_in_outbox(backend, account)[1:]
    assert len(seen) > 120
    # With all that is published again, a stream that begins now has nothing to tell.
    with Stream(account) as stream:
        account.add("news")
        assert [event.data["title"] for event in stream.wait_for(1)] == ["news"]


def test_who_does_not_read_is_dropped_and_comes_back_without_a_gap(start_backend):
    backend = start_backend()
    account = Account(backend.url)
    stalled = [StalledStream(account) for _ in range(20)]
    account.wait_for_metric("todo_event_streams", lambda value: value == 20)
    before = memory(backend)
    with Stream(account) as reader:
        flood(backend, account)
        # Who reads gets everything, or is dropped himself where this machine is too slow to read as fast.
        account.wait_for_metric("todo_event_streams_dropped_total", lambda value: value >= 20)
        held = memory(backend) - before
        reader.wait(lambda: reader.has_ended or len(reader.events) == EVENTS)
    # What none of them read isn't kept for them: it would be three times as much.
    assert held < 100, f"{held} MB more"
    first = stalled.pop()
    start = first.read_to_end()
    assert 0 < len(start.events) < EVENTS
    assert start.comments[-1].startswith("more happened than was read")
    with Stream(account, start.last_id) as stream:
        rest = stream.wait_for(EVENTS - len(start.events))
    assert [event.id for event in start.events + rest] == places_in_outbox(backend, account)[1:]
    # Those that never read are hung up on.
    account.wait_for_metric("todo_event_streams", lambda value: value == 0)
    for each in stalled:
        each.close()
    assert memory(backend) - before < 100


def test_idle_streams_disturb_nobody(start_backend):
    backend = start_backend()
    accounts = [Account(backend.url) for _ in range(5)]
    streams = [Stream(account) for account in accounts for _ in range(100)]
    try:
        accounts[0].wait_for_metric("todo_event_streams", lambda value: value == 500)
        # So many are all that one user may have.
        with pytest.raises(Refused) as refusal:
            Stream(accounts[0])
        assert refusal.value.status == 429 and int(refusal.value.headers["Retry-After"]) > 0
        with Stream(Account(backend.url)):
            pass
        for number in range(100):
            accounts[1].add(f"task {number}")
        assert len(accounts[1].titles()) == 100
        for stream in streams[100:200]:
            assert len(stream.wait_for(100)) == 100
        # Each gets a comment now and then, so that no proxy thinks that it is dead.
        for stream in streams:
            stream.wait(lambda: "quiet" in stream.comments, SECONDS_TO_COMMENT)
        assert all(stream.events == [] for stream in streams[:100] + streams[200:])
    finally:
        for stream in streams:
            stream.close()
    accounts[0].wait_for_metric("todo_event_streams", lambda value: value == 0)


def test_who_hangs_up_has_no_stream_any_more(backend):
    """A client whose network comes and goes must not be told that it has too many streams."""
    account = Account(backend.url)
    for _ in range(300):
        Stream(account).close()
    account.wait_for_metric("todo_event_streams", lambda value: value == 0)


def test_a_stream_ends_with_its_token(start_backend):
    backend = start_backend(env={"JWT_TTL": "3s"})
    account = Account(backend.url)
    stream = Stream(account)
    account.add("while it is good")
    assert "token has expired" in stream.wait_for_end()
    with pytest.raises(Refused) as refusal:
        Stream(account, stream.last_id)
    assert refusal.value.status == 401
    account.log_in()
    account.add("meanwhile")
    with Stream(account, stream.last_id) as again:
        assert [event.data["title"] for event in stream.events + again.wait_for(1)] == ["while it is good", "meanwhile"]
    stream.close()


def test_the_end_of_the_server_ends_the_streams(start_backend):
    backend = start_backend()
    account = Account(backend.url)
    # One that will never read what it is told.
    stalled = StalledStream(account)
    account.wait_for_metric("todo_event_streams", lambda value: value == 1)
    flood(backend, account, 10_000)
    until(lambda: backend.sql("SELECT (SELECT max(seq) FROM events) = seq FROM relay_cursor") == [("t",)])
    streams = [Stream(account) for _ in range(10)]
    start = time.monotonic()
    backend.terminate()
    for stream in streams:
        assert "the server is about to end" in stream.wait_for_end()
        stream.close()
    assert backend.end(SECONDS_TO_STOP) == 0, backend.errors()
    assert time.monotonic() - start < SECONDS_TO_STOP
    assert backend.is_all_gone()
    stalled.close()
