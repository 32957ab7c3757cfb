"""A small HTTP client on asyncio: one kept connection, JSON, and streams of server-sent events."""

import asyncio
import json

PATIENCE = 20


class Refused(Exception):
    """An answer that is no good: `.status`."""

    def __init__(self, status, text):
        super().__init__(f"{status} {text[:200]}")
        self.status = status


class Connection:
    def __init__(self, port):
        self._port = port
        self._reader = self._writer = None

    async def _head(self, method, path, headers, body):
        if self._writer is None:
            self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self._port}", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self._writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        status = int((await self._reader.readline()).split()[1])
        fields = {}
        while (line := await self._reader.readline()) not in (b"\r\n", b""):
            name, _, value = line.decode().partition(":")
            fields[name.strip().lower()] = value.strip()
        return status, fields

    async def ask(self, method, path, token=None, body=None):
        """The JSON of a good answer. OSError and EOFError for connections that break."""
        headers = {"Content-Type": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        try:
            async with asyncio.timeout(PATIENCE):
                status, fields = await self._head(method, path, headers, b"" if body is None else json.dumps(body).encode())
                data = await self._reader.readexactly(int(fields.get("content-length", 0)))
        except (OSError, EOFError, IndexError, TimeoutError) as error:
            self.close()
            raise ConnectionError(str(error)) from error
        if status >= 400:
            raise Refused(status, data.decode())
        return json.loads(data) if data else None

    async def events(self, token, last_id):
        """Yields (id, type, data) until the stream ends."""
        headers = {"Accept": "text/event-stream", "Authorization": f"Bearer {token}"}
        if last_id:
            headers["Last-Event-ID"] = last_id
        status, _ = await self._head("GET", "/events", headers, b"")
        if status != 200:
            raise Refused(status, "")
        fields = {}
        # Chunks begin and end at lines of their own; no line of ours looks like a chunk's size.
        while line := await self._reader.readline():
            name, colon, value = line.decode().rstrip("\r\n").partition(": ")
            if colon and name in ("id", "event", "data"):
                fields[name] = value
            elif line == b"\n" and fields:
                yield fields.get("id"), fields.get("event"), fields.get("data")
                fields = {}

    def close(self):
        if self._writer:
            self._writer.close()
        self._reader = self._writer = None
