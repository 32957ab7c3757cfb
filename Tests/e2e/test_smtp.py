"""The mailer and a mail server that has its troubles: every mail arrives once, and those for whom it can't are told of."""

import collections
import email
import email.policy
import threading

import pytest
from mailroom import TITLES, Mailroom
from smtp_server import HANG_UP, MailServer
from waiting import DEADLINE, until


@pytest.fixture(scope="module")
def room(backend_binary):
    room = Mailroom(backend_binary)
    yield room
    room.stop()


@pytest.fixture(scope="module")
def servers_and_mailer(room):
    server = MailServer()
    yield server, room.new_mailer(f"smtp://{server.host}/mailer", SMTP_TIMEOUT="1s")
    server.stop()


@pytest.fixture
def mailer(servers_and_mailer):
    return servers_and_mailer[1]


@pytest.fixture
def server(servers_and_mailer):
    """A friendly server."""
    server = servers_and_mailer[0]
    server.forget()
    server.mails.clear()
    server.steps.clear()
    return server


def arrive_once(room, server, ids):
    """Waits until all these mails are through, and sees that each has come once, to its reader alone."""
    room.wait_until_processed(ids.values())
    came = collections.Counter((mail.recipient, message_id(mail)) for mail in server.mails)
    assert came == {(email, f"<{id}@example.org>"): 1 for email, id in ids.items()}


def message_id(mail):
    return email.message_from_bytes(mail.bytes)["Message-ID"]


def in_the_log(answer):
    """An answer of several lines is one there."""
    code, text = answer[:3], answer[4:].replace(f"\r\n{answer[:3]}", "")
    return f"SMTP {code}: {text}"


def test_many_mails_come_over_one_connection(room, server, mailer):
    room.add_readers(200)
    before = server.connections
    server.hang_up()
    arrive_once(room, server, room.ask())
    assert server.connections == before + 1
    assert [step for step, _ in server.steps].count("EHLO") == 1


def test_each_mail_is_what_the_standards_want(room, server):
    room.add_readers(3)
    ids = room.ask()
    room.wait_until_processed(ids.values())
    for mail in server.mails:
        lines = mail.bytes.split(b"\r\n")
        assert not any(b"\r" in line or b"\n" in line for line in lines)
        assert max(map(len, lines)) <= 998
        # The strict policy raises where the default one notes a defect.
        message = email.message_from_bytes(mail.bytes, policy=email.policy.strict + email.policy.SMTP)
        assert not message.defects and not any(header.defects for header in message.values())
        assert all(len(message.get_all(name)) == 1 for name in message.keys())
        assert mail.sender == message["From"].addresses[0].addr_spec == "todo@example.org"
        assert [mail.recipient] == [address.addr_spec for address in message["To"].addresses]
        assert message["Message-ID"] == f"<{ids[mail.recipient]}@example.org>"
        assert message["Subject"] == f"{len(TITLES)} open, nothing due today"
        assert message["Date"].datetime.tzinfo and message["MIME-Version"] == "1.0"
        assert message["Auto-Submitted"] == "auto-generated"
        assert message["List-Unsubscribe"].startswith("<http://localhost/unsubscribe?token=")
        assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        text, page = message.iter_parts()
        assert [text.get_content_type(), page.get_content_type()] == ["text/plain", "text/html"]
        assert not text.defects and not page.defects
        words = "".join(text.get_content().replace("\u2068", "").replace("\u2069", "").split())
        for title in TITLES:
            assert "".join(title.split()) in words
        assert "日本語のタイトル" in page.get_content() and "<b>bold" not in page.get_content()


@pytest.mark.parametrize(("phase", "answer"), [
    ("CONNECT", "421 4.3.2 too busy"), ("CONNECT", "554 5.3.2 no mail here now"), ("EHLO", "421 4.3.2 too busy"),
    ("MAIL", "421 4.3.2 too busy"), ("MAIL", "451 4.7.1 greylisted"), ("MAIL", "450 4.1.8 no such domain"),
    ("CONNECT", HANG_UP), ("EHLO", HANG_UP), ("MAIL", HANG_UP),
])
def test_a_server_that_takes_nothing_for_now(room, server, mailer, phase, answer):
    room.add_readers(6)
    start = len(mailer.log)
    server.hang_up()
    rule = server.at(phase, answer, times=1)
    arrive_once(room, server, room.ask())
    assert rule.count == 1
    (reason,) = mailer.retries(start)
    assert answer == HANG_UP or reason == in_the_log(answer)


def test_mails_that_are_not_taken_for_now(room, server, mailer):
    room.add_readers(30)
    start = len(mailer.log)
    steps = ["RCPT", "DATA", "MESSAGE"]
    answers = ["421 4.3.2 too busy", "450 4.2.1 mailbox locked", "451 4.7.1 greylisted", "452 4.2.2 mailbox full"]
    kinds = [(step, answer) for step in steps for answer in [*answers, HANG_UP]]
    rules = [server.at(*kind, recipient=reader, times=1) for kind, reader in zip(kinds, room.readers)]
    arrive_once(room, server, room.ask())
    assert {rule.count for rule in rules} == {1}
    told = collections.Counter(mailer.retries(start))
    for answer in answers:
        assert told.pop(in_the_log(answer)) == len(steps)
    # Those at whose step the server hung up; and who came next while it was hanging up after a 421.
    assert len(steps) <= told.total() <= 2 * len(steps)


def test_a_connection_that_breaks_between_two_mails_is_no_trouble(room, server, mailer):
    room.add_readers(3)
    start = len(mailer.log)
    arrive_once(room, server, room.ask())
    server.hang_up()
    server.mails.clear()
    arrive_once(room, server, room.ask())
    assert mailer.retries(start) == []


def test_a_mail_that_waits_holds_its_partition_alone(room, server, mailer):
    room.add_readers(30)
    start = len(mailer.log)
    held = next(iter(room.readers))
    rule = server.at("RCPT", "451 4.2.0 not yet", recipient=held)
    ids = room.ask()
    partitions = room.partitions(ids.values())
    others = [id for id in ids.values() if partitions[id] != partitions[ids[held]]]
    assert others
    room.wait_until_processed(others)
    # It is tried again and again, and nothing overtakes it.
    server.wait(lambda: rule.count >= 3)
    assert ids[held] not in room.processed()
    assert collections.Counter(mailer.retries(start)).keys() == {"SMTP 451: 4.2.0 not yet"}
    server.forget(rule)
    arrive_once(room, server, ids)
    order = [each.headers["event_id"] for each in room.topic.messages if each.partition == partitions[ids[held]]]
    came = [message_id(mail)[1:].split("@")[0] for mail in server.mails]
    assert [id for id in came if id in order] == [id for id in order if id in came]


def test_mails_that_are_refused_for_good_are_dead_letters(room, server):
    room.add_readers(30)
    refusals = [
        ("RCPT", "550 5.1.1 no such user"), ("RCPT", "553 5.1.3 bad mailbox"), ("DATA", "554 5.6.0 no"),
        ("MESSAGE", "552 5.3.4 too big"), ("MESSAGE", "554-5.7.1 looks\r\n554 5.7.1 like spam"),
    ]
    unwanted = dict(zip(room.readers, refusals))
    for reader, refusal in unwanted.items():
        server.at(*refusal, recipient=reader)
    ids = room.ask()
    arrive_once(room, server, {reader: id for reader, id in ids.items() if reader not in unwanted})
    letters = {letter.headers["event_id"]: letter for letter in until(lambda: room.dead_letters(ids, len(unwanted)))}
    partitions = room.partitions(ids.values())
    for reader, (step, answer) in unwanted.items():
        letter = letters[ids[reader]]
        assert letter.headers["reason"] == in_the_log(answer)
        assert (letter.headers["origin_topic"], int(letter.headers["origin_partition"])) == ("events", partitions[ids[reader]])
        assert letter.value["email"] == reader
        # Not again and again.
        assert server.steps.count((step, reader)) == 1
    assert not room.processed() & letters.keys()


def test_addresses_beyond_ascii(room, server):
    room.add_readers(3, name="jörg.家.", domain="bücher.example")
    arrive_once(room, server, room.ask())
    for mail in server.mails:
        message = email.message_from_string(mail.bytes.decode(), policy=email.policy.SMTPUTF8)
        assert [mail.recipient] == [address.addr_spec for address in message["To"].addresses]
    # A server that can't pass them on never will.
    server.takes_utf8 = False
    server.hang_up()
    server.mails.clear()
    try:
        ids = room.ask()
        letters = until(lambda: room.dead_letters(ids, 3))
    finally:
        server.takes_utf8 = True
        server.hang_up()
    assert {letter.value["email"] for letter in letters} == room.readers.keys()
    assert server.mails == [], [letter.headers["reason"] for letter in letters]


def test_a_sender_that_is_refused_for_good(room, server):
    room.add_readers(6)
    server.at("MAIL", "550 5.7.1 sender not wanted", times=1)
    ids = room.ask()
    (letter,) = until(lambda: room.dead_letters(ids, 1))
    assert letter.headers["reason"] == "SMTP 550: 5.7.1 sender not wanted"
    arrive_once(room, server, {reader: id for reader, id in ids.items() if reader != letter.value["email"]})


def test_a_server_that_is_away_for_a_while(room, server, mailer):
    room.add_readers(30)
    start, pid = len(mailer.log), mailer.pid
    server.stop()
    ids = room.ask()
    # Each partition tries by itself, and each time later.
    until(lambda: len(mailer.retries(start)) >= 6)
    assert all("connect" in reason.lower() for reason in mailer.retries(start))
    server.start()
    arrive_once(room, server, ids)
    assert mailer.pid == pid


def test_an_answer_that_comes_too_late_is_nobodys(room, server, mailer):
    """The mailer waits for it twenty times as long as for other answers; then it has other mails to send."""
    room.add_readers(30)
    start = len(mailer.log)
    gives_up = threading.Event()
    rule = server.at("MESSAGE", lambda: gives_up.wait(DEADLINE) and "554 5.7.1 looks like spam", times=1)
    ids = room.ask()
    until(lambda: mailer.retries(start))
    assert rule.count == 1
    gives_up.set()
    until(lambda: room.dead_letters(ids, 1) or set(ids.values()) <= room.processed())
    assert room.dead_letters(ids, 1) is None
    arrive_once(room, server, ids)
    (reason,) = mailer.retries(start)
    assert "time" in reason
