"""Scheduler, broker and mailer for people who only get mails, and a mail server that does what a test wants."""

import contextlib
import datetime
import json
import subprocess
import uuid

import kafka
from services import Service, Site, digest_id
from waiting import DEADLINE, until

FIRST_DAY = datetime.date(2030, 1, 1)
TITLES = [
    "Buy milk", "<b>bold</b> & \"quoted\" 'single'", "日本語のタイトル " * 20, "שלום עולם \u202e turned", "👩‍👩‍👧‍👦 family", ".",
    "=?UTF-8?B?ZXZpbA==?= From x", "From the top", "x" * 500, "a\u0301\u0308" * 100, "-- ", "{{recipient}} {{{html}}}",
]


class Mailer(Service):
    def __init__(self, binary, environment):
        super().__init__(binary, "mailer", environment)

    @property
    def pid(self):
        """Of the process that runs; None where it has ended."""
        return self._process.pid if self._process.poll() is None else None

    def reap(self):
        """Waits until it has ended."""
        self._process.wait(DEADLINE)

    def retries(self, start=0):
        """Why mails wait for another try, since the log had so many lines."""
        lines = [json.loads(line) for line in self.log[start:] if line.startswith("{")]
        return [line["reason"] for line in lines if line["message"] == "a message waits for another try"]


class Mailroom(Site):
    """A site whose APIs don't run: each digest is asked for by `ask`, and mailed by `mailer` or by those of `new_mailer`."""

    def __init__(self, binary):
        super().__init__(binary)
        self._days = 0
        self.readers = {}
        self._mailers = []

    def new_mailer(self, url, **settings):
        """A mailer that has begun, and that mails over this SMTP_URL: one mail at a time unless the settings say another."""
        environment = self._environment | self._broker_setting | {"SMTP_URL": url, "MAILER_CONCURRENCY": "1"} | settings
        mailer = Mailer(self._binary, environment)
        self._mailers.append(mailer)
        mailer.start()
        return mailer

    def add_readers(self, count, name="", domain="example.org"):
        """In the place of all others: `readers`, the user ids by mail address. Each has a few tasks."""
        readers = {f"{name}{uuid.uuid4().hex}@{domain}": str(uuid.uuid4()) for _ in range(count)}
        rows = [{"email": email, "id": id} for email, id in readers.items()]
        self.sql(f"""
            DELETE FROM tasks; DELETE FROM lists; DELETE FROM users;
            CREATE TEMPORARY TABLE rows AS SELECT * FROM json_to_recordset($json${json.dumps(rows)}$json$)
                AS rows (email text, id uuid);
            CREATE TEMPORARY TABLE titles AS
            SELECT title, number
            FROM json_array_elements_text($json${json.dumps(TITLES)}$json$) WITH ORDINALITY AS each (title, number);
            INSERT INTO users (id, email, password_hash) SELECT id, email, '' FROM rows;
            INSERT INTO lists (id, owner_id, name, next_number) SELECT id, id, 'Inbox', 100 FROM rows;
            INSERT INTO tasks (id, user_id, list_id, number, title)
            SELECT gen_random_uuid(), id, id, number, title FROM rows, titles""")
        self.readers = readers

    def ask(self):
        """Has the digests of one more day asked for; gives their ids by mail address."""
        day = FIRST_DAY + datetime.timedelta(days=self._days)
        self._days += 1
        self.run("scheduler", "--once", "--at", f"{day}T00:00:00Z")
        return {email: digest_id(user, day) for email, user in self.readers.items()}

    def processed(self):
        return {id for (id,) in self.sql("SELECT event_id FROM processed_events")}

    def wait_until_processed(self, ids):
        """Waits until all of these are taken down as mailed."""
        until(lambda: set(ids) <= self.processed())

    def dead_letters(self, ids, count):
        """The letters of these events, once there are that many."""
        letters = kafka.Broker(self.broker.bootstrap_servers).all("events.dlq")
        found = [letter for letter in letters if letter.headers["event_id"] in ids.values()]
        return found if len(found) >= count else None

    @contextlib.contextmanager
    def lock(self, table, mode):
        """Nobody gets past this lock of the table meanwhile."""
        session = subprocess.Popen(
            ["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", self.database.url], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True)
        try:
            print(f"BEGIN; LOCK TABLE {table} IN {mode} MODE; SELECT 'locked';", file=session.stdin, flush=True)
            assert session.stdout.readline() == "locked\n"
            yield
        finally:
            session.communicate(timeout=DEADLINE)

    def partitions(self, ids):
        """The partitions of these events, by id."""
        self.topic.wait_for(ids)
        wanted = set(ids)
        return {
            message.headers["event_id"]: message.partition for message in list(self.topic.messages)
            if message.headers["event_id"] in wanted
        }

    def stop(self):
        try:
            for mailer in self._mailers:
                mailer.stop()
        finally:
            super().stop()
