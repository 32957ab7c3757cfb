"""todo-tui in a real terminal, against the real backend: what people see and can do."""

import os
import signal
import subprocess
import termios
import uuid

import pexpect
import pytest
from conftest import PASSWORD, cli, environment_of_client, register, tasks_of
from tui_screen import CTRL_C, CTRL_R, CTRL_U, CTRL_Z, DOWN, ENTER, ESC, F2, TAB, Screen, fresh_settings
from waiting import DEADLINE


@pytest.fixture
def start_tui(tui_binary, client_environment):
    """Starts the program: `start_tui(columns=80, rows=24, **environment)`."""
    started = []

    def start(columns=80, rows=24, term="screen", **environment):
        screen = Screen(tui_binary, client_environment | environment, columns, rows, term=term)
        started.append(screen)
        return screen

    yield start
    for screen in started:
        screen.child.close(force=True)


def cursor_on(text):
    """Whether the cursor is on the task with this text."""
    return lambda screen: any(">" in line and "] " + text in line.partition(">")[2] for line in screen.lines)


def test_a_new_user_from_the_first_start_to_the_last_task(start_tui, todo):
    email = f"tui-{uuid.uuid4().hex[:12]}@example.org"
    screen = start_tui().wait("Sign in, or make an account.")
    screen.type(F2).wait("New account").type(email, ENTER, PASSWORD).wait("•" * len(PASSWORD))
    screen.type(TAB, PASSWORD, ENTER).wait("Your account is ready.").wait("Nothing to do.").wait("live")
    assert PASSWORD.encode() not in screen.output

    screen.add("Buy milk and bread").add("读书：三体 📚")
    # What quick-add understands is shown while it is typed.
    screen.type("a").wait("New task").type("Call the dentist due:tomorrow p:high @phone").wait("priority high, tag @phone")
    screen.type(ENTER).wait("Added 3").wait("@phone").wait("3 open, 0 done")
    screen.wait(lambda s: [s.line(title) != "" for title in ("3  [ ] Call the", "2  [ ] 读书", "1  [ ] Buy milk")] == [True] * 3)

    screen.type(DOWN).wait(cursor_on("读书")).type(" ").wait("Done: 读书").wait("[x] 读书").wait("2 open, 1 done")
    screen.type("u").wait("Undone").wait("3 open, 0 done").type(CTRL_R).wait("Done again").wait("2 open, 1 done")

    screen.resize(50, 12).wait(lambda s: "1 done" in s.lines[0] and len(s.line("1 done")) == 49)
    screen.wait("[x] 读书：三体 📚")
    screen.resize(120, 40).wait(lambda s: len(s.line("1 done")) == 119).resize(80, 24).wait(lambda s: len(s.line("1 done")) == 79)

    screen.type("r").wait("── Done ─").type("q")
    assert screen.end() == 0
    screen.assert_restored()
    # The command line sees the same tasks, with the login that was made here.
    tasks = {task["title"]: task for task in tasks_of(todo) if not task["done"]}
    assert set(tasks) == {"Buy milk and bread", "Call the dentist"}
    assert (tasks["Call the dentist"]["priority"], tasks["Call the dentist"]["tags"]) == (3, ["phone"])


def test_a_known_user_sees_deletes_and_filters(start_tui, user):
    for title in ("Water the plants", "Pay the rent", "Write to Zoë"):
        user.todo.ok("add", title)
    screen = start_tui().wait("3 open, 0 done").wait("live")
    screen.type("/rent").wait("1 of 3").gone("[ ] Water").type(ENTER).wait("show all")
    screen.type("x").wait("Delete “Pay the rent”?").type("n").wait("Nothing was deleted.")
    screen.type("x").wait("Delete “Pay the rent”?").type("y").wait("Deleted: Pay the rent")
    screen.type(ESC).gone("Deleted: Pay").type(ESC).wait("[ ] Water the plants")
    # What is deleted can be seen and restored.
    screen.type("6").wait("[-] Pay the rent").type("R").wait("Restored: Pay the rent").type("4").wait("[ ] Pay the rent")
    screen.type(":rm 2", ENTER).wait("Deleted: Pay the rent")
    screen.type("?").wait("Moving").type(ESC).gone("Moving").type("q")
    assert screen.end() == 0
    assert sorted(task["title"] for task in tasks_of(user.todo)) == ["Water the plants", "Write to Zoë"]


def test_what_others_change_comes_by_itself(start_tui, user):
    user.todo.ok("add", "One")
    screen = start_tui(columns=120).wait("1 open, 0 done").wait("live")
    user.todo.ok("add", "Two")
    screen.wait("[ ] Two").wait("2 open, 0 done").wait(cursor_on("One"))
    user.todo.ok("edit", "1", "--title", "One and a half")
    # The new title, and in the details what happened.
    screen.wait("[ ] One and a half").wait("title: One → One and a half")
    user.todo.ok("done", "2")
    screen.wait("[x] Two").wait("1 open, 1 done")
    user.todo.ok("rm", "--yes", "2")
    screen.gone("Two").wait("1 open, 0 done")


def test_two_who_edit_the_same_are_asked(start_tui, user):
    user.todo.ok("add", "Lunch")
    screen = start_tui().wait("1 open, 0 done").wait("live").type("e").wait("Title").type(" at noon")
    user.todo.ok("edit", "1", "--title", "Dinner")
    screen.wait("Lunch at noon").type(ENTER).wait("Changed by someone else").wait("Dinner").wait("Lunch at noon")
    screen.type("m").wait("Changed: Lunch at noon").gone("by someone else")
    assert [task["title"] for task in tasks_of(user.todo)] == ["Lunch at noon"]
    # Several edits in a row of one's own are no conflict.
    screen.type("e").wait("Title").type(CTRL_U, "Tea", ENTER, "e", CTRL_U, "Cake", ENTER, "p3").wait("Priority high: Cake")
    assert [(task["title"], task["priority"]) for task in tasks_of(user.todo)] == [("Cake", 3)]


def test_notes_in_the_users_own_editor(start_tui, user, tmp_path):
    user.todo.ok("add", "Lunch", "--notes", "With Ann")
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\nstty -a | grep -q " icanon" && echo "cooked" >> "$1"\necho "and Bob" >> "$1"\n')
    editor.chmod(0o755)
    screen = start_tui(EDITOR=str(editor)).wait("With Ann").wait("live").type("E").wait("Notes changed").wait("and Bob")
    assert tasks_of(user.todo)[0]["notes"] == "With Ann\ncooked\nand Bob"
    screen.type("q")
    assert screen.end() == 0
    screen.assert_restored()


def test_several_at_once_and_the_clipboard(start_tui, user):
    for title in ("One", "Two", "Three"):
        user.todo.ok("add", title)
    screen = start_tui().wait("3 open, 0 done").wait("live").type("vv").wait("2 marked").type("d").wait("Due: 2 tasks")
    screen.type("in-3-days", ENTER).wait("Due 20").type("y").wait("Copied: 3 2")
    assert b"\x1b]52;c;MyAy\x07" in screen.output
    assert sorted(task["due_on"] is None for task in tasks_of(user.todo)) == [False, False, True]
    screen.type("u").wait("Undone")
    assert all(task["due_on"] is None for task in tasks_of(user.todo))


def test_the_mouse_chooses(start_tui, user):
    user.todo.ok("add", "One", "--tag", "home")
    user.todo.ok("add", "Two")
    screen = start_tui().wait("2 open, 0 done").wait("live").wait("[ ] One").wait(cursor_on("Two"))
    row = next(number for number, line in enumerate(screen.lines, 1) if "[ ] One" in line)
    screen.type(f"\x1b[<0;40;{row}M\x1b[<0;40;{row}m").wait(cursor_on("One"))
    row = next(number for number, line in enumerate(screen.lines, 1) if line.startswith("  @home"))
    screen.type(f"\x1b[<0;4;{row}M\x1b[<0;4;{row}m").gone("[ ] Two").wait("@home ───")


def test_the_server_goes_and_comes_back(start_backend, tui_binary, home):
    backend = start_backend()
    environment = environment_of_client(backend.url, home)
    user = register(cli(environment))
    user.todo.ok("add", "One")
    user.todo.ok("add", "Two")
    screen = Screen(tui_binary, environment).wait("2 open, 0 done").wait("live")
    backend.kill9()
    screen.wait("server away").type(" ").wait("only reading").type("/two").wait("1 of 2").type(ESC).wait("[ ] One")
    backend.start()
    user.todo.ok("add", "Three")
    screen.type("r").gone("server away").wait("live").wait("[ ] Three").wait("3 open").type("jj").wait(cursor_on("One"))
    screen.type(" ").wait("Done: One").type("q")
    assert screen.end() == 0
    screen.assert_restored()


def test_a_wrong_password_is_told(start_tui, user, tmp_path):
    screen = start_tui(XDG_STATE_HOME=str(tmp_path / "elsewhere")).wait("Sign in, or make")
    screen.type(user.email, ENTER, "wrong password", ENTER).wait("The email or the password is wrong.")
    screen.type(PASSWORD, ENTER).wait("Nothing to do.")


def test_a_token_that_is_refused_leads_to_the_form(start_tui):
    start_tui(TODO_TOKEN="not.a.token").wait("Please sign in again.")


def test_without_a_server_it_says_so(start_tui, user):
    screen = start_tui(TODO_URL="http://127.0.0.1:1", TODO_TOKEN="any").wait("Can't reach").wait("server away")
    screen.wait("Press r to try again.").type("q")
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
    shell.wait("shell>").type(f"{tui_binary}{ENTER}").wait("Nothing to do.").type(CTRL_Z).wait("Stopped")
    shell.type(f"stty -a | tr ' ' '\\n' | grep -x icanon{ENTER}").wait(lambda s: "icanon" in s.lines)
    shell.type(f"fg{ENTER}").gone("icanon").wait("Nothing to do.").type("q").wait(lambda s: s.lines[-1].startswith("shell>"))
    shell.child.close(force=True)


def test_ctrl_c_quits_from_an_input(start_tui, user):
    screen = start_tui().wait("Nothing to do.").type("a").wait("New task").type("half a title", CTRL_C)
    assert screen.end() == 0
    screen.assert_restored()


def test_keys_and_theme_come_from_the_configuration(start_tui, user, home):
    folder = home / "config" / "todo"
    folder.mkdir(parents=True)
    settings = folder / "config.toml"
    user.todo.ok("add", "One")
    settings.write_text('theme = "mono"\n[keys]\ndone = "c"\n')
    screen = start_tui().wait("c done").wait("live").type("c").wait("Done: One").type("q")
    assert screen.end() == 0
    assert b"\x1b[36m" not in screen.output and b"\x1b[31m" not in screen.output
    for text, words in [
        ('[keys]\ndone = "x"\n', ["config.toml:2", "done", "delete"]), ('theme = "pink"\n', ["config.toml:1", "pink", "dark"]),
    ]:
        settings.write_text(text)
        screen = start_tui()
        screen.wait(lambda s: all(word in s.text.replace("\n", "") for word in words))
        assert screen.end() == 2


def test_without_colours_nothing_is_coloured(start_tui, user):
    user.todo.ok("add", "One", "--due", "2020-01-02")
    screen = start_tui(NO_COLOR="1").wait("2020-01-02").wait("live").type("q")
    assert screen.end() == 0
    assert not any(f"\x1b[3{colour}m".encode() in screen.output for colour in range(1, 8))


@pytest.mark.parametrize("term", ["linux", "screen-256color", "tmux-256color", "xterm", "xterm-256color"])
def test_every_usual_terminal_will_do(start_tui, user, term):
    user.todo.ok("add", "One")
    screen = start_tui(term=term)
    screen.wait(lambda s: b"One" in s.output and b"1 open" in s.output).type("q")
    assert screen.end() == 0
    # Only who knows the mouse is told of it.
    assert (b"\x1b[?1000h" in screen.output) == (term != "linux")
    assert termios.tcgetattr(screen.child.child_fd) == fresh_settings()


def test_few_bytes_are_written(start_tui, user):
    for number in range(12):
        user.todo.ok("add", f"Task {number}")
    screen = start_tui().wait("12 open, 0 done").wait("live").type("i").wait(lambda s: "created" not in s.text)
    screen.type("j").wait(cursor_on("Task 10"))
    drawn = len(screen.output)
    screen.type("j").wait(cursor_on("Task 9"))
    # Two rows get another look, and a number changes; a whole screen has thousands of bytes.
    assert len(screen.output) - drawn < 600


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
