"""A broker that wants TLS and a login: every KAFKA_* setting reaches librdkafka, and what is wrong with them is said."""

import json
import subprocess

import pytest
from account import Account
from backend import environment_of_backend
from certificate import certificate
from secure_broker import SecureBroker
from services import Site
from sse import Stream
from waiting import DEADLINE, until

USER, PASSWORD = "todo", "staple battery"


@pytest.fixture(scope="module")
def site(backend_binary):
    site = Site(backend_binary, apis=1)
    yield site
    site.stop()


@pytest.fixture(scope="module")
def authorities(tmp_path_factory):
    return certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(scope="module")
def broker(site, authorities):
    broker = SecureBroker(site.broker, authorities[0], {USER: PASSWORD})
    yield broker
    broker.stop()


@pytest.fixture(scope="module")
def settings(broker, authorities):
    return {
        "KAFKA_BOOTSTRAP_SERVERS": broker.bootstrap_servers, "KAFKA_SECURITY_PROTOCOL": "sasl_ssl",
        "KAFKA_SSL_CA_LOCATION": str(authorities[1]), "KAFKA_SASL_MECHANISM": "PLAIN", "KAFKA_SASL_USERNAME": USER,
        "KAFKA_SASL_PASSWORD": PASSWORD,
    }


@pytest.fixture
def api(site):
    """`api(settings)` starts it."""
    api = site.apis[0]

    def start(settings):
        api.start(**settings)
        api.wait()
        return api

    yield start
    api.stop()


@pytest.fixture
def check(backend_binary, site, settings):
    """`check(**changes)`: the exit code, and what is said of the connection to the broker: a verdict and a text."""

    def check(**changes):
        environment = environment_of_backend(DATABASE_URL=site.database.url, JWT_SECRET="x" * 32, PUBLIC_URL="https://todo.example.org")
        process = subprocess.run(
            [backend_binary, "check", "--json", "--role", "api"], env=environment | settings | changes, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=DEADLINE)
        assert process.stdout, process.stderr
        assert PASSWORD not in process.stdout + process.stderr, "a password is shown"
        found = {each["subject"]: (each["verdict"], each["text"]) for each in json.loads(process.stdout) if each["area"] == "broker"}
        return process.returncode, *found["connection"]

    return check


def test_it_is_written_to_and_read_from(site, api, broker, settings):
    account = Account(api(settings).url)
    with Stream(account) as stream:
        account.add("Over TLS")
        # Written by the API; read by a group, which creates the task, and by the reader of the stream.
        account.ok("POST", "/task/create_event", {"title": "By a command"})
        stream.wait(lambda: len(stream.events) == 2)
    assert account.titles() == ["By a command", "Over TLS"]
    site.topic.wait_for(id for (id,) in site.sql(f"SELECT event_id FROM events WHERE user_id = '{account.id}'"))
    assert broker.taken > 0 and broker.refused == 0


def test_who_may_not_in_is_told_why(check, tmp_path):
    code, verdict, text = check()
    assert (code, verdict) == (0, "ok"), text
    code, verdict, text = check(KAFKA_SASL_PASSWORD="wrong")
    assert (code, verdict) == (1, "wrong") and "Invalid username or password" in text
    code, verdict, text = check(KAFKA_SSL_CA_LOCATION=str(certificate(tmp_path)[1]))
    assert (code, verdict) == (1, "wrong") and "certificate" in text
    code, verdict, text = check(KAFKA_SECURITY_PROTOCOL="plaintext")
    assert (code, verdict) == (1, "wrong"), text


def test_without_the_right_password_the_api_serves_and_says_so(api, settings):
    api = api(settings | {"KAFKA_SASL_PASSWORD": "wrong"})
    # To anybody who asks that it is so; why, to those who read the log.
    until(lambda: json.loads(api.get("/readyz")[1])["dependencies"]["broker"] == "unavailable")
    until(lambda: any("Invalid username or password" in line for line in list(api.log)))
    assert not any(PASSWORD in line for line in list(api.log))
    account = Account(api.url)
    account.add("All the same")
    assert account.titles() == ["All the same"]
    answer = account.send("POST", "/task/create_event", {"title": "By a command"})
    assert answer.status == 503, answer.text
