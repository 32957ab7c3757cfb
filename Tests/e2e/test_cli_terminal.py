"""The program `todo` on a terminal: colours, widths and questions; and without one none of these."""

import pexpect
import pytest
from conftest import BIN, PASSWORD
from waiting import DEADLINE


@pytest.fixture
def terminal(user):
    """`terminal("ls", columns=60)` runs a command on a terminal: gives the spawned child."""
    children = []

    def run(*arguments, columns=60, **environment):
        child = pexpect.spawn(
            str(BIN / "todo"), list(arguments), env=user.todo.environment | environment, dimensions=(24, columns), timeout=DEADLINE,
            encoding="utf-8")
        child.delaybeforesend = None
        children.append(child)
        return child

    yield run
    for child in children:
        child.close(force=True)


def output(child):
    child.expect(pexpect.EOF)
    child.close()
    return child.before.replace("\r\n", "\n"), child.exitstatus


GOLDEN = """\
\x1b[36m4\x1b[0m  [ ] Call 中村さん about …              \x1b[33m!!!\x1b[0m  @work
\x1b[36m3\x1b[0m  [ ] Ship it 👩‍👩‍👧             \x1b[31m2020-01-02\x1b[0m  \x1b[33m!  \x1b[0m  @work
\x1b[36m1\x1b[0m  [ ] Café crème
\x1b[2m2  [x] Done already\x1b[0m
\x1b[2m3 open, 1 done\x1b[0m
"""
PLAIN = """\
4  [ ] Call 中村さん about the long contract              !!!  @work
3  [ ] Ship it 👩‍👩‍👧                             2020-01-02  !    @work
1  [ ] Café crème
2  [x] Done already
"""


@pytest.fixture
def tasks(user):
    user.todo.ok("add", "Cafe\u0301 crème")
    user.todo.ok("add", "Done already")
    user.todo.ok("add", "Ship it 👩‍👩‍👧 due:2020-01-02 p:low @work")
    user.todo.ok("add", "Call 中村さん about the long contract p:high @work")
    user.todo.ok("done", "2")
    return user


def test_a_terminal_gets_colours_and_lines_that_fit(tasks, terminal):
    assert output(terminal("ls", columns=52)) == (GOLDEN.replace("Café", "Cafe\u0301"), 0)


def test_a_pipe_gets_whole_lines(tasks):
    plain = PLAIN.replace("Café", "Cafe\u0301")
    assert tasks.todo.ok("ls") == plain
    assert "\x1b[" in tasks.todo.ok("ls", env={"CLICOLOR_FORCE": "1"})


@pytest.mark.parametrize("variables", [{"NO_COLOR": "1"}, {"TERM": "dumb"}, {"CLICOLOR": "0"}, {"NO_COLOR": "1", "CLICOLOR_FORCE": "1"}])
def test_colours_can_be_refused(tasks, terminal, variables):
    text, code = output(terminal("ls", **variables))
    assert code == 0 and "\x1b" not in text and "3 open, 1 done" in text


def test_rm_asks_and_takes_no_for_an_answer(tasks, terminal):
    child = terminal("rm", "1", "2")
    child.expect_exact("Delete 1: Cafe\u0301 crème? [y/N] ")
    child.sendline("")
    child.expect_exact("Delete 2: Done already? [y/N] ")
    child.sendline("y")
    text, code = output(child)
    assert code == 0 and "Deleted 2: Done already" in text
    assert tasks.todo.ok("ls", "--quiet").split() == ["4", "3", "1"]
    piped = tasks.todo("rm", "1", stdin="y\n")
    assert piped.code == 2 and "--yes" in piped.err


def test_the_account_goes_when_its_address_is_typed(user, terminal):
    child = terminal("account", "delete", columns=200)
    child.expect_exact("Type the email address: ")
    child.sendline("somebody@else.org")
    assert output(child)[1] == 2
    child = terminal("account", "delete", columns=200)
    child.expect_exact("Type the email address: ")
    child.sendline(user.email)
    assert output(child)[1] == 0
    assert user.todo("whoami").code == 4


def test_a_new_password_is_asked_for_twice(user, terminal):
    child = terminal("account", "password")
    for prompt, answer in (("Old password: ", PASSWORD), ("New password: ", "new passw0rd"), ("The same again: ", "new passw0rd")):
        child.expect_exact(prompt)
        child.waitnoecho(DEADLINE)
        child.sendline(answer)
    text, code = output(child)
    assert code == 0 and "The password is changed." in text and "passw0rd" not in text
    child = terminal("account", "password")
    child.expect_exact("Old password: ")
    child.waitnoecho(DEADLINE)
    child.send("\x03")
    assert output(child)[1] == 130


def test_lines_typed_at_a_terminal_are_added_one_by_one(user, terminal):
    child = terminal("add", "-")
    child.sendline("First @x")
    child.expect_exact("Added 1: First (tag @x)")
    child.sendline("Second")
    child.expect_exact("Added 2: Second")
    child.sendeof()
    assert output(child)[1] == 0


@pytest.mark.parametrize("columns", [20, 40, 80, 132])
def test_stats_fit_the_terminal(tasks, terminal, columns):
    text, code = output(terminal("stats", columns=columns, NO_COLOR="1"))
    assert code == 0 and "open" in text and "█" in text
    assert all(len(line) <= columns for line in text.splitlines() if "┤" in line or "┼" in line or "│" in line)


def test_did_you_mean(todo):
    result = todo("dnoe", "3")
    assert result.code == 2 and result.err == "todo: There is no command todo dnoe.\nDid you mean: todo done\n"
