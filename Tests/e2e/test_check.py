"""`todo-backend check` and `health`: what an operator is told about settings, database, broker and mail server."""

import json
import subprocess
import types

import pytest
from backend import environment_of_backend, free_port
from certificate import certificate
from cluster import Cluster
from services import Site
from smtp_server import MailServer
from waiting import DEADLINE, until


@pytest.fixture(scope="module")
def site(backend_binary):
    site = Site(backend_binary, apis=1)
    try:
        for api in site.apis:
            api.start(KAFKA_BOOTSTRAP_SERVERS=site.broker.bootstrap_servers)
            api.wait()
        yield site
    finally:
        site.stop()


@pytest.fixture
def check(backend_binary, site):
    """`check(*arguments, **settings)`: `.code`, and `.findings`, the verdicts and texts by (area, subject)."""

    def check(*arguments, **settings):
        environment = environment_of_backend(
            DATABASE_URL=site.database.url, KAFKA_BOOTSTRAP_SERVERS=site.broker.bootstrap_servers, JWT_SECRET="x" * 32,
            MAIL_FROM="todo <todo@example.org>", SMTP_URL="maildir:/tmp/mail", PUBLIC_URL="https://todo.example.org") | settings
        process = subprocess.run(
            [backend_binary, "check", "--json", *arguments], env={k: v for k, v in environment.items() if v is not None},
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=DEADLINE)
        assert process.stdout, process.stderr
        findings = {(each["area"], each["subject"]): (each["verdict"], each["text"]) for each in json.loads(process.stdout)}
        assert "correct horse" not in process.stdout + process.stderr, "a password is shown"
        return types.SimpleNamespace(code=process.returncode, findings=findings)

    return check


def test_where_all_is_well(check):
    result = check()
    assert result.code == 0, result.findings
    assert {verdict for verdict, _ in result.findings.values()} == {"ok"}
    assert result.findings["database", "migrations"][1].startswith("all ")
    assert result.findings["broker", "topic events"] == ("ok", "3 partitions, 3 copies each")


def test_settings(check):
    result = check(JWT_SECRET="short", JWT_TTL="soon", DIGEST_CRON="61 * * * *", PUBLIC_URL="http://todo.example.org", SMTP_URL=None)
    assert result.code == 1
    verdicts = {subject: verdict for (_, subject), (verdict, _) in result.findings.items()}
    assert verdicts["JWT_SECRET"] == verdicts["JWT_TTL"] == verdicts["DIGEST_CRON"] == verdicts["SMTP_URL"] == "wrong"
    assert verdicts["PUBLIC_URL"] == "warning"
    # Each role has its own needs.
    assert check("--role", "scheduler", JWT_SECRET=None, SMTP_URL=None, PUBLIC_URL=None).code == 0


def test_strict_takes_warnings_for_failures(check):
    assert check(PUBLIC_URL="http://todo.example.org").code == 0
    assert check("--strict", PUBLIC_URL="http://todo.example.org").code == 1


def test_database(check):
    result = check(DATABASE_URL=f"postgresql://nobody@127.0.0.1:{free_port()}/postgres")
    assert result.code == 1 and result.findings["database", "connection"][0] == "wrong"


def test_a_database_without_the_schema(check):
    empty = Cluster()
    try:
        result = check(DATABASE_URL=empty.url)
        assert result.code == 1
        assert result.findings["database", "migrations"] == ("wrong", "there is no schema. Make it: todo-backend migrate")
    finally:
        empty.remove()


def test_rights(check, site):
    site.sql("CREATE ROLE mail_login LOGIN; CREATE ROLE other_login LOGIN; GRANT todo_mailer TO mail_login")
    login = site.database.url.replace("postgres@", "mail_login@")
    assert check("--role", "mailer", DATABASE_URL=login).findings["database", "rights"] == ("ok", "all that mailer needs")
    verdict, text = check("--role", "api", DATABASE_URL=login).findings["database", "rights"]
    assert verdict == "wrong" and "SELECT on users" in text and "GRANT todo_api" in text
    other = site.database.url.replace("postgres@", "other_login@")
    verdict, text = check("--role", "scheduler", DATABASE_URL=other).findings["database", "rights"]
    assert verdict == "wrong" and "SELECT on users.time_zone" in text and "SELECT on tasks" in text
    # An owner's login works, and is too much.
    assert check("--strict", "--role", "mailer").code == 1


def test_broker(check, site):
    result = check(KAFKA_BOOTSTRAP_SERVERS=f"127.0.0.1:{free_port()}")
    assert result.code == 1 and result.findings["broker", "connection"][0] == "wrong"


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_mail_server(check, tmp_path, scheme):
    context, authorities = certificate(tmp_path)
    server = MailServer(tls=context, is_tls_from_the_start=scheme == "smtps", logins={"ann": "correct horse"})
    settings = {"SMTP_URL": f"{scheme}://{server.host}", "SMTP_USERNAME": "ann", "SSL_CERT_FILE": str(authorities)}
    try:
        result = check(SMTP_PASSWORD="correct horse", **settings)
        assert result.code == 0, result.findings
        assert result.findings["mail", "encryption"] == ("ok", "TLS") and result.findings["mail", "login"] == ("ok", "accepted")
        result = check(SMTP_PASSWORD="wrong", **settings)
        assert result.code == 1 and "535" in result.findings["mail", "server"][1]
        del settings["SSL_CERT_FILE"]
        assert check(SMTP_PASSWORD="correct horse", **settings).code == 1, "anybody's certificate was trusted"
        assert server.mails == [] and not {"MAIL", "RCPT", "DATA"} & {step for step, _ in server.steps}
        server.wait_until_deserted()
    finally:
        server.stop()
    assert check(SMTP_PASSWORD="correct horse", **settings).findings["mail", "server"][0] == "wrong"


def test_mail_in_the_clear_is_worth_a_warning(check):
    server = MailServer()
    try:
        result = check(SMTP_URL=f"smtp://{server.host}")
        assert result.code == 0 and result.findings["mail", "encryption"][0] == "warning"
        assert result.findings["mail", "login"] == ("note", "none is set")
    finally:
        server.stop()


def test_health_of_the_api(site, backend_binary):
    def health(port):
        return subprocess.run(
            [backend_binary, "health"], env=environment_of_backend(HTTP_PORT=str(port)), capture_output=True, text=True,
            timeout=DEADLINE)

    result = health(site.apis[0].port)
    assert result.returncode == 0 and json.loads(result.stdout)["status"] == "ok"
    result = health(free_port())
    assert result.returncode == 1 and "nothing answers" in result.stderr


def test_other_roles_show_how_they_are(site, backend_binary):
    port = free_port()
    site.mailer.start(
        KAFKA_BOOTSTRAP_SERVERS=site.broker.bootstrap_servers, MONITOR_PORT=str(port), HTTP_HOST="127.0.0.1")
    site.mailer.wait_for("monitor listening")
    environment = environment_of_backend(MONITOR_PORT=str(port))
    run = subprocess.run([backend_binary, "health"], env=environment, capture_output=True, text=True, timeout=DEADLINE)
    assert run.returncode == 0, run
    lines = subprocess.run(
        ["curl", "--silent", f"http://127.0.0.1:{port}/metrics"], capture_output=True, text=True, timeout=DEADLINE).stdout
    assert 'todo_mails_total{outcome="sent"} 0' in lines and "todo_database_connections_max 2" in lines


def test_the_api_tells_the_lag_of_consumers(site):
    api = site.apis[0]
    until(lambda: 'todo_consumer_lag{group="mailer",topic="events"} 0' in api.get("/metrics")[1])
