"""The live API against its own description: whatever is sent, it answers as openapi.json says, and never with a 5xx.

Every request is made from /openapi.json, good ones and bad ones. The seed is always the same, unless FUZZ_SEED names
another; what failed is printed as a curl command.
"""

import os
import pathlib
import subprocess
import sys
import uuid

import pytest
from fuzz_hooks import LIST, PASSWORD
from playwright.sync_api import sync_playwright

FOLDER = pathlib.Path(__file__).resolve().parent
SEED = os.environ.get("FUZZ_SEED", "20261121")
# Seconds; it takes a fraction of them.
LIMIT = 300


@pytest.fixture(scope="module")
def fuzzed(start_backend):
    """A backend that nobody else uses, and that counts no attempts."""
    return start_backend(env={"LOGIN_RATE_LIMIT": "off", "REGISTER_RATE_LIMIT": "off"})


@pytest.fixture(scope="module")
def request_api(fuzzed):
    """Sends requests: `request_api(method, path, token=None, **options)`, options as playwright's `fetch` takes them."""
    with sync_playwright() as playwright:
        client = playwright.request.new_context(base_url=fuzzed.url)

        def send(method, path, token=None, **options):
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            return client.fetch(path, method=method, headers=headers | options.pop("headers", {}), **options)

        yield send
        client.dispose()


@pytest.fixture
def token(request_api):
    """The token of a new account."""
    account = {"email": f"fuzz-{uuid.uuid4().hex}@example.org", "password": PASSWORD}
    assert request_api("POST", "/auth/register", data=account).status == 201
    return request_api("POST", "/auth/login", data=account).json()["access_token"]


def test_every_answer_is_as_described(fuzzed, request_api, token, tmp_path):
    assert request_api("POST", "/lists", token, data={"key": LIST, "name": "Stays"}).status == 201
    command = [
        pathlib.Path(sys.executable).with_name("st"), "--config-file", FOLDER / "fuzz.toml", "run",
        f"{fuzzed.url}/openapi.json", "--url", fuzzed.url, "--header", f"Authorization: Bearer {token}", "--seed", SEED,
        "--no-color",
    ]
    environment = os.environ | {"SCHEMATHESIS_HOOKS": str(FOLDER / "fuzz_hooks.py")}
    # In a folder of its own, since it leaves files. It takes two thirds of a minute on two cores.
    run = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=LIMIT)
    print(f"FUZZ_SEED={SEED}", run.stdout, run.stderr, sep="\n")
    assert run.returncode == 0, "see above; the log of the backend has more: " + fuzzed.errors()[-4000:]
    assert '"level":"error"' not in fuzzed.errors()


def test_a_deleted_account_is_gone_for_its_token(request_api, token):
    paths = request_api("GET", "/openapi.json").json()["paths"]
    assert request_api("POST", "/tasks", token, data={"title": "gone soon"}).status == 201
    assert request_api("DELETE", "/me", token).status == 204
    tried = 0
    for path, item in paths.items():
        for method in ("get", "post", "patch", "delete"):
            operation = item.get(method)
            if operation is None or operation.get("security") == []:
                continue
            options = {}
            if "requestBody" in operation:
                options["data"] = operation["requestBody"]["content"]["application/json"]["example"]
            answer = request_api(method.upper(), path.replace("{id}", "1").replace("{key}", "WEB"), token, **options)
            assert answer.status == 401, f"{method} {path}: {answer.status} {answer.text()}"
            tried += 1
    assert tried > 10
