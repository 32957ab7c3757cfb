"""A user of the API, over one kept connection."""

import http.client
import json
import types
import urllib.parse
import uuid

from waiting import DEADLINE, until

PASSWORD = "correct horse battery"


class Account:
    """A new one, logged in. One thread at a time: others take `again()`."""

    def __init__(self, url, email=None, token=None):
        self.url = url
        self.email = email or f"e2e-{uuid.uuid4().hex}@example.org"
        self.token = token
        self._connection = http.client.HTTPConnection(urllib.parse.urlsplit(url).netloc, timeout=DEADLINE)
        if not token:
            self.ok("POST", "/auth/register", self._login)
            self.log_in()
        self.id = self.ok("GET", "/me")["id"]

    @property
    def _login(self):
        return {"email": self.email, "password": PASSWORD}

    def log_in(self):
        """Gets a new token."""
        self.token = None
        self.token = self.ok("POST", "/auth/login", self._login)["access_token"]

    def again(self):
        """The same user, over another connection."""
        return Account(self.url, self.email, self.token)

    def send(self, method, path, body=None, **headers):
        """The answer: `.status`, `.headers`, `.text`. Whatever goes wrong with the connection is raised."""
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if body is not None:
            headers["Content-Type"] = "application/json"
        try:
            self._connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = self._connection.getresponse()
            return types.SimpleNamespace(status=answer.status, headers=answer.headers, text=answer.read().decode())
        except (OSError, http.client.HTTPException):
            self._connection.close()
            raise

    def ok(self, method, path, body=None):
        """The JSON of an answer that has to be a good one."""
        answer = self.send(method, path, body)
        assert 200 <= answer.status < 300, f"{method} {path}: {answer.status} {answer.text}"
        return json.loads(answer.text) if answer.text else None

    def add(self, title, **fields):
        """Creates a task; gives its id."""
        return self.ok("POST", "/tasks", {"title": title} | fields)["id"]

    def titles(self):
        """Those of all tasks, sorted."""
        return sorted(task["title"] for task in self.ok("GET", "/tasks?limit=1000"))

    def metrics(self):
        """All series, as {'name{labels}': value}."""
        lines = [line for line in self.send("GET", "/metrics").text.splitlines() if not line.startswith("#")]
        return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}

    def wait_for_metric(self, name, is_right):
        """Waits until it is there and right."""
        return until(lambda: (value := self.metrics().get(name)) is not None and is_right(value))
