"""The web page stays in step with what happens elsewhere, in real browsers."""

import json

from account import Account
from playwright.sync_api import expect

from browser import (  # noqa: F401
    add, answer_to, browser, complaints, done, enter, forgive, notice, open_page, person, row, show_done, tasks_page, titles, to_do,
)


def patch(person, old, **fields):  # noqa: F811
    """Changes a task from elsewhere."""
    task = next(task for task in person.ok("GET", "/tasks") if task["title"] == old)
    return person.ok("PATCH", f"/tasks/{task['id']}", fields)


def test_two_browsers_show_the_same_as_it_happens(tasks_page, open_page, person):  # noqa: F811
    one, other = tasks_page, enter(open_page(), person.email)
    add(one, "Written here p:high @home", "Written here")
    expect(to_do(other, "Written here")).to_be_visible(timeout=2000)
    expect(row(other, "Written here")).to_contain_text("High")

    to_do(other, "Written here").click()
    show_done(one)
    expect(done(one, "Written here")).to_be_checked(timeout=2000)
    done(one, "Written here").click()
    expect(to_do(other, "Written here")).to_be_visible(timeout=2000)

    one.get_by_role("button", name="Delete “Written here”").click()
    expect(to_do(other, "Written here")).to_have_count(0, timeout=2000)
    one.keyboard.press("u")
    expect(to_do(other, "Written here")).to_be_visible(timeout=2000)


def test_after_a_drop_nothing_is_missing(tasks_page, person, complaints):  # noqa: F811
    page = tasks_page
    page.context.set_offline(True)
    expect(page.get_by_text("Offline. Trying again…")).to_be_visible()
    person.add("Meanwhile")
    person.add("Gone again")
    with page.expect_request(lambda request: request.url.endswith("/events")) as asked:
        page.context.set_offline(False)
    expect(to_do(page, "Meanwhile")).to_be_visible()
    expect(page.get_by_text("Live", exact=True)).to_be_visible()
    # It went on from where it was: the list wasn't asked for again.
    assert asked.value.headers["last-event-id"]
    assert asked.value.headers["authorization"].startswith("Bearer ")
    if complaints:
        forgive(complaints)


def test_who_changed_the_same_is_asked(tasks_page, person):  # noqa: F811
    page = tasks_page
    add(page, "Both of us")
    page.get_by_role("button", name="Both of us", exact=True).click()
    page.get_by_label("Title").fill("Mine")
    patch(person, "Both of us", title="Theirs")
    # Nothing of what is typed goes; it is said that there is news.
    expect(page.get_by_text("This task was changed elsewhere meanwhile.")).to_be_visible()
    expect(page.get_by_label("Title")).to_have_value("Mine")
    page.get_by_role("button", name="Save").click()
    dialog = page.get_by_role("dialog", name="Changed here and elsewhere")
    expect(dialog.get_by_role("row", name="Title")).to_contain_text("Mine")
    expect(dialog.get_by_role("row", name="Title")).to_contain_text("Theirs")
    with answer_to(page, "PATCH") as answer:
        dialog.get_by_role("button", name="Keep mine").click()
    assert answer.value.status == 200
    expect(titles(page)).to_have_text(["Mine"])
    assert [task["title"] for task in person.ok("GET", "/tasks")] == ["Mine"]


def test_a_412_of_the_server_is_asked_about_too(tasks_page, person, complaints):  # noqa: F811
    """The page doesn't know yet that somebody was faster."""
    page = tasks_page
    add(page, "Both of us")
    page.get_by_role("button", name="Both of us", exact=True).click()
    page.get_by_label("Title").fill("Mine")
    page.route("**/api/v1/tasks/*", lambda route: (patch(person, "Both of us", title="Theirs"), route.continue_()), times=1)
    with answer_to(page, "PATCH") as answer:
        page.keyboard.press("Enter")
    assert answer.value.status == 412
    expect(page.get_by_role("dialog")).to_be_visible()
    forgive(complaints)
    dialog = page.get_by_role("dialog", name="Changed here and elsewhere")
    dialog.get_by_role("button", name="Close").click()
    # Later is possible, and theirs is what counts until then.
    expect(row(page, "Theirs")).to_contain_text("Somebody else has changed the same.")
    page.get_by_role("button", name="Compare").click()
    dialog.get_by_role("button", name="Take theirs").click()
    expect(page.get_by_text("Somebody else has changed the same.")).to_have_count(0)
    expect(titles(page)).to_have_text(["Theirs"])


def test_who_changed_something_else_is_not_asked(tasks_page, person):  # noqa: F811
    page = tasks_page
    add(page, "Both of us")
    page.get_by_role("button", name="Both of us", exact=True).click()
    page.get_by_label("Notes").fill("from here")
    patch(person, "Both of us", priority=3, tags=["theirs"])
    expect(page.get_by_text("This task was changed elsewhere meanwhile.")).to_be_visible()
    with answer_to(page, "PATCH") as answer:
        page.get_by_role("button", name="Save").click()
    assert answer.value.status == 200
    assert json.loads(answer.value.request.post_data) == {"notes": "from here"}
    expect(row(page, "Both of us")).to_contain_text("High")
    expect(row(page, "Both of us")).to_contain_text("from here")


def test_a_stream_of_someone_else_is_not_seen(tasks_page, backend, person):  # noqa: F811
    page = tasks_page
    Account(backend.url).add("Not yours")
    person.add("Yours")
    expect(titles(page)).to_have_text(["Yours"])
