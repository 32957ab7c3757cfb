"""SIGTERM: what is under way is finished within ten seconds, and nothing is left behind."""

import json
import socket
import time
import urllib.request
import uuid

import pytest
from waiting import DEADLINE, Deadline

# Ten for the requests, and some for PostgreSQL and for a slow machine.
SECONDS_TO_STOP = 20


@pytest.fixture
def token(stoppable):
    body = json.dumps({"email": f"{uuid.uuid4().hex}@example.org", "password": "correct horse"}).encode()
    for path in ("/auth/register", "/auth/login"):
        request = urllib.request.Request(stoppable.url + path, body, {"Content-Type": "application/json"})
        answer = json.load(urllib.request.urlopen(request, timeout=DEADLINE))
    return answer["access_token"]


@pytest.fixture
def stoppable(start_backend):
    """A backend of its own, to be ended."""
    return start_backend()


def connect(backend):
    connection = socket.create_connection(("127.0.0.1", backend.port), DEADLINE)
    connection.settimeout(DEADLINE)
    return connection


def send_half(backend, token, title):
    """Sends half of a request; gives the connection and the other half."""
    body = json.dumps({"title": title}).encode()
    head = (
        f"POST /tasks HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    connection = connect(backend)
    connection.sendall(head.encode() + body[:5])
    return connection, body[5:]


def wait_for_requests(backend, count):
    """Returns when so many requests are in the middle."""
    end = time.monotonic() + DEADLINE
    # The question itself is one more.
    wanted = f"\nhttp_requests_in_flight {count + 1}\n"
    while wanted not in urllib.request.urlopen(backend.url + "/metrics", timeout=DEADLINE).read().decode():
        if time.monotonic() > end:
            raise Deadline("the request did not arrive")


def wait_for_refusal(backend):
    """Returns when nobody listens any more."""
    end = time.monotonic() + DEADLINE
    while time.monotonic() < end:
        try:
            connect(backend).close()
        except ConnectionError:
            return
    raise Deadline("connections are still taken")


def read_to_end(connection):
    text = b""
    while part := connection.recv(65536):
        text += part
    return text.decode()


def check_that_all_is_gone(backend):
    assert backend.is_all_gone()
    # PostgreSQL removes it when it ends in order.
    assert not (backend.data / "postgres" / "postmaster.pid").exists()


def test_what_is_under_way_is_finished(stoppable, token):
    idle = connect(stoppable)
    idle.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert idle.recv(65536).startswith(b"HTTP/1.1 200")
    slow, rest = send_half(stoppable, token, "to the last moment")
    wait_for_requests(stoppable, 1)
    stoppable.terminate()
    wait_for_refusal(stoppable)
    # A connection that waits for nothing is closed at once, whatever the others do.
    assert idle.recv(65536) == b""
    slow.sendall(rest)
    answer = read_to_end(slow)
    assert answer.startswith("HTTP/1.1 201"), answer
    assert stoppable.end(SECONDS_TO_STOP) == 0, stoppable.errors()
    check_that_all_is_gone(stoppable)
    stoppable.start()
    assert stoppable.sql("SELECT title FROM tasks") == [("to the last moment",)]


def test_a_request_that_never_ends_is_given_up(stoppable, token):
    slow, _ = send_half(stoppable, token, "never")
    wait_for_requests(stoppable, 1)
    start = time.monotonic()
    stoppable.terminate()
    assert stoppable.end(SECONDS_TO_STOP) == 0, stoppable.errors()
    assert time.monotonic() - start < SECONDS_TO_STOP
    slow.close()
    check_that_all_is_gone(stoppable)
    stoppable.start()
    assert stoppable.sql("SELECT count(*) FROM tasks") == [("0",)]


@pytest.mark.parametrize("stop", ["terminate", "interrupt"])
def test_an_idle_backend_ends_at_once(stoppable, stop):
    start = time.monotonic()
    code = getattr(stoppable, stop)()
    assert (stoppable.end() if code is None else code) == 0, stoppable.errors()
    assert time.monotonic() - start < 5
    check_that_all_is_gone(stoppable)
