"""What the end-to-end tests share: the real programs, started, driven and ended as a person would.

No test sleeps: each wait is for a signal (a line, a file, a process's end, a message) and has a deadline.
"""

import json
import os
import pathlib
import subprocess
import tempfile
import types
import uuid

import pytest

import kafka
from backend import Backend, free_port
from waiting import DEADLINE

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("TODO_BIN_DIR", ROOT / ".build" / "release")).resolve()
PASSWORD = "correct horse battery"


def pytest_sessionstart(session):
    missing = [name for name in ("todo", "todo-tui", "todo-backend") if not os.access(BIN / name, os.X_OK)]
    if missing and not session.config.option.collectonly:
        pytest.exit(f"not built: {', '.join(missing)} in {BIN}. Run make build, or set TODO_BIN_DIR.", returncode=2)


@pytest.fixture(scope="session")
def tui_binary():
    """The path of the program todo-tui."""
    return str(BIN / "todo-tui")


@pytest.fixture(scope="session")
def backend_binary():
    """The path of the program todo-backend."""
    return str(BIN / "todo-backend")


@pytest.fixture(scope="session")
def _folders():
    with tempfile.TemporaryDirectory(prefix="todo-e2e-") as folder:
        yield pathlib.Path(folder)


@pytest.fixture(scope="session")
def start_backend(backend_binary, _folders):
    """Starts a `todo-backend dev` of one's own; it is ended with the session at the latest.

    `start_backend(data=None, port=None, env={})` returns a Backend that answers.
    """
    started = []

    def start(data=None, port=None, env=None):
        data = data or _folders / uuid.uuid4().hex
        backend = Backend(backend_binary, data, port or free_port(), env or {})
        started.append(backend)
        return backend.start()

    yield start
    for backend in started:
        backend.stop()


@pytest.fixture(scope="session")
def backend(start_backend):
    """One `todo-backend dev` for all tests that only use it. Don't end it: take `start_backend` for that."""
    return start_backend()


@pytest.fixture
def home(tmp_path):
    """A home folder of its own, for the clients."""
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def client_environment(backend, home):
    """The whole environment of a client: this backend, this home, and nothing of who runs the tests."""
    return environment_of_client(backend.url, home)


def environment_of_client(url, home):
    return {
        "PATH": f"{BIN}:/usr/bin:/bin",
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_STATE_HOME": str(home / "state"),
        "XDG_CACHE_HOME": str(home / "cache"),
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
        "TODO_URL": url,
    }


@pytest.fixture
def todo(client_environment):
    """Runs the program `todo`: `code, out, err = todo("add", "Buy milk")`; `stdin` and `env` are optional."""
    return cli(client_environment)


def cli(environment):
    def todo(*arguments, stdin="", env=None):
        process = subprocess.run(
            [BIN / "todo", *arguments], input=stdin, env=environment | (env or {}), text=True, capture_output=True,
            timeout=DEADLINE,
        )
        return types.SimpleNamespace(code=process.returncode, out=process.stdout, err=process.stderr)

    def ok(*arguments, **options):
        """The same, where nothing may go wrong: gives what it printed."""
        result = todo(*arguments, **options)
        assert result.code == 0, f"todo {' '.join(arguments)}: {result}"
        return result.out

    todo.ok = ok
    todo.environment = environment
    return todo


@pytest.fixture
def user(todo):
    """A fresh account, in which `todo` is logged in: `.email`, `.password`, `.todo`."""
    return register(todo)


def register(todo):
    email = f"e2e-{uuid.uuid4().hex}@example.org"
    todo.ok("register", email, "--password-stdin", stdin=PASSWORD + "\n")
    return types.SimpleNamespace(email=email, password=PASSWORD, todo=todo)


@pytest.fixture
def kcat(backend):
    """What kcat sees at this backend's broker: see kafka.Broker."""
    return kafka.Broker(backend.kafka)


def tasks_of(todo):
    return json.loads(todo.ok("ls", "--json"))
