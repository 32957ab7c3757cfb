"""Bad input on the path: each has its code, and one or two lines that say what to do."""

import os
import socket
import uuid

import pytest
from backend import free_port, try_to_start
from conftest import PASSWORD
from waiting import process_end

FAILED, USAGE, NOT_FOUND, LOGIN, CONFLICT, UNREACHABLE = 1, 2, 3, 4, 5, 6


def check(result, code, *words):
    """The code, nothing on stdout, and each of the words in at most a few lines for people."""
    assert result.code == code, result
    assert result.out == ""
    for word in words:
        assert word.lower() in result.err.lower(), result.err
    assert 1 <= len(result.err.strip().splitlines()) <= 5, result.err
    assert "Error(" not in result.err and "Fatal error" not in result.err


def test_wrong_password(user):
    check(user.todo("login", user.email, "--password-stdin", stdin="wrong password\n"), LOGIN, "password")
    # The login that was there before still holds.
    user.todo.ok("ls")


def test_unknown_account(todo):
    result = todo("login", f"{uuid.uuid4().hex}@example.org", "--password-stdin", stdin=PASSWORD + "\n")
    check(result, LOGIN, "password")


def test_no_login(todo):
    check(todo("ls"), LOGIN, "todo login")
    check(todo("add", "Buy milk"), LOGIN, "todo login")


def test_a_bad_token(todo):
    check(todo("ls", env={"TODO_TOKEN": "nonsense"}), LOGIN, "login")


@pytest.mark.parametrize("url", ["http://nowhere.invalid:8080", "http://127.0.0.1:1"])
def test_unknown_host(user, url):
    check(user.todo("ls", env={"TODO_URL": url, "TODO_TOKEN": "x.y.z"}), UNREACHABLE, url.split("//")[1], "TODO_URL")


@pytest.mark.parametrize("title", ["", "   ", "a" * 501, "bell \a"])
def test_a_title_that_is_none(user, title):
    result = user.todo("add", title)
    assert result.code in (FAILED, USAGE)
    check(result, result.code, "title")
    assert user.todo.ok("ls", "--json").strip() == "[]"


def test_an_unknown_task(user):
    check(user.todo("done", "99"), NOT_FOUND, "99")


def test_an_email_that_is_taken(user):
    check(user.todo("register", user.email, "--password-stdin", stdin=PASSWORD + "\n"), CONFLICT, user.email)


@pytest.mark.parametrize(("email", "password", "word"), [
    ("not an address", PASSWORD, "email"),
    ("short@example.org", "short", "password"),
    ("empty@example.org", "", "password"),
])
def test_an_account_that_can_not_be(todo, email, password, word):
    result = todo("register", email, "--password-stdin", stdin=password + "\n")
    assert result.code in (FAILED, USAGE)
    check(result, result.code, word)


@pytest.mark.parametrize("arguments", [["nonsense"], ["add"], ["ls", "--nonsense"], ["done"]])
def test_wrong_usage(user, arguments):
    result = user.todo(*arguments)
    assert result.code == USAGE, result
    assert result.out == ""
    assert "todo" in result.err


def test_a_login_is_kept_for_its_owner_alone(user, home):
    kept = [path for path in (home / "state").rglob("*") if path.is_file()]
    assert kept
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in kept)


def test_a_port_in_use(backend_binary, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        check(try_to_start(backend_binary, tmp_path / "data", port), FAILED, str(port), "--port")


def test_a_second_one_on_the_same_data(backend, backend_binary):
    result = try_to_start(backend_binary, backend.data, free_port())
    check(result, FAILED, str(backend.pid), "--data")
    # It has done no harm.
    assert (backend.data / "dev.json").exists()
    assert backend.sql("SELECT 1") == [("1",)]


@pytest.mark.parametrize("folder", ["/proc/todo", "/dev/null/todo"])
def test_a_data_folder_that_can_not_be_written(backend_binary, folder):
    check(try_to_start(backend_binary, folder, free_port()), FAILED, "/proc" if "proc" in folder else "/dev/null", "--data")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_data_folder_without_permission(backend_binary, tmp_path):
    tmp_path.chmod(0o500)
    check(try_to_start(backend_binary, tmp_path / "data", free_port()), FAILED, str(tmp_path), "Permission denied", "--data")


def test_postgres_is_missing(backend_binary, tmp_path):
    result = try_to_start(backend_binary, tmp_path / "data", free_port(), TODO_POSTGRES_BIN="/nonexistent")
    check(result, FAILED, "PostgreSQL", "/nonexistent", "TODO_POSTGRES_BIN")
    assert not (tmp_path / "data" / "postgres").exists()


def test_the_death_of_postgres_is_told(start_backend):
    backend = start_backend()
    os.kill(backend.postgres_pid, 9)
    process_end(backend.pid)
    assert "PostgreSQL" in backend.errors()
    assert not (backend.data / "dev.json").exists()
