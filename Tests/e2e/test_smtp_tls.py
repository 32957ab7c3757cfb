"""Mail under TLS and with a login; the servers have a certificate of the site's own, and SSL_CERT_FILE names whom the mailer trusts."""

import pytest
from certificate import certificate
from mailroom import Mailroom
from smtp_server import MailServer
from waiting import until

LOGIN = {"SMTP_USERNAME": "todo", "SMTP_PASSWORD": "s3cret & “quoted” \\"}
LOGINS = {LOGIN["SMTP_USERNAME"]: LOGIN["SMTP_PASSWORD"]}


@pytest.fixture(scope="module")
def room(backend_binary):
    room = Mailroom(backend_binary)
    room.add_readers(6)
    yield room
    room.stop()


@pytest.fixture(scope="module")
def tls(tmp_path_factory):
    """The server's side of TLS, and the file for those who trust it."""
    return certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def start(room):
    """Starts a server and a mailer that uses it; both are ended with the test."""
    started = []

    def start(server, url, **settings):
        started.extend([server, room.new_mailer(url.format(host=server.host), **settings)])
        return started[-1]

    yield start
    for each in reversed(started):
        each.stop()


# aiosmtpd can't know that the connection is encrypted from its start.
@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
@pytest.mark.parametrize(("scheme", "mechanism"), [("smtp", "PLAIN"), ("smtp", "LOGIN"), ("smtps", "PLAIN"), ("smtps", "LOGIN")])
def test_mails_go_encrypted_and_with_a_login(room, start, tls, scheme, mechanism):
    context, authority = tls
    server = MailServer(context, scheme == "smtps", LOGINS, [mechanism])
    start(server, scheme + "://{host}", SSL_CERT_FILE=str(authority), **LOGIN)
    ids = room.ask()
    room.wait_until_processed(ids.values())
    assert sorted(mail.recipient for mail in server.mails) == sorted(ids)
    assert {(mail.is_encrypted, mail.login) for mail in server.mails} == {(True, LOGIN["SMTP_USERNAME"])}
    assert server.connections == 1


def test_a_certificate_that_nobody_vouches_for_gets_no_mail(room, start, tls):
    server = MailServer(tls[0], logins=LOGINS)
    mailer = start(server, "smtp://{host}", **LOGIN)
    ids = room.ask()
    reasons = until(lambda: mailer.retries())
    assert all("certificate" in reason for reason in reasons)
    assert server.mails == [] and "MAIL" not in {step for step, _ in server.steps}
    assert not room.processed() & set(ids.values())


def test_a_refused_login_loses_no_mail(room, start, tls):
    context, authority = tls
    server = MailServer(context, logins={LOGIN["SMTP_USERNAME"]: "another"})
    mailer = start(server, "smtp://{host}", SSL_CERT_FILE=str(authority), **LOGIN)
    ids = room.ask()
    reasons = until(lambda: mailer.retries())
    assert set(reasons) == {"SMTP 535: 5.7.8 Authentication credentials invalid"}
    assert server.mails == []
    server.logins = LOGINS
    room.wait_until_processed(ids.values())
    assert set(ids) == {mail.recipient for mail in server.mails}


def test_a_password_does_not_go_in_the_clear(room, start):
    # 0.0.0.0 leads to this machine, but it is no name for it.
    server = MailServer(logins=LOGINS)
    mailer = start(server, f"smtp://0.0.0.0:{server.port}", **LOGIN)
    room.ask()
    until(lambda: mailer.retries())
    assert server.mails == [] and {step for step, _ in server.steps} <= {"CONNECT", "EHLO"}
