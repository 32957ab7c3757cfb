"""Twenty times one of the services is killed at a random point while people work, and nothing is lost or done twice.

The choices come from a seed, which is printed: FAULTS_SEED=N makes the same ones again.
"""

import datetime
import os
import random
import time

import pytest
from load import Load
from promises import check_changes, check_mails, check_topic, digests_of, wait_for_commands
from services import Site
from waiting import DEADLINE, files

PEOPLE = 5
# More people, who do nothing but get mails.
READERS = 25
# How much is done in a round.
TURNS = 150
# Who is killed in the twenty rounds, in random order, and whether people make tasks by way of the broker meanwhile. That is not
# always so since the consumers of commands, which live in the APIs, need seconds to share out what the dead one had.
ROUNDS = (
    [("leader", True)] * 2 + [("leader", False)] * 6 + [("other", True)] * 2 + [("other", False)] * 5
    + [("mailer", False)] * 3 + [("broker", True)] * 2
)
FIRST_DAY = datetime.date(2030, 1, 1)


@pytest.fixture
def seed():
    seed = int(os.environ.get("FAULTS_SEED", random.SystemRandom().randrange(10**6)))
    print(f"FAULTS_SEED={seed}")
    return seed


@pytest.fixture
def site(backend_binary):
    site = Site(backend_binary)
    try:
        site.start()
        yield site
    finally:
        site.stop()


@pytest.fixture
def load(site, seed):
    load = Load(site.apis, PEOPLE, seed)
    yield load
    load.end()


class Round:
    """One round: digests are asked for, people work, somebody is killed, and it all comes right."""

    def __init__(self, site, load, number, random):
        self.site, self.load, self.random = site, load, random
        self.day = FIRST_DAY + datetime.timedelta(days=number)
        self.lost = 0

    def play(self, victim, asks):
        self.mails_before = len(files(self.site.mails, 0))
        self.scheduler = self.ask_for_digests()
        self.load.give(TURNS, asks)
        getattr(self, f"kill_{victim}")()
        self.load.wait_until_idle()
        errors = self.scheduler.communicate(timeout=DEADLINE)[1]
        assert self.scheduler.returncode == 0, errors

    def ask_for_digests(self):
        return self.site.begin("scheduler", "--once", "--at", f"{self.day}T00:00:00Z")

    def wait_for_random_point(self):
        self.load.wait_for(self.random.randrange(1, TURNS // 2))

    def kill_api(self, api):
        self.wait_for_random_point()
        api.kill9()
        # The others go on without it.
        self.load.wait_for(self.random.randrange(1, 20))
        api.start()
        api.wait()

    def kill_leader(self):
        self.kill_api(self.site.leader())

    def kill_other(self):
        leader = self.site.leader()
        self.kill_api(next(api for api in self.site.apis if api is not leader))

    def kill_mailer(self):
        # In the middle of the mails.
        files(self.site.mails, self.mails_before + self.random.randrange(1, READERS))
        self.site.mailer.kill9()
        self.site.mailer.start()

    def kill_broker(self):
        self.wait_for_random_point()
        self.site.broker.kill9()
        # Without a broker people can still write.
        self.load.wait_for(self.random.randrange(1, 10))
        self.scheduler.kill()
        self.scheduler.communicate()
        self.site.kill()
        lost = self.commands_that_are_lost()
        self.lost = len(lost)
        self.site.replace_broker()
        # What was asked for before is done once all the same.
        self.scheduler = self.ask_for_digests()
        self.load.wait_until_idle()
        for person, id, title in lost:
            person.ask(id, title)

    def commands_that_are_lost(self):
        """Only this broker, which writes nothing to disk, loses what it has acknowledged: the tasks that were asked for by its
        way, and that nobody has made yet. Whoever asked asks again."""
        made = {id for (id,) in self.site.sql("SELECT id FROM tasks")}
        return [(person, id, title) for person in self.load.people for id, title in dict(person.asked).items() if id not in made]


def add_readers(site):
    """Users from long ago: each has one task."""
    site.sql(f"""
        WITH readers AS (
            INSERT INTO users (id, email, password_hash)
            SELECT gen_random_uuid(), 'reader' || n || '@example.org', '' FROM generate_series(1, {READERS}) AS n RETURNING id
        ), inboxes AS (
            INSERT INTO lists (id, owner_id, name, next_number) SELECT gen_random_uuid(), id, 'Inbox', 2 FROM readers
            RETURNING id, owner_id
        ), added AS (
            INSERT INTO tasks (id, user_id, list_id, number, title)
            SELECT gen_random_uuid(), owner_id, id, 1, 'Read the mail' FROM inboxes RETURNING id, user_id
        )
        INSERT INTO events (event_id, type, user_id, payload)
        SELECT id, 'task.created', user_id, json_build_object('event_id', id, 'task_id', id, 'user_id', user_id)
        FROM added""")


def test_kills_at_random_points(site, load, seed):
    chance = random.Random(seed)
    add_readers(site)
    repeats = 0
    for number, (victim, asks) in enumerate(chance.sample(ROUNDS, len(ROUNDS))):
        start, leaderships, earlier = time.monotonic(), site.leaderships(), repeats
        round = Round(site, load, number, chance)
        round.play(victim, asks)
        wait_for_commands(site)
        check_changes(site, load)
        repeats = check_topic(site)
        # Only a relay that begins anew may publish again what it isn't sure of.
        assert repeats <= earlier or site.leaderships() > leaderships
        check_mails(site, digests_of(site, [FIRST_DAY + datetime.timedelta(days=day) for day in range(number + 1)]))
        print(
            f"round {number + 1}: {victim}, {repeats} events are in the topic again, {round.lost} commands were asked for again,"
            f" {time.monotonic() - start:.1f} s")
    print(f"{site.mailer.count('digest was mailed before')} digests came to the mailer again")
