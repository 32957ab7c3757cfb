"""A server that answers as a test wants, rightly or not."""

import contextlib
import http.server
import json
import threading


class ScriptedAPI:
    """Gives each request to `answer(request)`; the request has `.method`, `.path` (below /api/v1), `.body` and what follows.

    `request.reply(status, body, headers)` answers; `request.raw(bytes)` sends what it is given, and the connection ends;
    `request.hold()` says nothing until the server is closed.
    """

    def __init__(self, answer):
        self.requests = []
        self._closing = threading.Event()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self):
                self.method = self.command
                self.path = self.path.removeprefix("/api/v1")
                self.body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or "null")
                outer.requests.append((self.method, self.path))
                with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                    answer(self)

            do_GET = do_POST = do_PATCH = do_DELETE = handle_any

            def reply(self, status=200, body=None, headers=None):
                data = body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response(status)
                for name, value in ({"Content-Type": "application/json", "Content-Length": str(len(data))} | (headers or {})).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(data)

            def problem(self, status, detail="Told by the script"):
                self.reply(status, {"type": "about:blank", "title": "T", "status": status, "detail": detail})

            def raw(self, data):
                self.wfile.write(data)
                self.wfile.flush()
                self.close_connection = True

            def hold(self):
                outer._closing.wait()
                self.close_connection = True

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def close(self):
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()


def task(number, **fields):
    """A task as the API writes it."""
    time = "2026-11-21T12:00:00.000000Z"
    return {
        "id": f"01890000-0000-7000-8000-{number:012}", "reference": str(number), "list": None, "number": number,
        "title": f"Task {number}", "done": False, "notes": "", "due_on": None, "priority": 0, "tags": [], "version": 1,
        "created_at": time, "updated_at": time, "done_at": None, "deleted_at": None,
    } | fields
