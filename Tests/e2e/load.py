"""People who use two APIs at once, and take nothing for done that was not answered: what fails, they send again."""

import http.client
import json
import random
import threading
import uuid

from waiting import DEADLINE, Deadline, until

PASSWORD = "correct horse battery"
# What can break on the way to a byte of a payload.
TITLES = ["Buy milk", "«quoted» \"twice\" \\ and more", "日本語のタイトル", "👩‍👩‍👧‍👦 family", "</script>"]


class Person(threading.Thread):
    """A user. What was answered as done: `created` (title by id), `completed` (ids), `asked` (create_event: title by id)."""

    def __init__(self, load, apis, seed):
        super().__init__(daemon=True)
        self._load, self.apis, self._random = load, apis, random.Random(seed)
        self._connections = {}
        self._first = self._random.randrange(len(apis))
        self._headers = {"Content-Type": "application/json"}
        self.email = f"{uuid.uuid4().hex}@example.org"
        self.created, self.completed, self.asked = {}, set(), {}
        account = {"email": self.email, "password": PASSWORD}
        self.done("POST", "/auth/register", account)
        self.token = self.done("POST", "/auth/login", account)["access_token"]
        self._headers["Authorization"] = f"Bearer {self.token}"
        self.id = self.done("GET", "/me")["id"]
        self._create()

    def run(self):
        try:
            while self._load.takes_turn():
                share = 1 if self._load.asks else 0
                self._random.choices([self._create, self._create_and_complete, self._ask], [3, 6, share])[0]()
                self._load.finished()
        except Exception as error:  # noqa: BLE001: the test shows it
            self._load.complain(f"{type(error).__name__}: {error}")

    def _create(self):
        id, title = str(uuid.uuid4()), f"{self._random.choice(TITLES)} {len(self.created)}"
        assert self.done("POST", "/tasks", {"id": id, "title": title})["title"] == title
        self.created[id] = title
        return id

    def _create_and_complete(self):
        id = self._create()
        assert self.done("PATCH", f"/tasks/{id}", {"done": True})["done"] is True
        self.completed.add(id)

    def _ask(self):
        self.ask(str(uuid.uuid4()), f"asked {len(self.asked)}")

    def ask(self, id, title):
        """Has a task made by way of the broker. Asking again for the same makes no second one."""
        assert self.done("POST", "/task/create_event", {"id": id, "title": title})["task_id"] == id
        self.asked[id] = title

    def done(self, method, path, body=None):
        """Sends the same to one API after the other until one says that it is done; gives its JSON."""
        return until(lambda: self._answer(method, path, body))

    def _answer(self, method, path, body):
        for turn in range(len(self.apis)):
            api = self.apis[(self._first + turn) % len(self.apis)]
            try:
                status, text = self._send(api, method, path, body)
            except (OSError, http.client.HTTPException):
                self._connections.pop(api.port).close()
                continue
            if status in (200, 201):
                # Stays with the one that answers.
                self._first += turn
                return json.loads(text)
            # 409: the first try to register was done after all.
            if path == "/auth/register" and status == 409:
                return True
            assert status == 503, f"{method} {path}: {status} {text}"
        return None

    def _send(self, api, method, path, body):
        if api.port not in self._connections:
            self._connections[api.port] = http.client.HTTPConnection("127.0.0.1", api.port, timeout=DEADLINE)
        connection = self._connections[api.port]
        connection.request(method, path, body and json.dumps(body), self._headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


class Load:
    """Several people; they work as long as there are turns to take."""

    def __init__(self, apis, people, seed):
        self._changed = threading.Condition()
        self._turns = self._busy = self._count = 0
        self._ends = self.asks = False
        self.wrong = []
        self.people = [Person(self, apis, f"{seed}/{number}") for number in range(people)]
        for person in self.people:
            person.start()

    def give(self, turns, asks=True):
        """So many things more are done, by whoever has time; `asks`: some of them by way of the broker."""
        with self._changed:
            self.asks = asks
            self._turns += turns
            self._changed.notify_all()

    def takes_turn(self):
        """Waits for a turn; false: it is over."""
        with self._changed:
            self._changed.wait_for(lambda: self._turns > 0 or self._ends)
            if self._ends:
                return False
            self._turns -= 1
            self._busy += 1
            return True

    def finished(self):
        with self._changed:
            self._busy -= 1
            self._count += 1
            self._changed.notify_all()

    def complain(self, what):
        with self._changed:
            self.wrong.append(what)
            self._changed.notify_all()

    def wait_for(self, count):
        """Waits until so many things more are done."""
        with self._changed:
            goal = self._count + count
            self._wait(lambda: self._count >= goal)

    def wait_until_idle(self):
        """Waits until every turn is taken, and all is answered."""
        with self._changed:
            self._wait(lambda: not self._turns and not self._busy)

    def _wait(self, condition):
        if not self._changed.wait_for(lambda: self.wrong or condition(), DEADLINE):
            raise Deadline(f"{self._turns} turns left, {self._busy} under way")
        assert not self.wrong, self.wrong

    def all(self, name):
        """What all people have in `created`, `completed` or `asked`."""
        parts = [getattr(person, name) for person in self.people]
        return set().union(*parts) if name == "completed" else {id: title for part in parts for id, title in part.items()}

    def end(self):
        with self._changed:
            self._ends = True
            self._changed.notify_all()
        for person in self.people:
            person.join(DEADLINE)
