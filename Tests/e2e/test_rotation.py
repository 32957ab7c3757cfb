"""The secret that signs the tokens is changed while users are logged in (docs/operations.md, Secrets)."""

import base64
import hashlib
import hmac

import pytest
from account import Account
from services import Site

OLD, NEW = "o" * 40, "n" * 40


@pytest.fixture
def api(backend_binary):
    site = Site(backend_binary, apis=1)
    try:
        site.apis[0].start(KAFKA_BOOTSTRAP_SERVERS=site.broker.bootstrap_servers, JWT_SECRET=OLD)
        site.apis[0].wait()
        yield site.apis[0]
    finally:
        site.stop()


def restart(api, **settings):
    api.stop()
    api.start(**settings)
    api.wait()


def is_signed_with(secret, token):
    text, _, signature = token.rpartition(".")
    digest = hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == signature


def test_nobody_is_logged_out_by_a_change_of_the_secret(api):
    account = Account(api.url)
    old = account.token
    assert is_signed_with(OLD, old)

    restart(api, JWT_SECRET=NEW, JWT_SECRET_PREVIOUS=OLD)
    assert Account(api.url, account.email, old).id == account.id
    fresh = Account(api.url, account.email, old)
    fresh.log_in()
    assert is_signed_with(NEW, fresh.token) and not is_signed_with(OLD, fresh.token)

    restart(api, JWT_SECRET_PREVIOUS="")
    again = fresh.again()
    assert again.send("GET", "/tasks").status == 200
    again.token = old
    assert again.send("GET", "/tasks").status == 401


def test_a_weak_previous_secret_is_refused(api):
    api.stop()
    api.start(JWT_SECRET_PREVIOUS="short")
    api._process.wait(60)
    assert any("JWT_SECRET_PREVIOUS has 5 bytes: it must have at least 32" in line for line in api.log)
