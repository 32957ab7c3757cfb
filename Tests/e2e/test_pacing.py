"""The embedded broker forgets past 5 MB of a partition: a mailer that comes late still finds every mail that it has to send."""

import subprocess

import pytest
from promises import processed
from services import Site
from waiting import DEADLINE, files, until

EVENTS = 200_000
# So many of them ask for a mail: one of each SHARE.
MAILS = 400
SHARE = EVENTS // MAILS
USERS = 1000


@pytest.fixture
def site(backend_binary):
    site = Site(backend_binary, apis=1)
    try:
        # It reads everything, and nobody waits for it.
        site.topic.stop()
        site.start()
        yield site
    finally:
        site.stop()


def add_events(site, count):
    """One transaction's events, of many users in turn; every so often one asks for a mail. Titles that can't be compressed."""
    site.sql(f"""
        INSERT INTO events (event_id, user_id, type, payload)
        SELECT id, owner, type, (
            format('{{"event_id":"%s","occurred_at":"2030-01-01T00:00:00Z","type":"%s","user_id":"%s",', id, type, owner)
            || CASE type WHEN 'task.created' THEN format('"task_id":"%s","title":"%s"}}', gen_random_uuid(), md5(random()::text))
            ELSE '"email":"reader@example.org","stats":{{"total":1,"done":0,"undone":1}},"undone_titles":["Read the mail"]}}' END
        )::json
        FROM (
            SELECT gen_random_uuid() AS id, md5((n % {USERS})::text)::uuid AS owner,
                CASE n % {SHARE} WHEN 0 THEN 'email.daily_digest.requested' ELSE 'task.created' END AS type
            FROM generate_series(1, {count}) AS n
        ) AS each;
        NOTIFY todo_events""")


def requested(site):
    """The ids of the mails that were asked for."""
    return {id for (id,) in site.sql("SELECT event_id FROM events WHERE type = 'email.daily_digest.requested'")}


def waiting(site):
    """How many events are not published."""
    return int(site.sql(
        "SELECT count(*) FROM events, relay_cursor AS published WHERE (events.xid, events.seq) > (published.xid, published.seq)"
    )[0][0])


def wait_until_it_stands_still(site, looks=30):
    """Waits until the relay has published some, and then no more; or all."""
    last, still = EVENTS, 0

    def stands_still():
        nonlocal last, still
        now = waiting(site)
        still = still + 1 if now == last < EVENTS else 0
        last = now
        return still >= looks or now == 0

    until(stands_still)


def oldest(site):
    """The offset of the oldest message that the broker still has, of each partition."""
    output = subprocess.run(
        ["kcat", "-b", site.broker.bootstrap_servers, "-Q", "-t", "events:0:-2", "-t", "events:1:-2", "-t", "events:2:-2"],
        capture_output=True, text=True, timeout=DEADLINE, check=True,
    ).stdout
    return [int(line.split()[-1]) for line in output.splitlines()]


def check_mails(site):
    ids = requested(site)
    assert {file.name for file in files(site.mails, len(ids))} == {f"{id}.todo" for id in ids}
    until(lambda: ids <= processed(site))


def test_a_mailer_that_comes_late_misses_nothing(site):
    # It was at work before.
    add_events(site, SHARE * 3)
    check_mails(site)
    site.wait_until_published()
    site.mailer.stop()

    add_events(site, EVENTS)
    wait_until_it_stands_still(site)
    assert waiting(site) > EVENTS // 2, "the relay didn't wait for the mailer"
    site.mailer.start()
    check_mails(site)
    site.wait_until_published()
    assert len(requested(site)) == MAILS + 3
    # Had the relay not waited, these would have been among what is forgotten.
    assert min(oldest(site)) > EVENTS // 10
