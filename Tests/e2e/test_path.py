"""The whole path: from an account to one digest in the mailbox, on real parts, through a crash."""

import datetime
import email
import email.policy
import json
import uuid

import kafka
import pexpect
import pytest
from conftest import BIN, PASSWORD, cli, environment_of_client, tasks_of
from waiting import DEADLINE, files

EVENT = {"event_id", "type", "occurred_at", "user_id"}


@pytest.fixture(scope="module")
def path(start_backend, tmp_path_factory):
    """A backend that nobody else uses, and a user who has done one of two things."""
    path = Path(start_backend(), tmp_path_factory.mktemp("home"))
    path.todo.ok("register", path.email, "--password-stdin", stdin=PASSWORD + "\n")
    path.todo.ok("add", "Buy milk")
    path.todo.ok("add", "Call the bank")
    path.todo.ok("done", "1")
    return path


@pytest.fixture(scope="module")
def digest(path):
    """The message that asks for the user's digest of this day."""
    path.request_digests()
    messages = path.broker.read(lambda messages: "email.daily_digest.requested" in types_of(messages))
    (message,) = [message for message in messages if message.value["type"] == "email.daily_digest.requested"]
    path.mails(1)
    return message


class Path:
    def __init__(self, backend, home):
        self.backend = backend
        self.email = "me@example.org"
        self.todo = cli(environment_of_client(backend.url, home))
        tomorrow = datetime.datetime.now(datetime.timezone.utc).date() + datetime.timedelta(days=1)
        self.midnight = f"{tomorrow}T00:00:00Z"

    @property
    def broker(self):
        return kafka.Broker(self.backend.kafka)

    def request_digests(self):
        return self.backend.run("scheduler", "--once", "--at", self.midnight)

    def mails(self, count):
        """The mails, once there are so many."""
        found = files(f"{self.backend.maildir}/new", count)
        return [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in found]

    def mails_after_a_fence(self, user_id, count):
        """The subjects of all mails but the fence's, once all that was published for this user before is dealt with.

        The fence is a digest of its own behind the others in the same partition. When its mail is there, every
        message before it has had its effect.
        """
        fence = str(uuid.uuid4())
        event = {
            "event_id": fence, "type": "email.daily_digest.requested", "occurred_at": self.midnight, "user_id": user_id,
            "email": self.email, "stats": {"total": 1, "done": 0, "undone": 1}, "undone_titles": ["fence"],
        }
        headers = {"event_type": event["type"], "event_id": fence}
        self.broker.publish(json.dumps(event), key=user_id, headers=headers)
        mails = self.mails(count + 1)
        assert sum(fence in mail["Message-ID"] for mail in mails) == 1
        return [mail for mail in mails if "fence" not in text(mail, "plain")]


def text(mail, kind):
    part = mail.get_body(preferencelist=(kind,))
    assert part is not None, f"no text/{kind}"
    return part.get_content()


def types_of(messages):
    return sorted(message.value["type"] for message in messages)


def test_it_says_what_to_try_first(path):
    printed = "\n".join(path.backend.lines)
    assert path.backend.url in printed
    assert path.backend.kafka in printed
    assert path.backend.maildir in printed
    assert sum(line.strip().startswith("todo") and "ready" not in line for line in path.backend.lines) >= 3


def test_dev_json_is_for_its_owner_alone(path):
    file = path.backend.data / "dev.json"
    assert set(json.loads(file.read_text())) == {"url", "kafka", "database_url", "maildir", "pid"}
    assert file.stat().st_mode & 0o777 == 0o600
    assert path.backend.url == f"http://127.0.0.1:{path.backend.port}"


def test_the_list_has_two_tasks_and_one_is_done(path):
    tasks = tasks_of(path.todo)
    assert {task["title"]: task["done"] for task in tasks} == {"Buy milk": True, "Call the bank": False}


def test_the_events_are_in_the_topic(path):
    messages = path.broker.read(lambda messages: len(messages) >= 4)
    assert types_of(messages) == ["task.completed", "task.created", "task.created", "user.registered"]
    (user_id,) = {message.key for message in messages}
    assert str(uuid.UUID(user_id)) == user_id
    fields = {
        "task.created": EVENT | {"task_id", "title"},
        "task.completed": EVENT | {"task_id"},
        "user.registered": EVENT,
    }
    for message in messages:
        event = message.value
        assert set(event) == fields[event["type"]]
        assert event["user_id"] == user_id
        assert message.headers["event_type"] == event["type"]
        assert message.headers["event_id"] == event["event_id"]
        assert datetime.datetime.fromisoformat(event["occurred_at"].replace("Z", "+00:00")).utcoffset() == datetime.timedelta()
    ids = {task["title"]: task["id"] for task in tasks_of(path.todo)}
    created = {m.value["title"]: m.value["task_id"] for m in messages if m.value["type"] == "task.created"}
    assert created == ids
    (completed,) = [m.value["task_id"] for m in messages if m.value["type"] == "task.completed"]
    assert completed == ids["Buy milk"]
    # One key, one partition, so the order is the order of what happened.
    assert [m.value["type"] for m in messages][0] == "user.registered"
    assert [m.value["type"] for m in messages][-1] == "task.completed"


def test_a_change_and_its_event_are_one_transaction(path):
    rows = path.backend.sql(
        """
        SELECT title, done, (SELECT count(*) FROM events
            WHERE mod(events.xid::text::bigint, 4294967296) = tasks.xmin::text::bigint
              AND events.type = CASE WHEN done THEN 'task.completed' ELSE 'task.created' END
              AND events.payload ->> 'task_id' = tasks.id::text)
        FROM tasks ORDER BY number
        """
    )
    assert rows == [("Buy milk", "t", "1"), ("Call the bank", "f", "1")]


def test_the_digest_is_requested_with_its_facts(path, digest):
    assert set(digest.value) == EVENT | {"email", "stats", "undone_titles", "digest"}
    assert digest.value["email"] == path.email
    assert digest.value["stats"] == {"total": 2, "done": 1, "undone": 1}
    assert digest.value["undone_titles"] == ["Call the bank"]
    assert [task["title"] for task in digest.value["digest"]["open"]] == ["Call the bank"]
    assert [task["title"] for task in digest.value["digest"]["done"]] == ["Buy milk"]
    assert digest.key == digest.value["user_id"]
    assert digest.headers["event_type"] == "email.daily_digest.requested"
    assert digest.headers["event_id"] == digest.value["event_id"]


def test_one_digest_comes_by_mail_and_no_second_one(path, digest):
    (mail,) = path.mails(1)
    assert mail["To"] == path.email
    assert mail["From"]
    assert digest.value["event_id"] in mail["Message-ID"]
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    for kind in ("plain", "html"):
        assert "Call the bank" in text(mail, kind)
        assert "todo done 2" in text(mail, kind)
        # What was done is told too, after what is open.
        assert text(mail, kind).index("Done since yesterday") < text(mail, kind).index("Buy milk")
        assert "1 open" in text(mail, kind)
        assert "1 done" in text(mail, kind)
    assert mail.defects == []

    # The scheduler again, and the very same message again.
    path.request_digests()
    path.broker.publish(digest.text, key=digest.key, headers=digest.headers)
    mails = path.mails_after_a_fence(digest.key, 1)
    assert [mail["Message-ID"] for mail in mails] == [mail["Message-ID"]]


def test_a_crash_loses_nothing_and_mails_nothing_twice(path, digest):
    tasks = tasks_of(path.todo)
    before = len(path.mails(0))
    outbox = path.backend.sql("SELECT event_id FROM events ORDER BY event_id")
    postgres = path.backend.postgres_pid
    path.backend.kill9()
    # The server ends by itself, and cleanly; the next start does not wait for us to see that.
    path.backend.start()
    path.backend.wait_for_postgres_end(postgres)
    assert "database system was not properly shut down" not in (path.backend.data / "postgres.log").read_text()

    assert tasks_of(path.todo) == tasks
    assert path.backend.sql("SELECT event_id FROM events ORDER BY event_id") == outbox
    again = path.broker.read(lambda messages: len(messages) >= len(outbox))
    assert sorted(m.value["event_id"] for m in again) == sorted(row[0] for row in outbox)
    path.request_digests()
    path.broker.publish(digest.text, key=digest.key, headers=digest.headers)
    path.mails_after_a_fence(digest.key, before)
    assert len(path.mails(0)) == before + 1


def test_ctrl_c_ends_it_all_and_the_data_stays(path):
    tasks = tasks_of(path.todo)
    postgres = path.backend.postgres_pid
    assert path.backend.interrupt() in (0, 130)
    path.backend.wait_for_postgres_end(postgres)
    assert path.backend.is_all_gone()
    assert not (path.backend.data / "dev.json").exists()
    assert not (path.backend.data / "postgres" / "postmaster.pid").exists()
    path.backend.start()
    assert tasks_of(path.todo) == tasks


def test_the_password_is_asked_for_without_echo(backend, client_environment):
    address = f"typed-{uuid.uuid4().hex}@example.org"

    def answer(*arguments):
        child = pexpect.spawn(str(BIN / "todo"), list(arguments), env=client_environment, timeout=DEADLINE, encoding="utf-8")
        while child.expect(["(?i)(password|again|repeat)[^\r\n]*:", pexpect.EOF]) == 0:
            child.waitnoecho(DEADLINE)
            child.sendline(PASSWORD)
        printed = child.before
        child.close()
        assert child.exitstatus == 0, printed
        assert PASSWORD not in printed

    answer("register", address)
    answer("login", address)
    assert backend.sql(f"SELECT count(*) FROM users WHERE email = '{address}'") == [("1",)]
    assert tasks_of(cli(client_environment)) == []
