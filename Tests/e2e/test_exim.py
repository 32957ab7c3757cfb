"""A digest from the scheduler to a reader's mailbox, through a real mail server."""

import email
import email.policy
import os

import pytest
from certificate import certificate
from exim import PROGRAM, Exim
from mailroom import TITLES, Mailroom
from waiting import files, until

pytestmark = pytest.mark.skipif(
    not os.path.exists(PROGRAM) and os.path.exists("/usr/sbin/sendmail"), reason="another mail server has the place of exim")


@pytest.fixture(scope="module")
def room(backend_binary):
    room = Mailroom(backend_binary)
    room.add_readers(5)
    yield room
    room.stop()


@pytest.fixture
def start_exim():
    started = []

    def start(*arguments):
        started.append(Exim(*arguments))
        return started[-1]

    yield start
    for exim in started:
        exim.stop()


@pytest.fixture
def start_mailer(room):
    started = []

    def start(url, **settings):
        started.append(room.new_mailer(url, **settings))
        return started[-1]

    yield start
    for mailer in started:
        mailer.stop()


def check_mails(paths, ids):
    """Each reader has the digest, and it is as it was sent."""
    mails = [email.message_from_bytes(path.read_bytes(), policy=email.policy.strict) for path in paths]
    assert {mail["Envelope-to"]: mail["Message-ID"] for mail in mails} == {to: f"<{id}@example.org>" for to, id in ids.items()}
    for mail in mails:
        assert mail["Return-path"] == "<todo@example.org>" and mail["To"] == mail["Envelope-to"]
        # Exim adds what is missing: nothing was.
        assert all(len(mail.get_all(name)) == 1 for name in ("From", "To", "Date", "Message-ID", "Received", "MIME-Version"))
        assert not mail.defects and "X-" not in " ".join(mail.keys())
        text, page = mail.iter_parts()
        words = "".join(text.get_content().replace("\u2068", "").replace("\u2069", "").split())
        assert all("".join(title.split()) in words for title in TITLES)
        assert "日本語のタイトル" in page.get_content()
    return mails


def test_a_digest_comes_into_the_mailbox(room, start_exim, start_mailer):
    exim = start_exim()
    start_mailer(f"smtp://127.0.0.1:{exim.port}/todo.test")
    ids = room.ask()
    for mail in check_mails(files(exim.mails, len(ids)), ids):
        assert "(helo=todo.test)" in mail["Received"] and "with esmtp" in mail["Received"]
    room.wait_until_processed(ids.values())
    # Exim logs each delivery.
    assert exim.log().count(" => ") == len(ids)


def test_a_digest_comes_under_tls_and_with_a_login(room, start_exim, start_mailer, tmp_path):
    _, authority = certificate(tmp_path)
    exim = start_exim(authority)
    login = {"SMTP_USERNAME": "todo", "SMTP_PASSWORD": "secret", "SSL_CERT_FILE": str(authority)}
    start_mailer(f"smtp://127.0.0.1:{exim.port}/todo.test", **login)
    ids = room.ask()
    for mail in check_mails(files(exim.mails, len(ids)), ids):
        assert "with esmtpsa" in mail["Received"]
    room.wait_until_processed(ids.values())


def test_who_gets_no_mail_here_is_told_of(room, start_exim, start_mailer):
    exim = start_exim()
    stranger = next(iter(room.readers))
    id = room.readers[stranger]
    room.sql(f"UPDATE users SET email = 'ann@elsewhere.example' WHERE id = '{id}'")
    start_mailer(f"smtp://127.0.0.1:{exim.port}/todo.test")
    ids = room.ask()
    dead = {stranger: ids.pop(stranger)}
    (letter,) = until(lambda: room.dead_letters(dead, 1))
    assert letter.headers["reason"] == "SMTP 550: relaying is not done here"
    check_mails(files(exim.mails, len(ids)), ids)
    room.wait_until_processed(ids.values())
