"""A todo-tui in a real terminal, for the tests that drive it."""

import os
import termios
import time

import pexpect
import pyte
from waiting import DEADLINE

UP, DOWN, ESC, ENTER, TAB, F2 = "\x1b[A", "\x1b[B", "\x1b", "\r", "\t", "\x1bOQ"
CTRL_C, CTRL_R, CTRL_U, CTRL_Z = "\x03", "\x12", "\x15", "\x1a"


class Screen:
    """The program in a terminal of so many columns and rows. What it draws is in `lines`."""

    def __init__(self, program, environment, columns=80, rows=24, arguments=(), term="screen"):
        # pyte is no xterm: as `screen` it is spoken to in sequences that it knows.
        self.child = pexpect.spawn(
            program, list(arguments), env=environment | {"TERM": term}, dimensions=(rows, columns), timeout=DEADLINE)
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
        self.type("a").wait("New task").type(title, ENTER)
        return self.wait(lambda screen: any("Added" in line and title[:20] in line for line in screen.lines))

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
        assert self.output.count(b"\x1b[?1049h") == self.output.count(b"\x1b[?1049l") >= 1
        assert self.output.rindex(b"\x1b[?1049l") > self.output.rindex(b"\x1b[?25l")
        assert self.output.rindex(b"\x1b[34h\x1b[?25h") > self.output.rindex(b"\x1b[?25l")
        assert termios.tcgetattr(self.child.child_fd) == fresh_settings()
        # The mouse and the marking of pasted text are off again.
        for mode in (b"1000", b"1006", b"2004"):
            assert self.output.rindex(b"\x1b[?" + mode + b"l") > self.output.rindex(b"\x1b[?" + mode + b"h")


def fresh_settings():
    """The settings of a terminal in which nothing has run yet."""
    descriptors = os.openpty()
    try:
        return termios.tcgetattr(descriptors[1])
    finally:
        for descriptor in descriptors:
            os.close(descriptor)
