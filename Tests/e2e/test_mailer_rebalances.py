"""The group gives partitions from one mailer to another while mails are under way: nobody mails what another is at."""

import collections
import contextlib
import signal
import threading

import pytest
from mailroom import Mailroom
from test_mailer_kills import Desk, event_id
from waiting import DEADLINE, Deadline, until

READERS = 30


@pytest.fixture
def room(backend_binary):
    room = Mailroom(backend_binary)
    room.add_readers(READERS)
    yield room
    room.stop()


@pytest.fixture
def new_desk(room):
    """Starts a mailer with a mail server of its own."""
    desks = []

    def new_desk():
        desks.append(Desk(room, f"desk{len(desks)}"))
        return desks[-1]

    yield new_desk
    for desk in desks:
        desk.server.stop()


def check_that_each_came_once(room, ids, desks):
    room.wait_until_processed(ids.values())
    copies = collections.Counter(event_id(mail) for desk in desks for mail in desk.server.mails)
    assert copies == dict.fromkeys(ids.values(), 1)


def wait_for_their_turn(desks):
    """Waits until the group has given partitions to all of these. It may also wait for the one who is at a mail: then they get
    none, and this takes a while."""
    with contextlib.suppress(Deadline):
        until(lambda: all(desk.server.mails or desk.mailer.retries() for desk in desks), 10)


def test_mailers_that_come_leave_the_mail_that_is_under_way(room, new_desk):
    first = new_desk()
    goes_on = threading.Event()
    try:
        rule = first.server.at("RCPT", lambda: goes_on.wait(DEADLINE) and None, times=1)
        ids = room.ask()
        until(lambda: rule.count == 1)
        others = [new_desk(), new_desk()]
        wait_for_their_turn(others)
    finally:
        goes_on.set()
    check_that_each_came_once(room, ids, [first, *others])


def test_a_mailer_that_was_taken_for_dead_does_not_mail_what_another_has_mailed(room, new_desk):
    """It is frozen, as a machine that is suspended, until the group has given its partitions to another."""
    frozen = new_desk()
    rule = frozen.server.at("RCPT", lambda: frozen.signal(signal.SIGSTOP), times=1)
    ids = room.ask()
    until(lambda: rule.count == 1)
    try:
        other = new_desk()
        wait_for_their_turn([other])
        # It mails what it can; the mail that is under way may be one.
        until(lambda: len(room.processed()) == READERS or other.mailer.retries())
    finally:
        frozen.signal(signal.SIGCONT)
    check_that_each_came_once(room, ids, [frozen, other])
