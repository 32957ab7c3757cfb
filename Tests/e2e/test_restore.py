"""A backup is restored into an empty cluster and an empty broker, as docs/operations.md says."""

import datetime
import json
import subprocess

import pytest
from account import Account
from cluster import Cluster
from services import Site, digest_id
from waiting import DEADLINE, files

DAY = datetime.date(2030, 1, 1)


@pytest.fixture
def site(backend_binary):
    site = Site(backend_binary, apis=1)
    try:
        site.start()
        yield site
    finally:
        site.stop()


@pytest.fixture
def empty():
    """Another cluster, which has nothing but the roles that deploy/postgres/logins.sh makes."""
    cluster = Cluster()
    try:
        for role in ("todo_api", "todo_scheduler", "todo_mailer"):
            cluster.sql(f"CREATE ROLE {role} NOLOGIN")
        yield cluster
    finally:
        cluster.remove()


def run(*command):
    process = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=DEADLINE)
    assert process.returncode == 0, process.stderr


def ask_for_digests(site, day):
    return site.run("scheduler", "--once", "--at", f"{day}T00:00:00Z")


def finding_of_the_outbox(site):
    """What `check` says about it; None where it is well."""
    output, _ = site.begin("check", "--json", "--role", "api").communicate(timeout=DEADLINE)
    return next((each["text"] for each in json.loads(output) if each["subject"] == "outbox"), None)


def contents(database):
    """Everything that is promised to be kept."""
    tables = ("users", "lists", "tasks", "events", "relay_cursor", "processed_events", "schema_migrations")
    return {table: sorted(database.sql(f"SELECT * FROM {table}")) for table in tables}


def test_restore_into_nothing(site, empty, tmp_path):
    people = [Account(site.apis[0].url) for _ in range(3)]
    for account in people:
        task = account.add("Buy milk")
        account.add("Call the bank", due_on="2030-02-03", tags=["home"])
        account.ok("PATCH", f"/tasks/{task}", {"done": True})
    titles = [account.ok("GET", "/tasks") for account in people]
    assert ask_for_digests(site, DAY) == "Requested 3 digests.\n"
    files(site.mails, 3)
    first = {f"{digest_id(account.id, DAY)}.todo" for account in people}
    assert {mail.name for mail in site.mails.iterdir()} == first
    site.wait_until_published()
    # A server that has worked for long.
    site.sql("DO $$ BEGIN FOR i IN 1..150000 LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$")
    people[0].add("The last one")
    titles[0] = people[0].ok("GET", "/tasks")
    site.wait_until_published()
    site.kill()
    before = contents(site.database)

    dump = tmp_path / "todo.dump"
    run("pg_dump", "--format=custom", "--file", dump, site.database.url)
    site.database.stop()
    site.broker.kill9()
    run("pg_restore", "--exit-on-error", "--single-transaction", "--dbname", empty.url, dump)
    assert contents(empty) == before

    site.database = empty
    for owner in (site, site.mailer, *site.apis):
        owner._environment["DATABASE_URL"] = empty.url
    # This server's transactions have lower numbers than those that wrote the events: its own events would never be read.
    assert "Run todo-backend migrate" in finding_of_the_outbox(site)
    said = site.run("migrate")
    assert said.startswith("The schema is up to date.\nWent through ") and "transactions" in said
    assert site.run("migrate") == "The schema is up to date.\n"
    assert finding_of_the_outbox(site) is None
    site.replace_broker()

    for account, tasks in zip(people, titles):
        again = Account(site.apis[0].url, account.email, account.token)
        assert again.ok("GET", "/tasks") == tasks
        again.log_in()
        again.add("After the restore")
    # The table and the topic agree: the whole past, then what is new.
    site.topic.wait_for({id for (id,) in empty.sql("SELECT event_id FROM events")})
    site.wait_until_published()
    # The digests of that day were mailed, and the database knows it.
    assert ask_for_digests(site, DAY) == "Requested 0 digests.\n"
    assert ask_for_digests(site, DAY + datetime.timedelta(days=1)) == "Requested 3 digests.\n"
    files(site.mails, 6)
    second = {f"{digest_id(account.id, DAY + datetime.timedelta(days=1))}.todo" for account in people}
    assert {mail.name for mail in site.mails.iterdir()} == first | second
    # The services' own rights came along.
    for role, table, right in (("todo_api", "tasks", "DELETE"), ("todo_mailer", "processed_events", "INSERT")):
        assert empty.sql(f"SELECT has_table_privilege('{role}', '{table}', '{right}')") == [("t",)]
