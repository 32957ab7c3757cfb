"""What can't be done goes aside with the reason, holds nothing up, and can be looked at and sent back."""

import json
import re
import subprocess
import types
import uuid

import pytest
from account import Account
from backend import environment_of_backend
from kafka import Broker
from waiting import DEADLINE, until

CREATION, DIGEST = "task.creation.requested", "email.daily_digest.requested"
NOBODY = str(uuid.uuid4())


@pytest.fixture(scope="module")
def system(start_backend):
    """A backend that nobody else uses."""
    return start_backend()


@pytest.fixture
def account(system):
    return Account(system.url)


@pytest.fixture
def broker(system):
    return Broker(system.kafka)


@pytest.fixture
def dlq(system, backend_binary):
    """Runs `todo-backend dlq …`: `.code`, `.out`, `.err`; `dlq.letters(key)` lists a user's letters."""

    def run(*arguments):
        environment = environment_of_backend(KAFKA_BOOTSTRAP_SERVERS=system.kafka)
        process = subprocess.run(
            [backend_binary, "dlq", *arguments], env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=DEADLINE)
        return types.SimpleNamespace(code=process.returncode, out=process.stdout, err=process.stderr)

    def letters(key=None):
        result = run("list", "--json")
        assert result.code == 0, result.err
        return [letter for letter in json.loads(result.out) if key in (None, letter["key"])]

    run.letters = letters
    return run


def command(account, **fields):
    """A command as the API publishes it, but for the fields that are given."""
    return {
        "event_id": str(uuid.uuid4()), "type": CREATION, "occurred_at": "2026-11-21T12:00:00.000000Z", "user_id": account.id,
        "task_id": str(uuid.uuid4()), "title": "by hand",
    } | fields


def publish(broker, account, value, topic="commands", type=CREATION):
    """Publishes it under the user's key, with its own event_id."""
    text = value if isinstance(value, str) else json.dumps(value)
    event_id = value["event_id"] if isinstance(value, dict) else str(uuid.uuid4())
    broker.publish(text, key=account.id, headers={"event_type": type, "event_id": event_id}, topic=topic)
    return text


POISON = {
    "no JSON": (lambda account: "{no JSON", "the message can't be parsed: it is not JSON"),
    "a wrong user": (lambda account: command(account, user_id=NOBODY), "there is no such user"),
    "a user who is none": (lambda account: command(account, user_id="me"), "can't be parsed: the field user_id"),
    "a title too long": (lambda account: command(account, title="x" * 501), "can't be parsed: the field title: "),
    "no title": (lambda account: {k: v for k, v in command(account).items() if k != "title"}, "the field title is missing"),
    "a list that is not there": (lambda account: command(account, list="NONE"), "the user has no list NONE"),
}


@pytest.mark.parametrize("what", POISON)
def test_a_command_that_cannot_be_done_goes_aside_and_the_next_is_done(account, broker, dlq, what):
    make, reason = POISON[what]
    text = publish(broker, account, make(account))
    publish(broker, account, command(account, title="the next"))
    until(lambda: account.titles() == ["the next"])
    (letter,) = dlq.letters(account.id)
    assert reason in letter["reason"] and letter["origin_topic"] == "commands"
    (origin,) = [each for each in broker.all("commands") if each.text == text]
    (message,) = [each for each in broker.all("commands.dlq") if each.text == text]
    # The message is as it was, and says why and where from.
    assert message.key == account.id
    assert message.headers == origin.headers | {
        "reason": letter["reason"], "origin_topic": "commands", "origin_partition": str(origin.partition),
        "origin_offset": str(origin.offset),
    }
    assert letter["id"] == f"commands.dlq/{message.partition}/{message.offset}"
    assert (letter["event_type"], letter["event_id"]) == (CREATION, origin.headers["event_id"])


def test_an_event_that_cannot_be_read_goes_aside_and_the_next_mail_is_sent(account, broker, dlq):
    text = publish(broker, account, "no JSON", topic="events", type=DIGEST)
    letter = until(lambda: next(iter(dlq.letters(account.id)), None))
    assert (letter["origin_topic"], letter["event_type"], letter["size"]) == ("events", DIGEST, len(text))
    assert "not JSON" in letter["reason"]
    # Types that nobody knows are nobody's fault.
    publish(broker, account, "no JSON", topic="events", type="task.praised")
    publish(broker, account, "no JSON either", topic="events", type=DIGEST)
    until(lambda: len(dlq.letters(account.id)) == 2)
    assert {each["event_type"] for each in dlq.letters(account.id)} == {DIGEST}


def test_the_table_and_the_whole_letter(account, broker, dlq):
    # What comes from elsewhere must not reach the terminal as commands.
    value = json.dumps({"evil": "\x1b[2J\u202e", "n": 1.50})
    broker.publish(value, key=account.id, headers={"event_type": CREATION, "event_id": "\x1b[31m"}, topic="commands")
    letter = until(lambda: next(iter(dlq.letters(account.id)), None))
    table = dlq("list", "--topic", "commands")
    assert table.code == 0
    head, *lines = table.out.splitlines()
    assert head.split() == ["TIME", "ID", "TYPE", "REASON"]
    (line,) = [line for line in lines if letter["id"] + " " in line]
    assert re.fullmatch(rf"\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\dZ +{letter['id']} +{CREATION} +{re.escape(letter['reason'])}", line)
    shown = dlq("show", letter["id"])
    assert shown.code == 0
    for part in (letter["id"], letter["reason"], account.id, "origin_topic: commands", '"n": 1.5'):
        assert part in shown.out
    assert dlq("show", "--raw", letter["id"]).out == value
    for text in (table.out, shown.out, json.dumps(dlq.letters())):
        assert "\x1b" not in text and "\u202e" not in text


def test_after_the_cause_is_mended_it_is_done_once(account, broker, dlq):
    asked = command(account, title="for the new list", list="SITE")
    text = publish(broker, account, asked)
    letter = until(lambda: next(iter(dlq.letters(account.id)), None))
    account.ok("POST", "/lists", {"key": "SITE", "name": "The site"})
    assert dlq("retry", "--dry-run", letter["id"]).out == f"{letter['id']}  would be sent to commands\n"
    sent = dlq("retry", letter["id"])
    assert sent.code == 0 and sent.out.startswith(f"{letter['id']}  sent to commands/"), sent
    until(lambda: account.titles() == ["for the new list"])
    assert account.ok("GET", f"/tasks/{asked['task_id']}")["list"] == "SITE"
    assert dlq.letters(account.id) == []
    (message,) = [each for each in broker.all("commands") if each.text == text and "retried_from" in each.headers]
    assert message.headers == {"event_type": CREATION, "event_id": asked["event_id"], "retried_from": letter["id"]}

    again = dlq("retry", letter["id"])
    assert again.code == 1 and re.search(r"was sent back \S+; --again sends it once more", again.out), again
    # Whoever insists sends a second one, and the task is there all the same.
    assert dlq("retry", "--again", letter["id"]).code == 0
    publish(broker, account, command(account, title="fence"))
    until(lambda: "fence" in account.titles())
    assert account.titles() == ["fence", "for the new list"]
    assert "sent back" in dlq("show", letter["id"]).out


def test_all_are_sent_back_and_what_fails_again_is_a_new_letter(account, broker, dlq):
    for _ in range(3):
        publish(broker, account, command(account, list="NONE"))
    until(lambda: len(dlq.letters(account.id)) == 3)
    before = dlq.letters()
    tried = dlq("retry", "--all", "--dry-run")
    assert tried.code == 0
    assert len(tried.out.splitlines()) == len(before) + 1
    assert tried.out.splitlines()[-1] == f"{len(before)} would be sent back"
    assert dlq.letters() == before
    sent = dlq("retry", "--all")
    assert (sent.code, sent.out.splitlines()[-1]) == (0, f"{len(before)} sent back")
    # Nothing was mended.
    after = until(lambda: len(found := dlq.letters()) == len(before) and found)
    assert not {letter["id"] for letter in before} & {letter["id"] for letter in after}
    assert sorted(letter["reason"] for letter in after) == sorted(letter["reason"] for letter in before)
    assert account.titles() == []


@pytest.mark.parametrize(
    "arguments, code, words",
    [
        (["list", "--topic", "tasks"], 1, "No dead letters are kept in tasks; the topics are events.dlq, commands.dlq."),
        (["list", "--limit", "0"], 64, "--limit must be at least 1"),
        (["show", "commands.dlq/2/999999"], 1, "There is no dead letter commands.dlq/2/999999 (any more)."),
        (["show", "commands.dlq/99/0"], 1, "There is no dead letter commands.dlq/99/0 (any more)."),
        (["show", "17"], 64, "such as events.dlq/0/17"),
        (["retry"], 64, "Give the places of messages, or --all."),
        (["retry", "--all", "events.dlq/0/0"], 64, "Give the places of messages, or --all."),
        (["retry", "--all", "--again"], 64, "--again goes with the places"),
    ],
)
def test_what_it_cannot_do_it_says(dlq, arguments, code, words):
    result = dlq(*arguments)
    assert result.code == code and words in result.err, result


def test_a_letter_that_is_not_there_cannot_be_sent(dlq):
    result = dlq("retry", "events.dlq/2/999999")
    assert (result.code, result.out) == (1, "events.dlq/2/999999  is no dead letter (any more)\n")


def test_they_are_counted(account, broker, dlq):
    def counts():
        return {topic: sum(letter["topic"] == topic for letter in dlq.letters()) for topic in ("events.dlq", "commands.dlq")}

    publish(broker, account, "no JSON", topic="events", type=DIGEST)
    publish(broker, account, command(account, list="LATE"))
    until(lambda: len(dlq.letters(account.id)) == 2)
    before = counts()
    for topic, count in before.items():
        account.wait_for_metric(f'todo_dead_letters{{topic="{topic}"}}', lambda value: value == count)
    # What is sent back waits no more.
    account.ok("POST", "/lists", {"key": "LATE", "name": "Late"})
    (letter,) = [letter for letter in dlq.letters(account.id) if letter["origin_topic"] == "commands"]
    assert dlq("retry", letter["id"]).code == 0
    account.wait_for_metric('todo_dead_letters{topic="commands.dlq"}', lambda value: value == before["commands.dlq"] - 1)
