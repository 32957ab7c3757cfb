"""A mailer that has several mails under way at a time: what each of them meets is its own affair, every mail comes once, and a
kill makes no more second copies than mails were between the server's 250 and the record."""

import random
import threading

import pytest
from mailroom import Mailroom
from smtp_server import HANG_UP, SILENCE, MailServer
from test_mailer_kills import BEFORE_THE_250, Office, die_somewhere
from test_smtp import arrive_once, in_the_log
from waiting import DEADLINE, until

AT_A_TIME = 8


@pytest.fixture
def room(backend_binary):
    room = Mailroom(backend_binary)
    yield room
    room.stop()


@pytest.fixture
def server():
    server = MailServer()
    yield server
    server.stop()


@pytest.fixture
def mailer(room, server):
    return room.new_mailer(f"smtp://{server.host}/mailer", SMTP_TIMEOUT="2s", MAILER_CONCURRENCY=str(AT_A_TIME))


def test_many_mails_come_over_a_few_connections(room, server, mailer):
    room.add_readers(200)
    arrive_once(room, server, room.ask())
    assert 1 < server.connections <= AT_A_TIME
    assert mailer.retries() == []


def test_a_server_that_takes_few_connections_gets_every_mail(room, server, mailer):
    most = []

    def few():
        most.append(server.open_connections)
        return "421 4.7.0 too many connections from you" if server.open_connections > 2 else None

    rule = server.at("CONNECT", few)
    room.add_readers(200)
    arrive_once(room, server, room.ask())
    # It tried more, and was soon content with less: how soon is chance, for this server turns all away who come together.
    assert max(most) > 2 and rule.count < 100


def test_a_mail_that_hangs_stops_only_itself(room, server, mailer):
    room.add_readers(60)
    hanging = next(iter(room.readers))
    rule = server.at("RCPT", SILENCE, recipient=hanging)
    ids = room.ask()
    room.wait_until_processed([id for reader, id in ids.items() if reader != hanging])
    until(lambda: rule.count >= 2)
    assert ids[hanging] not in room.processed()
    server.forget(rule)
    arrive_once(room, server, ids)


def test_each_mail_has_its_own_trouble(room, server, mailer):
    room.add_readers(60)
    kinds = [
        (step, answer) for step in ("RCPT", "DATA", "MESSAGE")
        for answer in ("421 4.3.2 too busy", "450 4.2.1 mailbox locked", "452 4.2.2 mailbox full", HANG_UP, "550 5.1.1 no such user")
    ]
    troubled = dict(zip(room.readers, kinds))
    for reader, (step, answer) in troubled.items():
        server.at(step, answer, recipient=reader, times=None if answer.startswith("5") else 1)
    refused = {reader for reader, (_, answer) in troubled.items() if answer.startswith("5")}
    ids = room.ask()
    arrive_once(room, server, {reader: id for reader, id in ids.items() if reader not in refused})
    letters = until(lambda: room.dead_letters(ids, len(refused)))
    # Once each, though what was done behind a mail that waits comes again with it.
    assert sorted(letter.value["email"] for letter in letters) == sorted(refused)
    told = set(mailer.retries())
    assert {in_the_log(answer) for _, answer in kinds if answer[:1] == "4"} <= told


def test_what_is_under_way_is_finished_before_the_end(room, server, mailer):
    room.add_readers(60)
    goes_on = threading.Event()
    rule = server.at("MESSAGE", lambda: goes_on.wait(DEADLINE) and None, times=1)
    ids = room.ask()
    server.wait(lambda: rule.count == 1)
    end = threading.Thread(target=mailer.stop)
    end.start()
    goes_on.set()
    end.join(DEADLINE)
    assert {id for reader, id in ids.items() if reader in {mail.recipient for mail in server.mails}} == room.processed()
    mailer.start()
    arrive_once(room, server, ids)


def test_a_stop_waits_for_no_silent_server(room, server):
    """Those under way have ten seconds; this server's answer to a message might take ten minutes."""
    mailer = room.new_mailer(f"smtp://{server.host}/mailer", SMTP_TIMEOUT="30s", MAILER_CONCURRENCY=str(AT_A_TIME))
    room.add_readers(20)
    rule = server.at("MESSAGE", SILENCE, times=1)
    ids = room.ask()
    server.wait(lambda: rule.count == 1)
    mailer.stop()
    mailer.start()
    arrive_once(room, server, ids)


def test_kills_make_no_more_second_copies_than_mails_were_in_the_window(room):
    office = Office(room, MAILER_CONCURRENCY=str(AT_A_TIME))
    chance, twice = random.Random(5), 0
    try:
        for number in range(5):
            steps = [chance.choice([*BEFORE_THE_250, "ACCEPTED", "ACCEPTED", "later", "later"]) for _ in office.desks]
            are_dead = [die_somewhere(desk, step, chance) for desk, step in zip(office.desks, steps)]
            office.ask_until(lambda: all(is_dead() for is_dead in are_dead))
            left = office.bury()
            assert all(len(ids) <= AT_A_TIME for ids in left)
            twice += sum(map(len, left))
            office.check()
            print(f"round {number + 1}: killed at {', '.join(steps)}: {sum(map(len, left))} mails come again")
        print(f"{len(office.expected)} mails; {twice} came twice")
    finally:
        office.stop()
