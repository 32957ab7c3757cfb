"""todo import and todo export, with Debian's Taskwarrior on the other side and a real backend behind."""

import json
import os
import random
import shutil
import signal
import subprocess
import uuid

import pytest
from conftest import BIN, PASSWORD, register, tasks_of
from waiting import DEADLINE, until

WORDS = ["Call", "Küche", "读书", "🎉", "e\u0301te\u0301", "ship", "“quoted”", "back\\slash", "tab", "naïve", "'s", "100%", "#1", "<b>", "& co"]
PROJECTS = ["Home", "Home.Garden", "Home.Garage", "Work & more", "家", "Übung", "a very long project name indeed", "2026"]
# What a todo has no field for or gives by itself, or Taskwarrior makes by itself.
MADE = {"id", "urgency", "entry", "modified", "end"}


@pytest.fixture(scope="session")
def taskwarrior():
    program = shutil.which("task")
    if not program:
        pytest.skip("Taskwarrior is not installed: apt-get install taskwarrior")
    return program


@pytest.fixture
def warrior(taskwarrior, tmp_path):
    """Runs Taskwarrior with a data folder of that name: `warrior("one", "export")` gives what it printed."""
    rc = tmp_path / "taskrc"
    rc.write_text(
        "confirmation=no\nverbose=nothing\ngc=off\nhooks=off\nrecurrence=off\nuda.estimate.type=numeric\nuda.client.type=string\n")

    def run(data, *arguments, stdin=""):
        folder = tmp_path / f"task-{data}"
        folder.mkdir(exist_ok=True)
        process = subprocess.run(
            [taskwarrior, *arguments], input=stdin, text=True, capture_output=True, timeout=DEADLINE * 2,
            env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "TASKRC": str(rc), "TASKDATA": str(folder),
                 "LANG": "C.UTF-8", "TZ": "UTC"})
        assert process.returncode == 0, process
        return process.stdout

    return run


def varied_tasks(count):
    """Tasks of every kind that Taskwarrior has, the same each time but for their ids: these are one account's alone."""
    chance = random.Random(6)
    ids = [str(uuid.uuid4()) for _ in range(count)]

    def instant():
        return f"20{chance.randint(20, 30)}{chance.randint(1, 12):02}{chance.randint(1, 28):02}T" \
            f"{chance.randint(0, 23):02}{chance.randint(0, 59):02}{chance.randint(0, 59):02}Z"

    def words(most):
        return " ".join(chance.choice(WORDS) for _ in range(chance.randint(1, most)))

    tasks = []
    for number, own in enumerate(ids):
        task = {"uuid": own, "description": f"{number} {words(6)}", "entry": "20250102T030405Z", "status": "pending"}
        if number % 6 == 0:
            task |= {"status": "completed", "end": "20250302T030405Z"}
        elif number % 11 == 0:
            task |= {"status": "deleted", "end": "20250302T030405Z"}
        elif number % 7 == 0:
            task["wait"] = f"20{chance.randint(30, 36)}0101T000000Z"
        elif number % 40 == 1:
            task |= {"status": "recurring", "recur": "weekly", "mask": "-", "due": "20301201T000000Z", "rtype": "periodic"}
        if chance.random() < 0.5:
            task["project"] = chance.choice(PROJECTS)
        if chance.random() < 0.5:
            task["priority"] = chance.choice("HML")
        if chance.random() < 0.5:
            task["tags"] = chance.sample(["home", "büro", "next", "a.b", "c++", "家"], chance.randint(1, 3))
        if chance.random() < 0.5 and "due" not in task:
            task["due"] = chance.choice([instant(), instant()[:8] + "T000000Z"])
        if chance.random() < 0.3:
            task["annotations"] = [
                {"entry": f"2025010{day}T101112Z", "description": words(8)} for day in range(1, chance.randint(2, 4))]
        if chance.random() < 0.1:
            task["depends"] = chance.sample(ids, chance.randint(1, 3))
        if chance.random() < 0.1:
            task |= {"estimate": chance.choice([3, 2.5]), "client": words(2), "orphan": "7"}
        if chance.random() < 0.1:
            task |= {"scheduled": instant(), "until": "20360101T000000Z"}
        tasks.append(task)
    return tasks


def by_id(text):
    return {task["uuid"]: task for task in json.loads(text)}


def kept(task):
    """What both sides can hold, in a form that can be compared."""
    task = {key: value for key, value in task.items() if key not in MADE}
    if "due" in task:
        task["due"] = task["due"][:8] + "T000000Z"
    for key in ("tags", "depends"):
        if key in task:
            task[key] = sorted(task[key])
    return task


@pytest.fixture
def exported(warrior):
    """What `task export` prints of 1,000 varied tasks."""
    # Not as \\u escapes: Taskwarrior 2.6.2 takes those of one 🎉 for two characters.
    warrior("one", "import", "-", stdin=json.dumps(varied_tasks(1000), ensure_ascii=False))
    text = warrior("one", "export")
    assert len(json.loads(text)) == 1000
    return text


def test_a_thousand_tasks_go_to_todo_and_back(user, warrior, exported, tmp_path):
    source = tmp_path / "tasks.json"
    source.write_text(exported)
    dry = user.todo("import", str(source), "--dry-run", env={"TZ": "UTC"})
    assert dry.code == 0 and "Would import 1 000 tasks" in dry.out and tasks_of(user.todo) == []
    first = user.todo("import", str(source), env={"TZ": "UTC"})
    assert first.code == 0, first
    assert first.out.startswith("Imported 1 000 tasks in ") and first.out.endswith(" 0 failed.\n")
    assert "Taskwarrior's JSON" in first.err and "became days" in first.err

    original = by_id(exported)
    back = user.todo.ok("export", "--format", "taskwarrior", env={"TZ": "UTC"})
    warrior("two", "import", "-", stdin=back)
    again = by_id(warrior("two", "export"))
    assert again.keys() == original.keys()
    for own, task in original.items():
        assert kept(again[own]) == kept(task)

    # Each project is a list of its own, whose name it is.
    names = {entry["name"] for entry in json.loads(user.todo.ok("export"))["lists"]}
    assert names == {"Inbox"} | {task["project"] for task in original.values() if "project" in task}
    states = {task["id"]: task["done"] for task in tasks_of(user.todo)}
    assert states == {own: task["status"] == "completed" for own, task in original.items() if task["status"] != "deleted"}

    second = user.todo("import", str(source), env={"TZ": "UTC"})
    assert second.code == 0 and second.out.startswith("Imported 0 tasks") and "1 000 were there already" in second.out
    assert len(tasks_of(user.todo)) == len(states)


def test_an_import_that_is_killed_goes_on(user, warrior, exported, tmp_path):
    source = tmp_path / "tasks.json"
    source.write_text(exported)
    for number in (signal.SIGKILL, signal.SIGINT):
        process = subprocess.Popen(
            [BIN / "todo", "import", str(source)], env=user.todo.environment | {"TZ": "UTC"}, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True)
        before = len(tasks_of(user.todo))
        until(lambda: process.poll() is not None or len(tasks_of(user.todo)) > before + 50)
        process.send_signal(number)
        out, err = process.communicate(timeout=DEADLINE)
        if number == signal.SIGKILL:
            assert process.returncode == -number and len(tasks_of(user.todo)) < 900
        # Where it was quicker than we, there is nothing left to say.
        if number == signal.SIGINT and process.returncode != 0:
            assert process.returncode == 130 and "The same command again goes on." in err and out.startswith("Imported ")
    last = user.todo("import", str(source), env={"TZ": "UTC"})
    assert last.code == 0, last
    original = by_id(exported)
    now = by_id(user.todo.ok("export", "--format", "taskwarrior", env={"TZ": "UTC"}))
    assert now.keys() == original.keys()
    # What waits is pending to all but Taskwarrior's own eyes.
    assert {own: task["status"] for own, task in now.items()} == {
        own: task["status"].replace("waiting", "pending") for own, task in original.items()}


def test_another_account_takes_the_same_file(user, todo, tmp_path):
    source, backup = tmp_path / "tasks.json", tmp_path / "backup.json"
    source.write_text(json.dumps(varied_tasks(100)))
    user.todo.ok("import", str(source))
    user.todo.ok("export", "--output", str(backup))
    other = register(todo)
    assert tasks_of(other.todo) == []
    # Ids are one's own on the whole server, so these tasks get others.
    result = other.todo("import", str(backup))
    assert result.code == 0 and "100 tasks got new ids" in result.err
    before, after = json.loads(backup.read_text()), json.loads(other.todo.ok("export"))
    fields = ("title", "list", "notes", "due_on", "priority", "tags", "done")

    def contents(data):
        return sorted(json.dumps([task[field] for field in fields] + [task["deleted_at"] is None]) for task in data["tasks"])

    assert contents(after) == contents(before)
    assert sorted((entry["key"] or "", entry["name"]) for entry in after["lists"]) \
        == sorted((entry["key"] or "", entry["name"]) for entry in before["lists"])
    assert "100 were there already" in other.todo.ok("import", str(backup))


def test_todo_txt_and_csv_from_pipes(user):
    text = "(A) Call Mum +Family @phone due:2026-12-24\nx 2026-11-20 2026-11-01 Pay rent\nPlan t:2026-12-01 rec:1w\n"
    result = user.todo("import", "-", stdin=text)
    assert result.code == 0 and result.err.startswith("Standard input seems to be todo.txt.\n")
    lines = user.todo.ok("export", "--format", "todotxt").splitlines()
    today = lines[0].split()[1]
    assert sorted(lines) == sorted([
        f"(A) {today} Call Mum +Family @phone due:2026-12-24", f"x {today} {today} Pay rent", f"{today} Plan t:2026-12-01 rec:1w"])

    csv = user.todo.ok("export", "--format", "csv", "--open")
    assert csv.startswith("reference,title,done,") and "Call Mum" in csv and "Pay rent" not in csv
    assert "2 were there already" in user.todo.ok("import", "-", stdin=csv)
    result = user.todo("import", "-", "--format", "csv", stdin="Titel;Fällig\nx;y\n")
    assert result.code == 1 and "Name one of them title." in result.err


def test_errors_have_their_codes(user, tmp_path):
    file = tmp_path / "a.csv"
    file.write_text("title,due\none,2026-11-22\ntwo,someday\n")
    result = user.todo("import", str(file), "--json")
    assert result.code == 1 and json.loads(result.out)["failed"] == [{"line": 3, "message": "not a day like 2026-11-22: someday"}]
    assert user.todo("import", str(tmp_path / "none.csv")).code == 1
    assert user.todo("import").code == 2
    assert user.todo("import", str(file), env={"TODO_TOKEN": "no.good.token"}).code == 4
    assert user.todo("import", str(file), env={"TODO_URL": "http://127.0.0.1:1", "TODO_TOKEN": "x"}).code == 6
    assert user.todo("export", "--output", "x.doc").code == 2


def test_a_server_that_goes_away_is_told(start_backend, home, tmp_path):
    """The backend is killed while an import runs, and started again."""
    from conftest import cli, environment_of_client

    server = start_backend()
    todo = cli(environment_of_client(server.url, home))
    account = register(todo)
    assert PASSWORD == account.password
    file = tmp_path / "todo.txt"
    file.write_text("".join(f"{'x ' if number % 4 == 0 else ''}Task {number}\n" for number in range(4000)))
    process = subprocess.Popen(
        [BIN / "todo", "import", str(file)], env=todo.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    until(lambda: process.poll() is not None or len(tasks_of(todo)) > 100)
    server.kill9()
    out, err = process.communicate(timeout=DEADLINE)
    assert process.returncode == 6 and out.startswith("Imported ") and "The same command again goes on." in err
    server.start()
    assert todo("import", str(file)).code == 0
    tasks = tasks_of(todo)
    assert len(tasks) == 4000 and len({task["title"] for task in tasks}) == 4000
    assert sum(task["done"] for task in tasks) == 1000
