"""The program `todo` against a server that misbehaves: it says what happened, ends with the right status, and prints no
half an answer."""

import json
import re
import subprocess
import threading

import pytest
from conftest import BIN, cli, environment_of_client
from scripted_api import ScriptedAPI, task
from waiting import DEADLINE


@pytest.fixture
def against(home):
    """`against(answer)` starts a server with these answers; gives it and a `todo` that is logged in there."""
    servers = []

    def start(answer):
        server = ScriptedAPI(answer)
        servers.append(server)
        return server, cli(environment_of_client(server.url, home) | {"TODO_TOKEN": "t"})

    yield start
    for server in servers:
        server.close()


def assert_told(result, code, words):
    """One or two lines on stderr and nothing that looks like an answer."""
    assert result.code == code, result
    assert result.err.startswith("todo: ") and words in result.err, result
    assert result.err.count("\n") <= 2, result
    assert "\x1b" not in result.err


def test_a_server_that_says_nothing_is_waited_for_as_long_as_is_set(against):
    _, todo = against(lambda request: request.hold())
    result = todo("ls", env={"TODO_TIMEOUT": "200ms"})
    assert_told(result, 6, "gave no answer")
    assert result.out == ""


@pytest.mark.parametrize(("answer", "code", "words"), [
    (lambda r: r.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\nContent-Type: application/json\r\n\r\n[{\"id\":"), 6, "gave no answer"),
    (lambda r: r.raw(b""), 6, "gave no answer"),
    (lambda r: r.raw(b"SSH-2.0-OpenSSH_9.2\r\n"), 1, "does not seem to be a todo server"),
    (lambda r: r.problem(500, "Oops"), 1, "The server has a problem: Oops."),
    (lambda r: r.reply(200, b"<html>hello</html>"), 1, "does not seem to be a todo server"),
    (lambda r: r.reply(200, b"[{\"id\": 3}"), 1, "does not seem to be a todo server"),
    (lambda r: r.reply(200, {"tasks": []}), 1, "does not seem to be a todo server"),
    (lambda r: r.reply(302, b"", {"Location": "https://login.example.org/"}), 1, "sends us on"),
    (lambda r: r.reply(404, b"not here"), 1, "does not seem to be a todo server"),
    (lambda r: r.problem(401), 4, "Run: todo login"),
    (lambda r: r.problem(429, "slow down"), 1, "Too many attempts"),
    (lambda r: r.problem(403, "No \x1b[31mentry"), 1, "No \ufffd[31mentry"),
], ids=[
    "cut off", "hangs up", "another protocol", "500", "html", "broken JSON", "other JSON", "redirect", "bare 404", "401", "429",
    "hostile words"])
def test_what_the_server_does_wrong_is_told(against, answer, code, words):
    _, todo = against(answer)
    result = todo("ls")
    assert_told(result, code, words)
    assert result.out == ""
    machine = todo("ls", "--json")
    assert machine.code == code and machine.out == ""
    error = json.loads(machine.err)["error"]
    assert error["exit_status"] == code and error["message"]


def test_a_dead_address_is_status_6(home):
    todo = cli(environment_of_client("http://127.0.0.1:1", home) | {"TODO_TOKEN": "t"})
    assert_told(todo("ls"), 6, "Can't reach the server at http://127.0.0.1:1")


def test_lines_that_never_come_do_not_hold_up_the_end(home):
    environment = environment_of_client("http://127.0.0.1:1", home) | {"TODO_TOKEN": "t"}
    process = subprocess.Popen(
        [BIN / "todo", "add", "-"], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    process.stdin.write("First\n")
    process.stdin.flush()
    assert process.wait(DEADLINE) == 6
    assert process.stderr.read().startswith("todo: line 1: Can't reach the server")
    for stream in (process.stdin, process.stdout, process.stderr):
        stream.close()


def test_a_list_that_breaks_off_is_no_array(against):
    def answer(request):
        if "cursor" in request.path:
            return request.problem(401)
        page = [task(number) for number in range(1000)]
        request.reply(200, page, {"Link": '</api/v1/tasks?cursor=2>; rel="next"'})

    _, todo = against(answer)
    for form in ("--json", "--json=id"):
        result = todo("ls", form)
        assert result.code == 4 and result.out == ""
    lines = todo("ls", "--ndjson")
    assert lines.code == 4 and [json.loads(line)["number"] for line in lines.out.splitlines()] == list(range(1000))


def test_a_login_that_ends_in_the_middle_of_a_list_of_references(against):
    def answer(request):
        number = int(re.search(r"\d+", request.path).group())
        if number == 4:
            return request.problem(401)
        if number > 20:
            return request.problem(401)
        request.reply(200, task(number, done=True))

    server, todo = against(answer)
    result = todo("done", "1-100")
    assert result.code == 4
    done = [int(number) for number in re.findall(r"^Done (\d+):", result.out, re.M)]
    assert done[:3] == [1, 2, 3] and 4 not in done and done == sorted(done)
    assert "Your login" in result.err and "\nNot done: 4 " in result.err
    assert len(server.requests) < 30
    machine = todo("done", "1-100", "--json")
    tasks, error = json.loads(machine.out), json.loads(machine.err)["error"]
    assert {t["number"] for t in tasks} | {int(r) for r in error["not_done"]} == set(range(1, 101))
    assert not {t["number"] for t in tasks} & {int(r) for r in error["not_done"]}


def test_one_slow_answer_holds_the_others_back(against):
    """It may be the one after which nothing more is to be sent."""
    many, ahead = threading.Event(), []

    def answer(request):
        number = int(re.search(r"\d+", request.path).group())
        if number == 1:
            many.wait(1)
            ahead.append(len(server.requests))
        elif len(server.requests) > 40:
            many.set()
        request.reply(200, task(number, done=True))

    server, todo = against(answer)
    result = todo("done", "1-100")
    assert result.code == 0 and len(result.out.splitlines()) == 100
    assert ahead[0] <= 16


def test_the_worst_of_several_failures_counts(against):
    statuses = {1: 200, 2: 404, 3: 409, 4: 500}

    def answer(request):
        number = int(re.search(r"\d+", request.path).group())
        status = statuses[number]
        request.reply(200, task(number)) if status == 200 else request.problem(status)

    _, todo = against(answer)
    for references, code in ((["1"], 0), (["1", "2"], 3), (["1-3"], 5), (["4", "2"], 3), (["4", "1"], 1), (["2-4"], 5)):
        result = todo("done", *references)
        assert result.code == code, result
        assert result.err.count("todo: ") == sum(1 for n in statuses if statuses[n] != 200 and str(n) in expand(references))


def expand(references):
    parts = [reference.split("-") for reference in references]
    return {str(n) for part in parts for n in range(int(part[0]), int(part[-1]) + 1)}


def test_a_write_that_lost_its_answer_is_sent_again_with_the_same_id(against):
    ids = []

    def answer(request):
        ids.append(request.body["id"])
        request.raw(b"") if len(ids) == 1 else request.reply(201, task(1, id=request.body["id"]))

    _, todo = against(answer)
    assert todo.ok("add", "Once", "only") == "Added 1: Task 1\n"
    assert len(ids) == 2 and ids[0] == ids[1]


def test_verbose_shows_attempts_and_no_secret(against):
    answers = iter([503, 200])

    def answer(request):
        status = next(answers)
        request.reply(200, []) if status == 200 else request.problem(503)

    _, todo = against(answer)
    result = todo("ls", "--verbose", env={"TODO_TOKEN": "s3cret-token"})
    assert result.code == 0 and "s3cret-token" not in result.err
    assert re.search(r"^> GET /api/v1/tasks\?limit=1000 -> 503 in \d+ ms", result.err, re.M), result.err
    assert re.search(r"-> 200 in \d+ ms", result.err)


def test_watch_goes_on_behind_what_it_has_seen(against):
    seen = []

    def event(number):
        body = {"event_id": f"01890000-0000-7000-8000-{number:012}", "type": "task.completed", "occurred_at": "2026-11-21T12:00:00Z",
                "user_id": "01890000-0000-7000-8000-000000000000", "task_id": "01890000-0000-7000-8000-000000000001"}
        return f"id: 1-{number}\ndata: {json.dumps(body)}\n\n"

    def answer(request):
        seen.append(request.headers.get("Last-Event-ID"))
        if len(seen) == 3:
            return request.problem(401)
        number = len(seen)
        head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
        # The last event breaks off in its middle: it was not told.
        request.raw((head + event(number) + event(number + 1)[:40]).encode())

    _, todo = against(answer)
    result = todo("watch", "--json=cursor", "--since", "1-0")
    assert result.code == 4
    assert [json.loads(line)["cursor"] for line in result.out.splitlines()] == ["1-1", "1-2"]
    assert seen == ["1-0", "1-1", "1-2"]
