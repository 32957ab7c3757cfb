"""What those see who run it: metrics, logs, and settings that can't be used."""

import json
import re
import time
import urllib.error
import urllib.request

import pytest
from backend import free_port, try_to_start
from waiting import DEADLINE, Deadline

TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z"


def get(backend, path, **headers):
    """Status, headers, text."""
    try:
        answer = urllib.request.urlopen(urllib.request.Request(backend.url + path, headers=headers), timeout=DEADLINE)
    except urllib.error.HTTPError as error:
        answer = error
    return answer.status, answer.headers, answer.read().decode()


def metrics(backend):
    """All series, as {'name{labels}': value}."""
    status, headers, text = get(backend, "/metrics")
    assert status == 200
    assert headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


def wait_for(what, backend):
    """Asks for the metrics until it is so."""
    end = time.monotonic() + DEADLINE
    while not what(series := metrics(backend)):
        if time.monotonic() > end:
            raise Deadline(f"it did not come; now: {series}")
    return series


def test_metrics_of_all_parts(user, backend):
    user.todo.ok("add", "Count me")
    series = wait_for(lambda series: series["todo_relay_published_total"] >= 2, backend)
    assert series["todo_relay_is_leader"] == 1
    assert series['http_requests_total{method="POST",route="/tasks",status="201"}'] >= 1
    assert series["todo_database_leases_total"] > 0
    assert series["process_open_fds"] > 10
    assert series["process_resident_memory_bytes"] > 1e6
    assert abs(time.time() - series["process_start_time_seconds"]) < 3600
    assert any(name.startswith("todo_build_info{version=") for name in series)
    wait_for(lambda series: series.get("todo_relay_lag_events") == 0 and series["todo_relay_lag_seconds"] == 0, backend)
    # Each use of one ends; there may be one at any moment.
    wait_for(lambda series: series['todo_database_connections{state="busy"}'] == 0, backend)


@pytest.mark.parametrize("form", ["json", "text"])
def test_each_event_is_one_line(start_backend, form):
    backend = start_backend(env={"LOG_FORMAT": form, "LOG_LEVEL": "debug"})
    get(backend, "/tasks?q=secret%0A", **{"X-Request-Id": "r-1"})
    get(backend, "/no%0Athing", **{"X-Request-Id": "r-2"})
    assert backend.interrupt() == 0
    lines = backend.errors().splitlines()
    if form == "json":
        events = [json.loads(line) for line in lines]
        assert all(re.fullmatch(TIME, event["time"]) and event["service"] and event["message"] for event in events)
        event = next(event for event in events if event.get("request_id") == "r-1")
        assert (event["level"], event["method"], event["route"], event["status"]) == ("debug", "GET", "/tasks", "401")
        assert float(event["duration_ms"]) > 0
        assert next(event for event in events if event.get("request_id") == "r-2")["route"] == "unmatched"
    else:
        assert all(re.match(TIME + r" [a-z]+ \S+: ", line) for line in lines), lines
        line = next(line for line in lines if "request_id=r-1" in line)
        assert re.search(r" debug api: request answered .*method=GET path=/tasks .*status=401", line), line
    assert "secret" not in backend.errors()


@pytest.mark.parametrize(
    "setting, value, words",
    [
        ("LOG_LEVEL", "loud", "trace, debug, info"),
        ("LOG_FORMAT", "xml", "text or json"),
        ("CORS_ORIGINS", "https://a.example/", "https://app.example.org"),
        ("CORS_ORIGINS", "*,https://a.example", "either * or a list"),
    ],
)
def test_settings_that_cannot_be_used(backend_binary, tmp_path, setting, value, words):
    result = try_to_start(backend_binary, tmp_path / "data", free_port(), **{setting: value})
    assert result.code == 1
    lines = result.err.splitlines()
    assert len(lines) == 1 and lines[0].startswith(f"todo-backend: {setting} ") and words in lines[0], result.err
    assert not (tmp_path / "data" / "postgres").exists()


def test_another_page_may_call_where_it_is_allowed(start_backend):
    backend = start_backend(env={"CORS_ORIGINS": "https://a.example, https://b.example:8443"})
    for origin, allowed in [("https://b.example:8443", "https://b.example:8443"), ("https://c.example", None)]:
        status, headers, _ = get(backend, "/healthz", Origin=origin)
        assert (status, headers["Access-Control-Allow-Origin"], headers["Vary"]) == (200, allowed, "Origin")


def test_the_page_is_fetched_once(backend):
    status, headers, page = get(backend, "/")
    assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    for path in re.findall(r'(?:href|src)="(/?[\w./-]+\.(?:css|js|svg|webmanifest))"', page):
        status, headers, _ = get(backend, "/" + path.lstrip("/"))
        assert (status, headers["Cache-Control"]) == (200, "no-cache"), path
        again, _, content = get(backend, "/" + path.lstrip("/"), **{"If-None-Match": headers["ETag"]})
        assert (again, content) == (304, ""), path
