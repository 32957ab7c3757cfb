"""What must hold whatever was killed, cut off or slow: nothing acknowledged is lost, nothing happens twice, order stays."""

import collections
import email

import kafka
from services import digest_id
from waiting import files, until


def check_changes(site, load):
    """Every change that was acknowledged is in the database, once."""
    tasks = {id: (title, done) for id, title, done in site.sql("SELECT id, title, done FROM tasks")}
    created, completed = load.all("created"), load.all("completed")
    for id, title in (created | load.all("asked")).items():
        assert tasks.get(id) == (title, "t" if id in completed else "f"), f"{id}, {title!r}, is {tasks.get(id)}"
    twice = site.sql(
        "SELECT type, payload->>'task_id', count(*) FROM events WHERE type IN ('task.created', 'task.completed')"
        " GROUP BY 1, 2 HAVING count(*) > 1")
    assert twice == [], "one change, two events"
    made = site.sql("SELECT payload->>'task_id' FROM events WHERE type = 'task.created'")
    assert len(made) == len(tasks), "a task without its event, or an event without its task"


def wait_for_commands(site):
    """Waits until every command that the broker has is taken down as done."""
    commands = {each.headers["event_id"] for each in kafka.Broker(site.broker.bootstrap_servers).all("commands")}
    until(lambda: commands <= processed(site))


def check_topic(site):
    """Every event is in the topic, the same bytes, and each user's in order. Gives the number of repeats."""
    rows = site.sql("SELECT event_id, user_id, payload FROM events ORDER BY xid, seq")
    payloads = {id: payload for id, _, payload in rows}
    site.topic.wait_for(payloads)
    firsts, repeats, seen = collections.defaultdict(list), 0, set()
    for message in list(site.topic.messages):
        id = message.headers["event_id"]
        if message.headers["event_type"] == "email.daily_digest.requested":
            continue
        assert message.text == payloads.get(id), f"{id}: other bytes, or no such event"
        repeats += id in seen
        if id not in seen:
            firsts[message.key].append(id)
        seen.add(id)
    orders = collections.defaultdict(list)
    for id, user, _ in rows:
        orders[user].append(id)
    for user, order in orders.items():
        if site.keeps_order:
            assert firsts[user] == order, f"the events of {user} are out of order"
        assert set(firsts[user]) == set(order), f"events of {user} are missing"
    site.wait_until_published()
    return repeats


def check_mails(site, digests):
    """Each digest has one mail, and each is taken down as done."""
    wanted = {f"{id}.todo" for id in digests}
    mails = files(site.mails, len(wanted))
    assert {file.name for file in mails} == wanted
    until(lambda: digests <= processed(site))
    ids = set()
    for file in mails:
        with file.open("rb") as text:
            mail = email.message_from_binary_file(text)
        assert file.name.removesuffix(".todo") in mail["Message-ID"], "the mail's name is not its event's"
        ids.add(mail["Message-ID"])
    assert len(ids) == len(mails), "two mails with one Message-ID"


def digests_of(site, days):
    """The ids of the digests of these days, of all who have a task."""
    users = [user for (user,) in site.sql("SELECT DISTINCT user_id FROM tasks")]
    return {digest_id(user, day) for user in users for day in days}


def processed(site):
    return {id for (id,) in site.sql("SELECT event_id FROM processed_events")}
