"""The program `todo` against the real backend: what each command does, prints and ends with."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys

import jsonschema_rs
import pytest
from conftest import BIN, PASSWORD, ROOT, tasks_of
from waiting import DEADLINE

SCHEMA = json.loads((ROOT / "docs" / "schema" / "cli.schema.json").read_text())


def checked(text, name):
    """JSON that a command printed, after a look whether it is what the schema calls so."""
    document = json.loads(text)
    jsonschema_rs.Draft202012Validator({"$defs": SCHEMA["$defs"], "$ref": f"#/$defs/{name}"}).validate(document)
    return document


def test_the_schema_is_one():
    jsonschema_rs.meta.validate(SCHEMA)


def test_the_json_of_every_command_keeps_the_schema(user, tmp_path):
    todo = user.todo

    def of(name, *arguments, **options):
        return checked(todo.ok(*arguments, "--json", **options), name)

    of("list", "lists", "add", "HOME", "The", "house")
    of("task", "add", "Pay rent due:fri p:high +home @work", "--notes", "n")
    of("tasks", "add", "-", stdin="one\ntwo due:tomorrow\n")
    of("tasks", "done", "1", "HOME-1")
    of("tasks", "ls")
    of("task", "show", "HOME-1")
    of("task", "edit", "2", "--due", "eom", "--tag", "x")
    of("tasks", "undone", "1-2")
    of("tasks", "rm", "1", "--yes")
    of("tasks", "ls", "--deleted")
    of("tasks", "restore", "1")
    of("lists", "lists")
    of("list", "lists", "rename", "HOME", "Haus", "--key", "HAUS")
    assert len(of("stats", "stats")["done_per_day"]) == 366
    of("digest", "digest")
    of("version", "version")
    for command in (["whoami"], ["account"], ["account", "time-zone", "Europe/Berlin"], ["account", "digest", "off"]):
        of("account", *command)
    for arguments in (["done", "1"], ["undone", "1"], ["rm", "1"]):
        of("requests", *arguments, "--dry-run")
    for arguments in (
            ["add", "x"], ["edit", "1", "-p", "1"], ["lists", "add", "NEW"], ["lists", "rm", "HAUS"], ["lists", "rename", "HAUS", "x"],
            ["account", "digest", "on"], ["account", "delete"]):
        of("request", *arguments, "--dry-run")
    of("list", "lists", "rm", "HAUS", "--move", "--yes")
    file = tmp_path / "tasks.json"
    file.write_text('[{"title": "Imported"}]')
    of("import", "import", str(file))
    of("account", "account", "password", "--password-stdin", stdin=f"{PASSWORD}\nanother passw0rd\n")
    of("logout", "logout")
    failed = todo("whoami", "--json")
    assert checked(failed.err, "error")["error"]["exit_status"] == failed.code == 4
    of("login", "login", user.email, "--password-stdin", stdin="another passw0rd\n")
    of("deletion", "account", "delete", "--yes")
    assert todo("whoami").code == 4


def test_errors_in_json_keep_the_schema(user):
    todo = user.todo
    for arguments, code in (
            (["show", "99"], 3), (["nonsense"], 2), (["add"], 2), (["ls", "--json=x"], 2), (["lists", "add", "1"], 2),
            (["add", "x", "+nix"], 3), (["account", "time-zone", "Mars/Olympus"], 1)):
        result = todo(*arguments, "--json")
        assert result.code == code and result.out == "", result
        assert checked(result.err, "error")["error"]["exit_status"] == code
    todo.ok("lists", "add", "WEB")
    assert todo("lists", "add", "WEB").code == 5


def test_many_tasks_at_once(user):
    todo = user.todo
    out = todo.ok("add", "-", stdin="".join(f"Task {n} @t{n % 3}\n\n" for n in range(1, 101)))
    # The lines' order is that of the numbers.
    assert [line.split(" (")[0] for line in out.splitlines()] == [f"Added {n}: Task {n}" for n in range(1, 101)]
    titles = {task["reference"]: task["title"] for task in tasks_of(todo)}
    result = todo("done", *titles, "200-202", "1", "--quiet")
    assert result.code == 3 and result.out.split() == list(titles) and result.err.count("There is no task") == 3
    assert todo.ok("ls", "--open", "--quiet") == ""
    assert len(json.loads(todo.ok("ls", "--json=id", "--tag", "t0"))) == 33


def test_quick_add_options_and_sorting(user):
    todo = user.todo
    for title, due in (("b", "2030-01-02"), ("a", "2030-01-01"), ("c", "2030-01-03")):
        todo.ok("add", f"{title} due:{due}")
    titles = [json.loads(line)["title"] for line in todo.ok("ls", "--sort", "-due", "--ndjson").splitlines()]
    assert titles == ["c", "b", "a"]
    assert json.loads(todo.ok("ls", "--sort", "title", "--limit", "2", "--json=title")) == [{"title": "a"}, {"title": "b"}]
    assert todo("add", "x due:frx").code == 2
    assert todo.ok("add", "--raw", "C++ due:frx", "--quiet") == "4\n"
    assert todo.ok("ls", "--overdue", "--quiet") == ""


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_watch_tells_changes_and_ends_by_the_signal(user, number, code):
    todo = user.todo
    cursor = None
    for since in (False, True):
        arguments = ["watch", "--json", "--verbose"] + (["--since", cursor] if since else [])
        watch = subprocess.Popen(
            [BIN / "todo", *arguments], env=todo.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            if not since:
                assert "/events -> 200" in watch.stderr.readline()
                todo.ok("add", "First")
                todo.ok("add", "Second")
                first = checked(watch.stdout.readline(), "change")
                cursor = first["cursor"]
                assert first["event"]["title"] == "First"
            second = checked(watch.stdout.readline(), "change")
            assert second["kind"] == "event" and second["event"]["title"] == "Second"
        finally:
            watch.send_signal(number)
            # By the signal itself: a shell shows 128 and the number.
            assert watch.wait(DEADLINE) == -number and code == 128 + number
            watch.stdout.close()
            watch.stderr.close()


def test_watch_for_people(user):
    todo = user.todo
    todo.ok("add", "Buy milk")
    watch = subprocess.Popen(
        [BIN / "todo", "watch", "--verbose"], env=todo.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert "/events -> 200" in watch.stderr.readline()
        todo.ok("done", "1")
        assert re.fullmatch(r"\d\d:\d\d  Done 1: Buy milk\n", watch.stdout.readline())
        todo.ok("edit", "1", "--title", "Buy oat milk")
        assert watch.stdout.readline().endswith("  Changed 1: Buy oat milk (title)\n")
    finally:
        watch.terminate()
        watch.wait(DEADLINE)
        watch.stdout.close()
        watch.stderr.close()


def test_the_password_is_changed(user):
    todo = user.todo
    wrong = todo("account", "password", "--password-stdin", stdin="not it at all\nnew passw0rd\n")
    assert wrong.code == 1 and wrong.err == "todo: The old password is wrong. Nothing was changed.\n"
    todo.ok("account", "password", "--password-stdin", stdin=f"{PASSWORD}\nnew passw0rd\n")
    assert todo("login", user.email, "--password-stdin", stdin=f"{PASSWORD}\n").code == 4
    todo.ok("login", user.email, "--password-stdin", stdin="new passw0rd\n")


def test_tui_is_the_program_beside_it(todo, tmp_path):
    result = todo("tui", "--", "--help")
    assert result.code == 0 and "todo-tui" in result.out
    alone = tmp_path / "todo"
    shutil.copy(BIN / "todo", alone)
    missing = subprocess.run([alone, "tui"], env=todo.environment | {"PATH": "/nonexistent"}, capture_output=True, text=True)
    assert missing.returncode == 1 and "Can't start todo-tui" in missing.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts_are_good_shell(todo, shell, tmp_path):
    script = tmp_path / "script"
    script.write_text(todo.ok("completion", shell))
    if shutil.which(shell):
        subprocess.run([shell, "-n", script], check=True)
    assert "time-zone" in script.read_text()


def test_bash_completes_commands_and_options(todo, tmp_path):
    script = tmp_path / "todo.bash"
    script.write_text(todo.ok("completion", "bash"))
    ask = (f'source {script}; COMP_WORDS=(todo "$@"); COMP_CWORD=$#; COMP_LINE="todo $*"; COMP_POINT=${{#COMP_LINE}}; '
           '_todo todo "${COMP_WORDS[COMP_CWORD]}" ""; printf "%s\\n" "${COMPREPLY[@]}"')

    def completions(*words):
        out = subprocess.run(["bash", "-c", ask, "bash", *words], env=todo.environment, capture_output=True, text=True).stdout
        return {line.strip() for line in out.splitlines()}

    assert completions("re") == {"register", "restore"}
    assert "--due-before" in completions("ls", "--due")


def test_the_man_pages_are_up_to_date():
    script = ROOT / "scripts" / "man.py"
    result = subprocess.run([sys.executable, script, BIN / "todo", "--check"], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    pages = [ROOT / "docs" / "man" / name for name in ("todo.1", "todo-config.5")]
    if shutil.which("mandoc"):
        lint = subprocess.run(["mandoc", "-Tlint", *pages], capture_output=True, text=True)
        assert lint.stdout == "" and lint.returncode == 0
    page = pages[0].read_text()
    for command in ("add", "ls", "watch", "import", "export", "lists rename", "account time\\-zone", "completion", "tui"):
        assert f".SS todo {command}\n" in page


def test_a_closed_pipe_is_no_error(user):
    user.todo.ok("add", "-", stdin="".join(f"Task {n}\n" for n in range(300)))
    command = f"set -o pipefail; {BIN / 'todo'} ls --ndjson | head -n 1"
    result = subprocess.run(["bash", "-c", command], env=user.todo.environment, capture_output=True, text=True)
    assert result.returncode == 0 and result.stderr == "" and json.loads(result.stdout)


def test_a_full_disk_is_an_error(user):
    user.todo.ok("add", "x")
    with open("/dev/full", "w") as full:
        result = subprocess.run([BIN / "todo", "ls"], env=user.todo.environment, stdout=full, stderr=subprocess.PIPE, text=True)
    assert result.returncode == 1 and "Can't write the output: No space left on device." in result.stderr


def test_it_needs_no_home(backend):
    environment = {"PATH": os.environ["PATH"], "TODO_URL": backend.url}
    result = subprocess.run([BIN / "todo", "ls"], env=environment, capture_output=True, text=True)
    assert result.returncode == 4 and "todo login" in result.stderr
