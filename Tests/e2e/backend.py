"""A running `todo-backend dev`."""

import contextlib
import fcntl
import json
import os
import pathlib
import signal
import socket
import subprocess
import threading
import types

from waiting import DEADLINE, process_end


def free_port():
    """A port of the loopback that nobody has now."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def environment_of_backend(**more):
    """The environment for the backend: no setting of who runs the tests. All accounts of all tests come from one address."""
    limits = {"LOGIN_RATE_LIMIT": "off", "REGISTER_RATE_LIMIT": "off"}
    return {"PATH": os.environ["PATH"], "HOME": "/", "LANG": "C.UTF-8"} | limits | more


def try_to_start(binary, data, port, **environment):
    """Starts it where it can't start: `.code`, `.out`, `.err`."""
    process = subprocess.run(
        [binary, "dev", "--data", str(data), "--port", str(port)], env=environment_of_backend(**environment),
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=DEADLINE,
    )
    return types.SimpleNamespace(code=process.returncode, out=process.stdout, err=process.stderr)


class Backend:
    """`url`, `kafka`, `database_url`, `maildir`, `pid` are those of dev.json; `data` and `port` those it was given."""

    def __init__(self, binary, data, port, env):
        self.data = pathlib.Path(data)
        self.port = port
        self._command = [binary, "dev", "--data", str(data), "--port", str(port)]
        self._environment = environment_of_backend(**env)
        self._process = None
        self._ready = threading.Event()
        self.lines = []
        self._log = pathlib.Path(f"{data}.stderr")

    def errors(self):
        """All that it wrote to stderr, in all its runs."""
        return self._log.read_text()

    def start(self):
        """Starts it and returns when everything answers."""
        with self._log.open("ab") as errors:
            self._process = subprocess.Popen(
                self._command, env=self._environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors,
                text=True, start_new_session=True,
            )
        self.lines = []
        self._ready = threading.Event()
        threading.Thread(target=self._read, args=(self._process, self._ready, self.lines), daemon=True).start()
        is_ready = self._ready.wait(DEADLINE * 2)
        if not is_ready or self._process.poll() is not None or not (self.data / "dev.json").exists():
            self.kill9()
            raise AssertionError(f"todo-backend dev did not become ready: {self.lines}\n{self.errors()}")
        for name, value in json.loads((self.data / "dev.json").read_text()).items():
            setattr(self, name, value)
        return self

    @staticmethod
    def _read(process, ready, lines):
        for line in process.stdout:
            lines.append(line.rstrip("\n"))
            if "ready" in line:
                ready.set()
        # Nothing more will come: whoever waits shall see the end.
        ready.set()

    @property
    def postgres_pid(self):
        """The main process of the private PostgreSQL."""
        return int((self.data / "postgres" / "postmaster.pid").read_text().split("\n")[0])

    def interrupt(self):
        """Ctrl-C; gives the exit code."""
        self._process.send_signal(signal.SIGINT)
        return self._process.wait(DEADLINE)

    def terminate(self):
        """SIGTERM, as a service manager sends it. Doesn't wait: see `end`."""
        self._process.terminate()

    def end(self, seconds=DEADLINE):
        """Waits until the process has ended by itself; gives the exit code."""
        return self._process.wait(seconds)

    def kill9(self):
        """The hard end, of the backend's process alone."""
        self._process.kill()
        self._process.wait(DEADLINE)

    def restart(self):
        """Ends it where it runs, and starts it again on the same data and port."""
        self.stop()
        return self.start()

    def stop(self):
        """Ends it cleanly where it runs."""
        if self._process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                self.interrupt()

    def is_all_gone(self):
        """Whether no process of it is left: each holds one of these locks."""
        return all(self._is_free(self.data / name) for name in ("lock", "postgres.lock"))

    @staticmethod
    def _is_free(path):
        with path.open() as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True

    def sql(self, text):
        """The rows that the statement gives: tuples of strings."""
        process = subprocess.run(
            ["psql", "-XAtq", "-F", "\x1f", "-v", "ON_ERROR_STOP=1", "-d", self.database_url, "-c", text],
            capture_output=True, text=True, timeout=DEADLINE,
        )
        assert process.returncode == 0, process.stderr
        return [tuple(line.split("\x1f")) for line in process.stdout.splitlines()]

    def run(self, *arguments, env=None):
        """Runs another role of the program against this one's database and broker; gives what it printed."""
        environment = environment_of_backend(DATABASE_URL=self.database_url, KAFKA_BOOTSTRAP_SERVERS=self.kafka)
        process = subprocess.run(
            [self._command[0], *arguments], env=environment | (env or {}), stdin=subprocess.DEVNULL, capture_output=True,
            text=True, timeout=DEADLINE,
        )
        assert process.returncode == 0, process.stderr
        return process.stdout

    def wait_for_postgres_end(self, pid):
        process_end(pid)
