"""A client of GET /events, as strict as the HTML standard's "Server-sent events" is: what it doesn't know is an error."""

import http.client
import json
import re
import socket
import threading
import types
import urllib.parse

from waiting import DEADLINE, Deadline

PLACE = re.compile(rb"[0-9]{1,18}-[0-9]{1,18}")


class Refused(Exception):
    """The server didn't open the stream: `.status`, `.headers`, `.text`."""

    def __init__(self, answer):
        self.status, self.headers, self.text = answer.status, answer.headers, answer.read().decode()
        super().__init__(f"{self.status} {self.text}")


class Parser:
    """Takes line after line; `events` have `.id`, `.event`, `.data` (the parsed JSON)."""

    def __init__(self):
        self.events, self.comments = [], []
        self.last_id = self.retry = None
        self._fields = {}

    def take(self, line):
        """One line with its end. True: something is complete with it."""
        assert line.endswith(b"\n") and b"\r" not in line, line
        line = line[:-1]
        if line.startswith(b":"):
            self.comments.append(line[1:].strip().decode())
            return False
        if line:
            name, colon, value = line.partition(b": ")
            # One line each: all that is sent is JSON in one line.
            assert colon and name in (b"id", b"event", b"data", b"retry") and name not in self._fields, line
            self._fields[name] = value
            return False
        self._dispatch(self._fields)
        self._fields = {}
        return True

    def _dispatch(self, fields):
        if b"retry" in fields:
            self.retry = int(fields[b"retry"])
        if b"id" in fields:
            assert PLACE.fullmatch(fields[b"id"]), fields
            self.last_id = fields[b"id"].decode()
        if b"data" in fields:
            assert fields.keys() == {b"id", b"event", b"data"}, fields
            self.events.append(types.SimpleNamespace(
                id=self.last_id, event=fields[b"event"].decode(), data=json.loads(fields[b"data"])))


class Stream:
    """An open stream; a thread reads it. `with` closes it. `events`, `comments` and `last_id` are what came so far."""

    def __init__(self, account, last_id=None, path="/events"):
        self._response, self._socket = connect(account, last_id, path)
        self.headers = self._response.headers
        self._parser = Parser()
        self._changed = threading.Condition()
        self._error = None
        self.has_ended = False
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()
        # The opening: from now on everything is seen.
        self.wait(lambda: self.last_id)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    @property
    def events(self):
        return self._parser.events

    @property
    def comments(self):
        return self._parser.comments

    @property
    def last_id(self):
        return self._parser.last_id

    @property
    def retry(self):
        return self._parser.retry

    def _read(self):
        error = None
        try:
            while line := self._response.readline():
                with self._changed:
                    if self._parser.take(line):
                        self._changed.notify_all()
        except (OSError, http.client.HTTPException, ValueError, AttributeError):
            # Cut off, by either side: so does a connection end.
            pass
        except AssertionError as wrong:
            error = wrong
        with self._changed:
            self.has_ended, self._error = True, error
            self._changed.notify_all()

    def wait(self, condition, seconds=DEADLINE):
        """Waits until it is so, and gives the events so far."""
        with self._changed:
            is_so = self._changed.wait_for(lambda: self._error or condition() or self.has_ended, seconds)
            if self._error:
                raise self._error
            if not is_so or not condition():
                what = "the stream has ended" if self.has_ended else f"it did not come in {seconds} s"
                raise Deadline(f"{what}; events: {self.events[-5:]}, comments: {self.comments[-3:]}")
            return list(self.events)

    def wait_for(self, count):
        """Waits for so many events, and gives these and what else came."""
        return self.wait(lambda: len(self.events) >= count)

    def wait_for_end(self, seconds=DEADLINE):
        """Waits until the server has ended it; gives the last comment."""
        self.wait(lambda: self.has_ended, seconds)
        return self.comments[-1]

    def close(self):
        """Hangs up."""
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._thread.join(DEADLINE)
        self._response.close()
        self._socket.close()


class StalledStream:
    """A stream that nobody reads, from the first byte on, until `read_to_end`."""

    def __init__(self, account, last_id=None):
        self._response, self._socket = connect(account, last_id, receive_buffer=4096)

    def read_to_end(self):
        """All that was on its way; a Parser with it."""
        parser = Parser()
        try:
            while line := self._response.readline():
                # The last one may be cut off.
                if line.endswith(b"\n"):
                    parser.take(line)
        except (OSError, http.client.HTTPException):
            pass
        return parser

    def close(self):
        self._response.close()
        self._socket.close()


def connect(account, last_id=None, path="/events", receive_buffer=None):
    """The response, whose body is the stream, and its socket."""
    address = urllib.parse.urlsplit(account.url)
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=DEADLINE)
    connection.sock = socket.socket()
    if receive_buffer:
        # Before it is connected: then it also bounds what the other side may send ahead.
        connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    connection.sock.settimeout(DEADLINE)
    connection.sock.connect((address.hostname, address.port))
    headers = {"Accept": "text/event-stream"}
    if account.token:
        headers["Authorization"] = f"Bearer {account.token}"
    if last_id is not None:
        headers["Last-Event-ID"] = last_id
    connection.request("GET", path, headers=headers)
    kept = connection.sock
    response = connection.getresponse()
    if response.status != 200:
        raise Refused(response)
    return response, kept
