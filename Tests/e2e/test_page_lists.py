"""The web page: lists, views, filters, the editor, many tasks at once."""

import datetime

from playwright.sync_api import expect

from browser import (  # noqa: F401
    add, answer_to, browser, complaints, done, enter, enter_page, notice, open_page, person, row, show_done, tasks_page, titles, to_do,
)

TODAY = datetime.date.today()


def day(count):
    return str(TODAY + datetime.timedelta(days=count))


def test_a_line_is_read_as_it_is_typed(tasks_page, person):  # noqa: F811
    page = tasks_page
    person.ok("POST", "/lists", {"key": "HOME", "name": "Home"})
    page.reload()
    field = page.get_by_label("New task")
    reading = page.get_by_role("status").filter(has_text="priority high")
    field.fill("Pay rent due:2030-12-24 p:high +home @work")
    expect(reading).to_have_text("due Tue 24 Dec 2030, priority high, list HOME, tag @work")
    with answer_to(page, "POST", "/tasks"):
        page.keyboard.press("Enter")
    expect(titles(page)).to_have_text(["Pay rent"])
    (task,) = person.ok("GET", "/tasks")
    assert (task["title"], task["due_on"], task["priority"], task["list"], task["tags"]) == (
        "Pay rent", "2030-12-24", 3, "HOME", ["work"])

    # What was meant and is wrong is said, and nothing is added.
    field.fill("Call mum due:frx")
    expect(page.get_by_text("due:frx names no day")).to_be_visible()
    page.keyboard.press("Enter")
    expect(field).to_have_value("Call mum due:frx")
    field.fill("Call mum +hme")
    expect(page.get_by_text("+hme is no list of yours")).to_be_visible()
    field.fill("@only")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Write what you want to do")).to_be_visible()
    assert len(person.ok("GET", "/tasks")) == 1


def test_lists_are_made_renamed_and_deleted(tasks_page, person):  # noqa: F811
    page = tasks_page
    page.get_by_role("button", name="New list").click()
    dialog = page.get_by_role("dialog", name="New list")
    dialog.get_by_label("Name").fill("Web site")
    dialog.get_by_label("Key").fill("inbox")
    dialog.get_by_role("button", name="Make the list").click()
    expect(dialog.get_by_text("INBOX is the inbox")).to_be_visible()
    dialog.get_by_label("Key").fill("web")
    dialog.get_by_role("button", name="Make the list").click()
    expect(page.get_by_role("heading", name="Web site")).to_be_visible()
    assert page.url.endswith("/?list=WEB")

    # What is written in a list is in it.
    add(page, "Choose the colours")
    assert person.ok("GET", "/tasks")[0]["reference"] == "WEB-1"
    page.get_by_role("link", name="Web site").hover()
    page.get_by_role("button", name="Change the list Web site").click()
    dialog = page.get_by_role("dialog", name="The list Web site")
    dialog.get_by_label("Name").fill("Site")
    dialog.get_by_label("Key").fill("SITE")
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Site", exact=True)).to_be_visible()
    expect(row(page, "Choose the colours")).to_contain_text("SITE-1")

    page.get_by_role("link", name="Site").hover()
    page.get_by_role("button", name="Change the list Site").click()
    page.get_by_role("button", name="Delete the list").click()
    page.get_by_role("dialog", name="Delete the list Site?").get_by_role("button", name="Delete the list").click()
    expect(page.get_by_role("link", name="Site")).to_have_count(0)
    page.get_by_role("link", name="Inbox").click()
    expect(titles(page)).to_have_text(["Choose the colours"])


def test_views_and_filters_are_in_the_address(enter_page, person):  # noqa: F811
    person.add("Late", due_on=day(-2), priority=1)
    person.add("Now", due_on=day(0), priority=3, tags=["work"])
    person.add("Soon", due_on=day(9), tags=["work"])
    person.add("Whenever", notes="has a needle in it")
    page = enter_page()
    expect(titles(page)).to_have_text(["Whenever", "Soon", "Now", "Late"])
    side = page.get_by_role("navigation", name="Lists and views")
    for name, expected in (("Today", ["Now"]), ("Overdue", ["Late"]), ("Upcoming", ["Soon"])):
        side.get_by_role("link", name=name).click()
        expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()
        expect(titles(page)).to_have_text(expected)
    expect(side.get_by_role("link", name="Upcoming")).to_have_attribute("aria-current", "page")
    page.go_back()
    expect(titles(page)).to_have_text(["Late"])
    page.reload()
    expect(page.get_by_role("heading", name="Overdue")).to_be_visible()
    expect(titles(page)).to_have_text(["Late"])

    side.get_by_role("link", name="@work").click()
    expect(titles(page)).to_have_text(["Soon", "Now"])
    page.get_by_label("Priority").select_option("High")
    expect(titles(page)).to_have_text(["Now"])
    assert page.url.endswith("/?tag=work&priority=3")
    page.reload()
    expect(page.get_by_label("Priority")).to_have_value("3")
    expect(titles(page)).to_have_text(["Now"])
    side.get_by_role("link", name="All tasks").click()
    page.get_by_label("Order").select_option("By title")
    expect(titles(page)).to_have_text(["Late", "Now", "Soon", "Whenever"])

    # As one types; going back leaves the search in one step.
    page.get_by_label("Search the tasks").press_sequentially("NEEDLE")
    expect(titles(page)).to_have_text(["Whenever"])
    page.wait_for_url("**/?q=NEEDLE&sort=title")
    page.reload()
    expect(page.get_by_label("Search the tasks")).to_have_value("NEEDLE")
    expect(titles(page)).to_have_text(["Whenever"])
    page.go_back()
    expect(titles(page)).to_have_count(4)
    page.get_by_label("Search the tasks").fill("nothing like it")
    expect(page.get_by_text("Nothing to do matches “nothing like it”")).to_be_visible()
    page.get_by_role("button", name="Show all tasks").click()
    expect(titles(page)).to_have_count(4)


def test_everything_of_a_task_can_be_edited_in_its_place(tasks_page, person):  # noqa: F811
    page = tasks_page
    person.ok("POST", "/lists", {"key": "HOME", "name": "Home"})
    page.reload()
    add(page, "Plain")
    page.get_by_role("button", name="Plain", exact=True).click()
    editor = page.get_by_role("form", name="Edit “Plain”")
    expect(editor.get_by_label("Title")).to_be_focused()
    editor.get_by_label("Title").fill("")
    editor.get_by_role("button", name="Save").click()
    expect(editor.get_by_label("Title")).to_have_attribute("aria-invalid", "true")
    editor.get_by_label("Title").fill("Fancy")
    editor.get_by_label("Notes").fill("first\nsecond")
    editor.get_by_label("Due").fill("2030-12-24")
    editor.get_by_label("Priority").select_option("Medium")
    editor.get_by_label("List").select_option("Home")
    editor.get_by_label("Tags").fill("@a b, a")
    with answer_to(page, "PATCH") as answer:
        editor.get_by_role("button", name="Save").click()
    assert answer.value.status == 200
    (task,) = person.ok("GET", "/tasks")
    assert {name: task[name] for name in ("title", "notes", "due_on", "priority", "list", "tags")} == {
        "title": "Fancy", "notes": "first\nsecond", "due_on": "2030-12-24", "priority": 2, "list": "HOME", "tags": ["a", "b"]}
    expect(to_do(page, "Fancy")).to_be_focused()
    for words in ("Medium", "Due Dec 24, 2030", "HOME-1", "@b", "first"):
        expect(row(page, "Fancy")).to_contain_text(words)

    # What isn't saved can be had back; what is saved can be taken back.
    page.get_by_role("button", name="Fancy", exact=True).click()
    page.get_by_label("Notes").fill("never mind")
    page.keyboard.press("Escape")
    expect(notice(page, "Not saved: “Fancy”.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_label("Notes")).to_have_value("never mind")
    page.get_by_role("button", name="Cancel").click()
    with answer_to(page, "PATCH"):
        page.keyboard.press("u")
        if page.get_by_label("Notes").is_visible():
            page.keyboard.press("Escape")
            page.get_by_role("button", name="Dismiss").click()
            to_do(page, "Fancy").focus()
            page.keyboard.press("u")
    expect(titles(page)).to_have_text(["Plain"])


def test_many_tasks_at_once(enter_page, person):  # noqa: F811
    for number in range(5):
        person.add(f"Task {number}", tags=["old"])
    page = enter_page()
    page.get_by_role("button", name="Choose", exact=True).click()
    page.get_by_label("Select “Task 4”").click()
    page.get_by_label("Select “Task 2”").click(modifiers=["Shift"])
    bar = page.get_by_role("region", name="With the chosen tasks")
    expect(bar).to_contain_text("3 tasks chosen")
    bar.get_by_role("button", name="Priority…").click()
    page.get_by_role("dialog").get_by_role("button", name="High").click()
    expect(notice(page, "Priority high: 3 tasks.")).to_be_visible()
    bar.get_by_role("button", name="Tags…").click()
    page.get_by_role("dialog").get_by_label("Tags").fill("new -old")
    page.keyboard.press("Enter")
    bar.get_by_role("button", name="Due…").click()
    page.get_by_role("dialog").get_by_label("Day").fill("24.12.2030")
    expect(page.get_by_role("dialog").get_by_text("Tue 24 Dec 2030")).to_be_visible()
    page.keyboard.press("Enter")
    expect(notice(page, "Due 2030-12-24: 3 tasks.")).to_be_visible()
    bar.get_by_role("button", name="Done").click()
    expect(titles(page)).to_have_text(["Task 1", "Task 0"])
    expect(bar).to_be_hidden()
    page.reload()
    expect(titles(page)).to_have_text(["Task 1", "Task 0"])
    tasks = {task["title"]: task for task in person.ok("GET", "/tasks")}
    assert [(task["priority"], task["tags"], task["due_on"], task["done"]) for task in tasks.values() if task["title"] > "Task 1"] == [
        (3, ["new"], "2030-12-24", True)] * 3

    # One step back for all of them.
    page.keyboard.press("*")
    page.keyboard.press("x")
    expect(titles(page)).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(titles(page)).to_have_text(["Task 1", "Task 0"])


def test_what_is_deleted_can_be_restored(enter_page, person):  # noqa: F811
    identifier = person.add("Long gone")
    person.add("Keep")
    person.ok("DELETE", f"/tasks/{identifier}")
    page = enter_page("/?view=deleted")
    page.get_by_role("button", name="Restore “Long gone”").click()
    expect(page.get_by_text("No task was deleted in the last 30 days.")).to_be_visible()
    page.get_by_role("link", name="All tasks").click()
    expect(titles(page)).to_have_text(["Keep", "Long gone"])
    # Deleted elsewhere, it is there as it happens.
    page.get_by_role("link", name="Deleted").click()
    expect(page.get_by_text("No task was deleted")).to_be_visible()
    person.ok("DELETE", f"/tasks/{identifier}")
    expect(page.get_by_role("button", name="Restore “Long gone”")).to_be_visible()


def test_thousands_of_tasks(enter_page, person, backend):  # noqa: F811
    backend.sql(f"""
        INSERT INTO tasks (id, user_id, list_id, number, title, created_at, updated_at)
        SELECT gen_random_uuid(), '{person.id}', id, n, 'Task number ' || n, now() - make_interval(mins => 6000 - n), now()
        FROM lists, generate_series(1, 5000) n WHERE owner_id = '{person.id}'""")
    page = enter_page()
    expect(page.get_by_role("heading", name="To do 5,000")).to_be_visible()
    rows = page.get_by_role("list", name="Tasks to do").get_by_role("listitem")
    assert rows.count() < 100
    expect(rows.first).to_have_attribute("aria-setsize", "5000")
    to_do(page, "Task number 5000").focus()
    page.keyboard.press("G")
    expect(to_do(page, "Task number 1")).to_be_focused()
    assert rows.count() < 100
    page.keyboard.press("k")
    expect(to_do(page, "Task number 2")).to_be_focused()
    page.keyboard.press("g")
    expect(to_do(page, "Task number 5000")).to_be_focused()
    # The fillers stand for all that isn't there, so the middle is in the middle.
    page.evaluate("() => scrollTo(0, document.documentElement.scrollHeight / 2)")
    expect(page.get_by_text("Task number 2500", exact=True)).to_be_attached()
    page.keyboard.press("/")
    page.keyboard.type("4711")
    expect(titles(page)).to_have_text(["Task number 4711"])
