"""The mailer is killed at each step of its work, and at random ones: every mail comes, and comes twice only where the server had
said 250 and the database had not heard of it yet. No protocol can close that window; it is the only one.

Three mailers share the work, each over a mail server of its own, and all of them die in each round. The choices come from a
seed, which is printed: KILLS_SEED=N makes the same ones again.
"""

import collections
import email
import os
import random
import re
import signal
import threading

import pytest
from mailroom import Mailroom
from smtp_server import HANG_UP, MailServer
from waiting import DEADLINE, until

READERS = 30
# In each of them every mailer dies once.
ROUNDS = 7
BEFORE_THE_250 = ["CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "MESSAGE"]
OFFSET_COMMIT, COORDINATOR_LOADS = 8, 14


class Desk:
    """A mailer and its mail server."""

    def __init__(self, room, name, **settings):
        self.room, self.name = room, name
        self.server = MailServer()
        # So that its sessions can be told from the other's.
        database = f"{room.database.url}?application_name={name}"
        self.mailer = room.new_mailer(f"smtp://{self.server.host}/{name}", DATABASE_URL=database, **settings)

    def kill(self):
        self.signal(signal.SIGKILL)

    def signal(self, number):
        os.kill(self.mailer.pid, number)

    def die_at(self, step, times=1):
        """It is killed the moment that it comes to this step for the n-th time. Gives what is true once it was."""
        def die():
            if rule.count == times:
                self.kill()
            return HANG_UP if rule.count == times and step != "ACCEPTED" else None

        self.server.hang_up()
        rule = self.server.at(step, die, times=times)
        return lambda: rule.count == times

    def die_later(self, seconds):
        """It is killed at some moment after a 250: still before the record, or anywhere in the mails that follow."""
        ended = threading.Event()
        self.server.at("ACCEPTED", lambda: threading.Timer(seconds, lambda: (self.kill(), ended.set())).start(), times=1)
        return ended.is_set

    def is_waiting_for_a_lock(self):
        return self._sessions("AND wait_event_type = 'Lock'")

    def hang_up_the_database(self):
        """What it asked for and has no answer to is not done any more."""
        self.room.sql(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '{self.name}'")

    def wait_for_the_end(self):
        """Waits until it is gone, and all that it said has been heard."""
        self.mailer.reap()
        self.server.wait_until_deserted()
        until(lambda: not self._sessions())

    def _sessions(self, condition=""):
        return self.room.sql(f"SELECT pid FROM pg_stat_activity WHERE application_name = '{self.name}' {condition}")


class Office:
    """`expected`: how many copies of each mail there have to be, by event id."""

    def __init__(self, room, **settings):
        self.room = room
        self.desks = [Desk(room, name, **settings) for name in ("first", "second", "third")]
        self.expected = collections.Counter()
        room.add_readers(READERS)

    def ask(self):
        """Another day's digests."""
        ids = self.room.ask().values()
        self.expected.update(ids)

    def are_all_processed(self):
        return self.expected.keys() <= self.room.processed()

    def ask_until(self, condition):
        """Asks for day after day until it is so: whoever shall mail may have no partition yet."""
        while not condition():
            self.ask()
            until(lambda: condition() or self.are_all_processed())

    def wait_until_at_work(self):
        """Waits until each mailer has partitions, and nothing is left to do."""
        before = [len(desk.server.mails) for desk in self.desks]
        self.ask_until(lambda: all(len(desk.server.mails) > count for desk, count in zip(self.desks, before)))
        until(self.are_all_processed)

    def bury(self):
        """All are dead. Takes down which mails their servers have and the database doesn't know of, in the order of the desks:
        these have to come once more. Then all mailers are started again."""
        for desk in self.desks:
            desk.wait_for_the_end()
        processed = self.room.processed()
        left = [{event_id(mail) for mail in desk.server.mails} - processed for desk in self.desks]
        for desk, ids in zip(self.desks, left):
            self.expected.update(ids)
            desk.server.forget()
            desk.mailer.start()
        return left

    def check(self):
        """Every mail is there, and as many copies as there have to be."""
        until(self.are_all_processed)
        copies = collections.Counter(event_id(mail) for desk in self.desks for mail in desk.server.mails)
        wrong = {id: (copies[id], count) for id, count in self.expected.items() if copies[id] != count}
        assert copies == self.expected, f"copies that there are, and that there should be: {wrong}"

    def stop(self):
        for desk in self.desks:
            desk.server.stop()


def event_id(mail):
    """By its Message-ID: a second copy has the same."""
    return re.fullmatch("<(.*)@example.org>", email.message_from_bytes(mail.bytes)["Message-ID"])[1]


@pytest.fixture(scope="module")
def office(backend_binary):
    room = Mailroom(backend_binary)
    office = Office(room)
    yield office
    room.stop()
    office.stop()


@pytest.mark.parametrize("steps", [BEFORE_THE_250[:3], BEFORE_THE_250[3:]])
def test_a_kill_before_the_250_makes_no_second_copy(office, steps):
    are_dead = [desk.die_at(step) for desk, step in zip(office.desks, steps)]
    office.ask_until(lambda: all(is_dead() for is_dead in are_dead))
    assert office.bury() == [set(), set(), set()]
    office.check()


def test_a_kill_makes_a_second_copy_only_between_the_250_and_the_record(office):
    after, between, before = office.desks
    office.wait_until_at_work()
    known = sum(desk.mailer.count("digest was mailed before") for desk in office.desks)

    # The database knows of all, the broker of none.
    office.room.broker.fail(*[COORDINATOR_LOADS] * 1000, request=OFFSET_COMMIT)
    mails = len(after.server.mails)
    office.ask_until(lambda: len(after.server.mails) > mails)
    until(office.are_all_processed)
    after.kill()
    office.room.broker.forgive(OFFSET_COMMIT)

    # The mail is out, and the record of it waits.
    with office.room.lock("processed_events", "SHARE"):
        mails = len(between.server.mails)
        office.ask()
        until(between.is_waiting_for_a_lock)
        between.kill()
        between.hang_up_the_database()
    assert len(between.server.mails) == mails + 1

    # It hasn't heard yet whether the mail was sent before.
    before.signal(signal.SIGSTOP)
    office.ask()
    with office.room.lock("processed_events", "ACCESS EXCLUSIVE"):
        before.signal(signal.SIGCONT)
        until(before.is_waiting_for_a_lock)
        before.kill()

    left = office.bury()
    assert left == [set(), {event_id(between.server.mails[-1])}, set()]
    office.check()
    assert sum(desk.mailer.count("digest was mailed before") for desk in office.desks) > known


def test_kills_at_random_points(office):
    seed = int(os.environ.get("KILLS_SEED", random.SystemRandom().randrange(10**6)))
    # On stderr too, which is shown when a test fails.
    print(f"KILLS_SEED={seed}")
    chance = random.Random(seed)
    twice = 0
    for number in range(ROUNDS):
        steps = [chance.choice([*BEFORE_THE_250, "ACCEPTED", "ACCEPTED", "later", "later"]) for _ in office.desks]
        are_dead = [die_somewhere(desk, step, chance) for desk, step in zip(office.desks, steps)]
        office.ask_until(lambda: all(is_dead() for is_dead in are_dead))
        left = office.bury()
        for step, ids in zip(steps, left):
            assert len(ids) <= (step in ("ACCEPTED", "later")), f"killed at {step}"
        twice += sum(map(len, left))
        office.check()
        print(f"round {number + 1}: killed at {', '.join(steps)}: {sum(map(len, left))} mails come again")
    kills = ROUNDS * len(office.desks)
    print(f"{kills} kills, {len(office.expected)} mails; {twice} came twice, all of them killed between the 250 and the record")


def die_somewhere(desk, step, chance):
    if step == "later":
        return desk.die_later(chance.uniform(0, 0.01))
    return desk.die_at(step, 1 if step in ("CONNECT", "EHLO") else chance.randint(1, 4))
