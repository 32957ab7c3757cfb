"""The gateway: nginx with the project's own configuration in front of two APIs."""

import collections
import contextlib
import gzip
import http.client
import os
import pathlib
import shutil
import subprocess
import time
import urllib.parse

import pytest
from account import Account
from backend import free_port
from certificate import certificate
from services import Site
from sse import Stream
from waiting import DEADLINE, until

ROOT = pathlib.Path(__file__).resolve().parents[2]
START = ROOT / "deploy" / "nginx" / "start.sh"


class Gateway:
    """nginx, started as its container starts it."""

    def __init__(self, folder, apis, **settings):
        self.port, self._status = free_port(), free_port()
        self._folder = folder
        self._environment = {
            "PATH": os.environ["PATH"] + ":/usr/sbin", "RUN_DIR": str(folder), "FRONTEND_DIR": str(ROOT / "frontend"),
            # With one server the trailing space makes it a list: a name would be looked up.
            "API_SERVERS": " ".join(f"127.0.0.1:{api.port}" for api in apis) + " ",
            "HTTP_LISTEN": f"127.0.0.1:{self.port}", "STATUS_LISTEN": f"127.0.0.1:{self._status}",
            "REQUEST_RATE": "2000", "AUTH_RATE": "100",
        } | {name: str(value) for name, value in settings.items()}
        self.url = f"http://127.0.0.1:{self.port}"
        self._process = None

    def check(self):
        """`nginx -t`; gives what it says."""
        process = subprocess.run([START, "-t"], env=self._environment, capture_output=True, text=True, timeout=DEADLINE)
        assert process.returncode == 0, process.stderr
        return process.stderr

    def start(self):
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen([START], env=self._environment, stdout=log, stderr=log, start_new_session=True)
        until(lambda: self._answers())
        return self

    def _answers(self):
        assert self._process.poll() is None, self.log()
        with contextlib.suppress(OSError):
            connection = http.client.HTTPConnection("127.0.0.1", self._status, timeout=DEADLINE)
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        return False

    def log(self):
        return (self._folder / "log").read_text()

    def get(self, path, method="GET", body=None, **headers):
        """Status, headers and text."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=DEADLINE)
        try:
            connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
            answer = connection.getresponse()
            body = answer.read()
            return answer.status, answer.headers, (gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body).decode()
        finally:
            connection.close()

    def stop(self):
        if self._process and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(DEADLINE)


@pytest.fixture(scope="module")
def site(backend_binary):
    if shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin") is None:
        pytest.skip("nginx is not installed (Debian: apt-get install nginx-light)")
    site = Site(backend_binary)
    try:
        # Whom the gateway names is believed.
        for api in site.apis:
            api.start(KAFKA_BOOTSTRAP_SERVERS=site.broker.bootstrap_servers, TRUSTED_PROXIES="127.0.0.1")
        for api in site.apis:
            api.wait()
        yield site
    finally:
        site.stop()


@pytest.fixture
def start_gateway(site, tmp_path):
    started = []

    def start(**settings):
        folder = tmp_path / str(len(started))
        folder.mkdir()
        gateway = Gateway(folder, site.apis, **settings)
        started.append(gateway)
        assert "syntax is ok" in gateway.check()
        return gateway.start()

    yield start
    for gateway in started:
        gateway.stop()


def requests_of(api):
    """How many GET /tasks it has answered."""
    lines = api.get("/metrics")[1].splitlines()
    return sum(float(line.split()[-1]) for line in lines if line.startswith("http_requests_total") and 'route="/tasks"' in line)


def test_the_page_and_the_api_are_one_site(start_gateway):
    gateway = start_gateway()
    status, headers, text = gateway.get("/")
    assert status == 200 and "<title>todo</title>" in text
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'")
    assert headers["X-Content-Type-Options"] == "nosniff" and headers["Referrer-Policy"] == "no-referrer"
    assert "nginx/" not in headers["Server"]
    status, headers, text = gateway.get("/js/app.js", Accept_Encoding="gzip")
    assert status == 200 and headers["Content-Type"] == "application/javascript; charset=utf-8"
    assert headers["X-Content-Type-Options"] == "nosniff" and headers["Content-Encoding"] == "gzip" and "import" in text
    for prefix in ("", "/api/v1"):
        assert gateway.get(f"{prefix}/healthz")[0] == 200
        assert gateway.get(f"{prefix}/metrics")[0] == 404, "metrics are for inside"
        status, headers, _ = gateway.get(f"{prefix}/tasks")
        assert status == 401 and headers["Content-Type"] == "application/problem+json"
    for path in ("/.env", "/js/../../etc/passwd", "/js", "/%2e%2e/nginx.conf"):
        assert gateway.get(path)[0] in (400, 401, 404), path


def test_the_policy_is_the_one_of_the_api(start_gateway, site):
    """The page's rules stand in two places, and must not differ."""
    swift = (ROOT / "Sources" / "Backend" / "API" / "SecurityHeaders.swift").read_text()
    policy = swift.split('policy = """')[1].split('"""')[0]
    policy = " ".join(line.strip().rstrip("\\").strip() for line in policy.splitlines() if line.strip())
    assert start_gateway().get("/")[1]["Content-Security-Policy"] == policy


def test_requests_are_shared_out(start_gateway, site):
    account = Account(start_gateway().url)
    before = [requests_of(api) for api in site.apis]
    for _ in range(20):
        account.ok("GET", "/tasks")
    shares = [requests_of(api) - count for api, count in zip(site.apis, before)]
    assert sum(shares) == 20 and min(shares) >= 8, shares


def test_an_api_that_is_killed_costs_no_request_that_may_be_repeated(start_gateway, site):
    gateway = start_gateway()
    account = Account(gateway.url)
    task = account.add("Stays")
    statuses = collections.Counter()
    victim = site.apis[1]
    for turn in range(120):
        if turn == 30:
            victim.kill9()
        if turn == 90:
            victim.start()
            victim.wait()
        statuses[account.send("GET", f"/tasks/{task}").status] += 1
        statuses[account.send("GET", "/tasks?limit=10").status] += 1
    assert statuses == {200: 240}, statuses
    # It is given work again.
    before = requests_of(victim)
    until(lambda: account.ok("GET", "/tasks") is not None and requests_of(victim) > before)


def test_without_any_api_it_says_so(start_gateway, tmp_path):
    gateway = start_gateway(API_SERVERS=f"127.0.0.1:{free_port()} 127.0.0.1:{free_port()}")
    status, headers, text = gateway.get("/api/v1/tasks")
    assert status == 503 and headers["Content-Type"] == "application/problem+json" and headers["Retry-After"] == "2"
    assert '"status":503' in text
    assert gateway.get("/")[0] == 200, "the page is there"


def test_streams_pass_at_once(start_gateway):
    account = Account(start_gateway().url)
    for path in ("/events", "/api/v1/events"):
        with Stream(account.again(), path=path) as stream:
            seen = len(stream.events)
            begin = time.monotonic()
            account.add("Now")
            stream.wait_for(seen + 1)
            assert time.monotonic() - begin < 5, "it was kept back"
            assert stream.events[-1].data["title"] == "Now"


def test_what_is_too_large_is_refused_before_it_is_passed_on(start_gateway, site):
    gateway = start_gateway()
    account = Account(gateway.url)
    answer = account.send("POST", "/tasks", {"title": "x", "notes": "x" * (1 << 20)})
    assert answer.status == 413 and answer.headers["Content-Type"] == "application/problem+json"
    assert '"status":413' in answer.text


def test_who_asks_too_often_is_told_to_wait(start_gateway):
    gateway = start_gateway(REQUEST_RATE=5)
    answers = [gateway.get("/healthz") for _ in range(60)]
    statuses = collections.Counter(status for status, _, _ in answers)
    assert statuses[200] >= 20 and statuses[429] >= 20 and len(statuses) == 2, statuses
    _, headers, text = next(answer for answer in answers if answer[0] == 429)
    assert headers["Retry-After"] == "1" and headers["Content-Type"] == "application/problem+json" and '"status":429' in text


def test_logins_have_a_limit_of_their_own(start_gateway):
    gateway = start_gateway(AUTH_RATE=1)
    statuses = collections.Counter(
        gateway.get("/api/v1/auth/login", "POST", "{}", Content_Type="application/json")[0] for _ in range(20))
    assert statuses[429] >= 10 and statuses[422] >= 4, statuses
    assert gateway.get("/healthz")[0] == 200


def test_clients_cannot_choose_their_address(start_gateway, site):
    """The API limits by address; behind the gateway each client has its own, and none that it claims."""
    gateway = start_gateway(AUTH_RATE=100)
    gateway.get("/api/v1/auth/login", "POST", "{}", Content_Type="application/json", X_Forwarded_For="192.0.2.77")
    assert "192.0.2.77" not in gateway.log()


def test_with_certificates_all_is_https(start_gateway, tmp_path):
    context, _ = certificate(tmp_path)
    del context
    port = free_port()
    gateway = start_gateway(
        TLS_CERTIFICATE=tmp_path / "mail.crt", TLS_KEY=tmp_path / "mail.key", HTTPS_LISTEN=f"127.0.0.1:{port}")
    status, headers, _ = gateway.get("/api/v1/tasks?x=1", Host="todo.example.org")
    assert status == 308 and headers["Location"] == "https://todo.example.org/api/v1/tasks?x=1"
    url = urllib.parse.urlunsplit(("https", f"127.0.0.1:{port}", "/", "", ""))
    process = subprocess.run(
        ["curl", "--silent", "--show-error", "--dump-header", "-", "--cacert", tmp_path / "mail.crt", url],
        capture_output=True, text=True, timeout=DEADLINE)
    assert "<title>todo</title>" in process.stdout, process.stderr
    assert "strict-transport-security: max-age=63072000" in process.stdout.lower()
