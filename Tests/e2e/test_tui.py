"""todo-tui in a real terminal, against the real backend: what people see and can do."""

import os
import signal
import subprocess
import termios
import time
import uuid

import pexpect
import pyte
import pytest
from conftest import PASSWORD, tasks_of
from waiting import DEADLINE

UP, DOWN, ESC, ENTER, TAB, F2 = "\x1b[A", "\x1b[B", "\x1b", "\r", "\t", "\x1bOQ"
CTRL_C, CTRL_U = "\x03", "\x15"


class Screen:
    """The program in a terminal of so many columns and rows. What it draws is in `lines`."""

    def __init__(self, program, environment, columns=80, rows=24, arguments=()):
        # pyte is no xterm: as `screen` it is spoken to in sequences that it knows.
        self.child = pexpect.spawn(
            program, list(arguments), env=environment | {"TERM": "screen"}, dimensions=(rows, columns), timeout=DEADLINE)
        # What sends keys here waits for what it wants to see first.
        self.child.delaybeforesend = None
        self.picture = pyte.Screen(columns, rows)
        self.stream = pyte.ByteStream(self.picture)
        self.output = b""

    @property
    def lines(self):
        return [line.rstrip() for line in self.picture.display]

    @property
    def text(self):
        return "\n".join(self.lines)

    def line(self, part):
        """The first line with this text; empty when there is none."""
        return next((line for line in self.lines if part in line), "")

    def wait(self, condition):
        """Reads what the program draws until the condition (a text, or a function of this) holds."""
        holds = (lambda screen: condition in screen.text) if isinstance(condition, str) else condition
        end = time.monotonic() + DEADLINE
        while not holds(self):
            try:
                output = self.child.read_nonblocking(65536, timeout=max(0, end - time.monotonic()))
            except (pexpect.TIMEOUT, pexpect.EOF) as error:
                raise AssertionError(f"waited for {condition!r}, {type(error).__name__}; the screen:\n{self.text}") from None
            self.output += output
            self.stream.feed(output)
        return self

    def gone(self, text):
        return self.wait(lambda screen: text not in screen.text)

    def type(self, *keys):
        for key in keys:
            self.child.send(key)
        return self

    def add(self, title):
        """Adds a task, and waits until the server has it."""
        self.type("a").wait("New task:").type(title, ENTER)
        return self.wait(lambda screen: any("Added" in line and title in line for line in screen.lines))

    def resize(self, columns, rows):
        self.picture.resize(rows, columns)
        self.child.setwinsize(rows, columns)
        return self

    def end(self):
        """Waits for the program's end. Gives its exit code, negative for a signal."""
        while True:
            try:
                self.output += self.child.read_nonblocking(65536, timeout=DEADLINE)
            except pexpect.EOF:
                break
        self.child.wait()
        return self.child.exitstatus if self.child.signalstatus is None else -self.child.signalstatus

    def assert_restored(self):
        """The shell's screen is back, with a cursor, and the keys are the shell's again."""
        assert self.output.count(b"\x1b[?1049h") == self.output.count(b"\x1b[?1049l") == 1
        assert self.output.rindex(b"\x1b[?1049l") > self.output.rindex(b"\x1b[?25l")
        assert self.output.rindex(b"\x1b[34h\x1b[?25h") > self.output.rindex(b"\x1b[?25l")
        flags = termios.ICANON | termios.ECHO | termios.ISIG
        assert termios.tcgetattr(self.child.child_fd)[3] & flags == flags


@pytest.fixture
def start_tui(tui_binary, client_environment):
    """Starts the program: `start_tui(columns=80, rows=24, **environment)`."""
    started = []

    def start(columns=80, rows=24, **environment):
        screen = Screen(tui_binary, client_environment | environment, columns, rows)
        started.append(screen)
        return screen

    yield start
    for screen in started:
        screen.child.close(force=True)


def test_a_new_user_from_the_first_start_to_the_last_task(start_tui, todo):
    email = f"tui-{uuid.uuid4().hex[:12]}@example.org"
    screen = start_tui().wait("Sign in, or make an account.")
    screen.type(F2).wait("New account").type(email, ENTER, PASSWORD).wait("•" * len(PASSWORD))
    screen.type(TAB, PASSWORD, ENTER).wait("Your account is ready.").wait("Nothing to do.")
    assert PASSWORD.encode() not in screen.output

    for title in ("Buy milk and bread", "读书：三体 📚", "Call the dentist"):
        screen.add(title)
    screen.wait(lambda s: [line.strip(" >") for line in s.lines[2:5]] == [
        "3 [ ] Call the dentist", "2 [ ] 读书：三体 📚", "1 [ ] Buy milk and bread"])
    screen.wait(lambda s: "3 open, 0 done" in s.lines[0] and email in s.lines[0])

    screen.type(DOWN).wait(lambda s: s.line("读书").startswith(">")).type(" ").wait("Done: 读书：三体 📚")
    screen.wait("2 [x] 读书：三体 📚").wait("2 open, 1 done")

    screen.resize(50, 12).wait(lambda s: "1 done" in s.lines[0] and len(s.line("1 done")) == 49)
    screen.wait("[x] 读书：三体 📚")
    screen.resize(80, 24).wait(lambda s: len(s.line("1 done")) == 79)

    screen.type("r").wait("── Done ─")
    screen.type("q")
    assert screen.end() == 0
    screen.assert_restored()
    # The command line sees the same tasks, with the login that was made here.
    open_tasks = {task["title"] for task in tasks_of(todo) if not task["done"]}
    assert open_tasks == {"Buy milk and bread", "Call the dentist"}


def test_a_known_user_sees_deletes_and_filters(start_tui, user):
    for title in ("Water the plants", "Pay the rent", "Write to Zoë"):
        user.todo.ok("add", title)
    screen = start_tui().wait("3 open, 0 done")
    screen.type("/rent").wait("1 of 3").gone("plants").type(ENTER).wait("show all")
    screen.type("x").wait("Delete “Pay the rent”?").type("n").wait("Nothing was deleted.")
    screen.type("x").wait("Delete “Pay the rent”?").type("y").wait("Deleted: Pay the rent")
    screen.type(ESC).wait("No task contains").type(ESC).wait("Water the plants")
    screen.type("?").wait("quit at once").type(ESC).gone("quit at once").type("q")
    assert screen.end() == 0
    assert sorted(task["title"] for task in tasks_of(user.todo)) == ["Water the plants", "Write to Zoë"]


def test_what_others_change_comes_with_a_refresh(start_tui, user):
    user.todo.ok("add", "One")
    screen = start_tui().wait("1 open, 0 done")
    user.todo.ok("add", "Two")
    screen.type("r").wait("2 open, 0 done").wait("Two")
    # The cursor stays on its task.
    screen.wait(lambda s: s.line("One").startswith(">"))


def test_a_wrong_password_is_told(start_tui, user, tmp_path):
    screen = start_tui(XDG_STATE_HOME=str(tmp_path / "elsewhere")).wait("Sign in, or make")
    screen.type(user.email, ENTER, "wrong password", ENTER).wait("The email or the password is wrong.")
    screen.type(PASSWORD, ENTER).wait("Nothing to do.")


def test_a_token_that_is_refused_leads_to_the_form(start_tui):
    start_tui(TODO_TOKEN="not.a.token").wait("Please sign in again.")


def test_without_a_server_it_says_so(start_tui, user):
    screen = start_tui(TODO_URL="http://127.0.0.1:1", TODO_TOKEN="any").wait("Can't reach").wait("server away")
    screen.type("r").wait("Press r to try again.").type("q")
    assert screen.end() == 0
    screen.assert_restored()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGSEGV])
def test_a_signal_leaves_the_terminal_as_it_was(start_tui, user, number):
    screen = start_tui().wait("Nothing to do.")
    os.kill(screen.child.pid, number)
    assert screen.end() == -number
    screen.assert_restored()


def test_ctrl_z_goes_to_the_shell_and_fg_comes_back(tui_binary, client_environment, user):
    shell = Screen("/bin/bash", client_environment | {"PS1": "shell> "}, arguments=["--norc", "--noprofile", "-i"])
    shell.wait("shell>").type(f"{tui_binary}{ENTER}").wait("Nothing to do.").type("\x1a").wait("Stopped")
    shell.type(f"stty -a | tr ' ' '\\n' | grep -x icanon{ENTER}").wait(lambda s: "icanon" in s.lines)
    shell.type(f"fg{ENTER}").gone("icanon").wait("Nothing to do.").type("q").wait(lambda s: s.lines[-1].startswith("shell>"))
    shell.child.close(force=True)


def test_ctrl_c_quits_from_an_input(start_tui, user):
    screen = start_tui().wait("Nothing to do.").type("a").wait("New task:").type("half a title", CTRL_C)
    assert screen.end() == 0
    screen.assert_restored()


@pytest.mark.parametrize(("term", "words"), [("dumb", "can't place the cursor"), ("no-such-thing", "is not known here")])
def test_a_terminal_that_can_not_do_it_is_refused(tui_binary, client_environment, term, words):
    child = pexpect.spawn(tui_binary, env=client_environment | {"TERM": term}, encoding="utf-8", timeout=DEADLINE)
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 2
    assert words in child.before and child.before.count("\n") <= 2


def test_without_a_terminal_it_is_one_line_and_code_2(tui_binary, client_environment):
    process = subprocess.run(
        [tui_binary], env=client_environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=DEADLINE)
    assert process.returncode == 2 and process.stdout == ""
    assert process.stderr.count("\n") == 1 and "needs a terminal" in process.stderr
