"""The digest as a mail: valid to the letter of the standards, and stopped by its own link."""

import datetime
import email
import email.policy
import json
import re
import urllib.error
import urllib.request

import pytest
from conftest import PASSWORD, cli, environment_of_client
from waiting import DEADLINE, files

TODAY = datetime.datetime.now(datetime.timezone.utc).date()
TITLES = [
    "Plain", "<b>bold</b> & \"quoted\" 'single'", "日本語のタイトル " * 20, "שלום עולם \u202e turned", "👩‍👩‍👧‍👦 family",
    "=?UTF-8?B?ZXZpbA==?= From x", ".", "x" * 500, "a\u0301\u0308" * 100, "-- ", "{{recipient}} {{{html}}}",
]


@pytest.fixture(scope="module")
def reader(start_backend, tmp_path_factory):
    """A user with a task for each title, one of them due, and one that is done; on a backend that nobody else uses."""
    backend = start_backend()
    todo = cli(environment_of_client(backend.url, tmp_path_factory.mktemp("home")))
    todo.ok("register", "reader@example.org", "--password-stdin", stdin=PASSWORD + "\n")
    reader = Reader(backend)
    for title in TITLES + ["Ready"]:
        reader.api("POST", "/tasks", {"title": title})
    reader.api("PATCH", "/tasks/1", {"due_on": str(TODAY)})
    reader.api("PATCH", f"/tasks/{len(TITLES) + 1}", {"done": True})
    return reader


class Reader:
    def __init__(self, backend):
        self.backend = backend
        login = {"email": "reader@example.org", "password": PASSWORD}
        answer = self.request("POST", "/auth/login", json.dumps(login).encode(), {"Content-Type": "application/json"})
        self.token = json.loads(answer[2])["access_token"]

    def digest(self, days):
        """The bytes of the mails after the digests of that many days from now were asked for."""
        before = len(files(f"{self.backend.maildir}/new", 0))
        day = TODAY + datetime.timedelta(days=days)
        printed = self.backend.run("scheduler", "--once", "--at", f"{day}T00:00:00Z")
        count = int(printed.split()[1])
        return count, [file.read_bytes() for file in files(f"{self.backend.maildir}/new", before + count)]

    def is_enabled(self):
        return self.backend.sql("SELECT digest_enabled FROM users") == [("t",)]

    def api(self, method, path, fields=None, accept="application/json"):
        """The body of the answer to a request that is logged in."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json", "Accept": accept}
        status, _, body = self.request(method, path, fields and json.dumps(fields).encode(), headers)
        assert status in (200, 201), body
        return body

    def request(self, method, path, body=None, headers=None):
        """Status, headers and body of the answer; `path` may be a whole URL."""
        url = path if "://" in path else self.backend.url + path
        request = urllib.request.Request(url, data=body, method=method, headers=headers or {})
        try:
            with urllib.request.urlopen(request, timeout=DEADLINE) as answer:
                return answer.status, answer.headers, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read().decode()


@pytest.fixture(scope="module")
def raw(reader):
    """The first mail."""
    count, (mail,) = reader.digest(1)
    assert count == 1
    return mail


@pytest.fixture(scope="module")
def mail(raw):
    # The strict policy raises where the default one notes a defect.
    return email.message_from_bytes(raw, policy=email.policy.strict)


def test_the_bytes_are_what_the_standards_want(raw):
    assert raw.endswith(b"\r\n")
    lines = raw.split(b"\r\n")
    assert not any(b"\r" in line or b"\n" in line for line in lines)
    assert max(map(len, lines)) < 998
    # ASCII, no space at the end of a line, nothing that a mailbox or SMTP would escape: what is signed (DKIM) arrives so.
    assert raw.isascii()
    assert not any(line.endswith((b" ", b"\t")) for line in lines)
    head, body = raw.split(b"\r\n\r\n", 1)
    assert not any(line.startswith((b"From ", b".")) for line in body.split(b"\r\n"))
    assert all(len(line) <= 78 or line.startswith(b"List-Unsubscribe:") for line in head.split(b"\r\n"))


def test_the_headers_are_each_there_once(mail):
    assert mail.keys() == [
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "List-Unsubscribe", "List-Unsubscribe-Post",
        "MIME-Version", "Content-Type",
    ]
    assert mail["To"].addresses[0].addr_spec == "reader@example.org"
    assert mail["Subject"] == "1 overdue"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Date"].datetime.tzinfo is not None
    assert not mail.defects and not any(header.defects for header in mail.values())


def test_both_forms_say_everything(mail):
    plain, html = list(mail.iter_parts())
    assert [part.get_content_type() for part in (plain, html)] == ["text/plain", "text/html"]
    assert not plain.defects and not html.defects
    text, page = plain.get_content(), html.get_content()
    for part in ("Overdue\n1 Plain\n  todo done 1 ", f"todo done {len(TITLES)}", "Done since yesterday", "Ready"):
        assert part in text.replace("\r\n", "\n")
    assert "&lt;b&gt;bold&lt;/b&gt; &amp; &quot;quoted&quot; &#39;single&#39;" in page
    assert "<b>bold" not in page
    for title in TITLES:
        folded = "".join(title.split())
        assert folded in "".join(text.replace("\u2068", "").replace("\u2069", "").split()), title
    assert "Stop these mails" in text and "Stop these mails" in page


def test_the_page_and_the_mail_say_the_same(reader, mail):
    def commands(text):
        return re.findall("todo done [0-9]+", text)

    # Today the first is not late yet, but the order is the same.
    assert commands(reader.api("GET", "/digest", accept="text/plain")) == commands(list(mail.iter_parts())[0].get_content())


def test_the_link_shows_a_page_and_a_post_stops_the_mails(reader, mail):
    link = mail["List-Unsubscribe"].strip("<>")
    assert link.startswith(reader.backend.url)
    status, headers, page = reader.request("GET", link)
    assert status == 200 and '<form method="post">' in page and "script" not in page
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert reader.is_enabled(), "a mail filter that follows links must not stop anything"

    form = {"Content-Type": "application/x-www-form-urlencoded"}
    forged = link[:-1] + ("A" if link[-1] != "A" else "B")
    assert reader.request("POST", forged, b"List-Unsubscribe=One-Click", form)[0] == 403
    assert reader.is_enabled()
    assert reader.request("POST", link, b"List-Unsubscribe=One-Click", form)[0] == 200
    assert not reader.is_enabled()
    assert reader.digest(2)[0] == 0

    reader.api("PATCH", "/me", {"digest_enabled": True})
    assert reader.is_enabled()
    assert reader.digest(3)[0] == 1
