"""A PostgreSQL of one's own, with the life of a server in production: it is stopped and started while others use it."""

import glob
import os
import pathlib
import pwd
import shutil
import subprocess
import tempfile

from backend import free_port
from waiting import DEADLINE


class Cluster:
    def __init__(self):
        self.port = free_port()
        self._folder = pathlib.Path(tempfile.mkdtemp(prefix="todo-cluster-"))
        # PostgreSQL refuses to run as root.
        self._user = "postgres" if os.geteuid() == 0 else None
        if self._user:
            account = pwd.getpwnam(self._user)
            os.chown(self._folder, account.pw_uid, account.pw_gid)
        folders = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda path: int(path.split("/")[4]))
        self._programs = folders[-1] if folders else os.path.dirname(shutil.which("initdb"))
        self._run("initdb", "-D", self._folder / "data", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8")
        with (self._folder / "data" / "postgresql.conf").open("a") as settings:
            settings.write(f"port = {self.port}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = ''\n")
        self._control("start")

    @property
    def url(self):
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    def sql(self, text):
        """The rows that the statement gives: tuples of strings."""
        process = subprocess.run(
            ["psql", "-XAtq", "-F", "\x1f", "-v", "ON_ERROR_STOP=1", "-d", self.url, "-c", text],
            capture_output=True, text=True, timeout=DEADLINE,
        )
        assert process.returncode == 0, process.stderr
        # Not splitlines: PostgreSQL knows one end of a line, Unicode many.
        return [tuple(line.split("\x1f")) for line in process.stdout.split("\n")[:-1]]

    def restart(self, mode):
        """`fast`: sessions are ended; `immediate`: like a crash. Returns when it answers again."""
        self._control("restart", "-m", mode)

    def stop(self, mode="fast"):
        self._control("stop", "-m", mode)

    def start(self):
        self._control("start")

    def remove(self):
        self._control("stop", "-m", "immediate", check=False)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _control(self, *arguments, check=True):
        log = self._folder / "log"
        self._run("pg_ctl", "-D", self._folder / "data", "-l", log, "-w", *arguments, check=check)

    def _run(self, program, *arguments, check=True):
        subprocess.run(
            [f"{self._programs}/{program}", *arguments], user=self._user, cwd="/", stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, timeout=DEADLINE, check=check,
        )
