"""The web page in a real browser, against the real backend: what people see and can do."""

import uuid

import pytest
from conftest import PASSWORD, tasks_of
from playwright.sync_api import expect

from browser import (  # noqa: F401
    FAILED_REQUEST, account, add, answer_to, browser, complaints, done, enter, forgive, log_in, notice, open_page, person, show_done,
    tasks_page, to_do,
)


def test_from_a_new_account_to_a_task_that_is_done(open_page):
    page = open_page()
    page.get_by_role("link", name="Create an account").click()
    page.get_by_label("Email").fill(f"page-{uuid.uuid4().hex}@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_text("Nothing to do yet")).to_be_visible()

    add(page, "Buy milk")
    add(page, "Call Oma")
    expect(page).to_have_title("(2) todo")
    with answer_to(page, "PATCH") as answer:
        to_do(page, "Buy milk").click()
    assert answer.value.status == 200

    page.reload()
    expect(to_do(page, "Call Oma")).not_to_be_checked()
    expect(to_do(page, "Buy milk")).to_have_count(0)
    show_done(page)
    expect(done(page, "Buy milk")).to_be_checked()

    with answer_to(page, "PATCH"):
        done(page, "Buy milk").click()
    expect(to_do(page, "Buy milk")).not_to_be_checked()

    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    assert page.evaluate("() => localStorage.length") == 0


def test_deleting_and_undoing(tasks_page):
    page = tasks_page
    add(page, "Keep me")
    add(page, "Delete me")
    with answer_to(page, "DELETE") as answer:
        page.get_by_role("button", name="Delete “Delete me”").click()
    assert answer.value.status == 204
    expect(to_do(page, "Delete me")).to_have_count(0)
    with answer_to(page, "POST", "/restore") as answer:
        page.get_by_role("button", name="Undo").click()
    assert answer.value.status == 200
    page.reload()
    expect(to_do(page, "Delete me")).to_be_visible()
    expect(to_do(page, "Keep me")).to_be_visible()


def test_a_wrong_password_says_so_and_keeps_what_was_typed(open_page, account, complaints):
    page = open_page()
    page.get_by_label("Email").fill(account)
    page.get_by_label("Password", exact=True).fill("not the password")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("alert").filter(has_text="Email or password is wrong")).to_be_visible()
    expect(page.get_by_label("Email")).to_have_value(account)
    expect(page.get_by_label("Password", exact=True)).to_be_focused()
    assert [text.startswith(FAILED_REQUEST) for text in complaints] == [True]
    complaints.clear()
    log_in(page, account)


def test_a_taken_address_and_a_short_password_are_explained_at_their_fields(open_page, account, complaints):
    page = open_page("/#register")
    email, password = page.get_by_label("Email"), page.get_by_label("Password", exact=True)
    email.fill(account)
    password.fill("short")
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_text("A password has at least 8 characters; this one has 5.")).to_be_visible()
    expect(password).to_be_focused()
    expect(password).to_have_attribute("aria-invalid", "true")
    password.fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_text("There is an account with this address already.")).to_be_visible()
    expect(email).to_be_focused()
    assert [text.startswith(FAILED_REQUEST) for text in complaints] == [True]
    complaints.clear()


def test_markup_in_a_title_stays_text(tasks_page):
    page = tasks_page
    page.on("dialog", lambda dialog: pytest.fail("the title ran as a script"))
    title = "<img src=x onerror=alert(1)>"
    add(page, title)
    to_do(page, title).click()
    expect(page.get_by_role("status").filter(has_text=f"Done: “{title}”.")).to_be_visible()
    page.reload()
    show_done(page)
    expect(page.get_by_text(title, exact=True)).to_be_visible()
    assert page.locator("img").count() == 0


def test_page_and_terminal_show_the_same_tasks(open_page, user):
    page = enter(open_page(), user.email)
    expect(page.get_by_text("Nothing to do yet")).to_be_visible()

    user.todo.ok("add", "From the terminal")
    expect(to_do(page, "From the terminal")).to_be_visible()
    add(page, "From the page")
    with answer_to(page, "PATCH"):
        to_do(page, "From the terminal").click()
    tasks = tasks_of(user.todo)
    assert {(task["title"], task["done"]) for task in tasks} == {("From the terminal", True), ("From the page", False)}

    user.todo.ok("done", next(task["reference"] for task in tasks if not task["done"]))
    page.reload()
    expect(page.get_by_text("All done", exact=True)).to_be_visible()
    show_done(page)
    expect(done(page, "From the page")).to_be_checked()


def test_an_ended_session_keeps_what_was_typed(tasks_page, person, complaints):
    page = tasks_page
    add(page, "Edit me")
    page.get_by_role("button", name="Edit me", exact=True).click()
    page.get_by_label("Notes").fill("Half a thou")
    page.get_by_label("New task").fill("Half a ta")
    page.route("**/api/v1/stats", lambda route: route.fulfill(status=401, content_type="application/problem+json", body="{}"))
    page.get_by_role("link", name="Statistics").click()
    expect(page.get_by_text("Your session has ended.")).to_be_visible()
    expect(page.get_by_label("Email")).to_have_value(person.email)
    page.unroute("**/api/v1/stats")
    forgive(complaints)
    enter(page, person.email)
    page.get_by_role("link", name="All tasks").click()
    expect(page.get_by_label("New task")).to_have_value("Half a ta")
    expect(page.get_by_label("Notes")).to_have_value("Half a thou")
    with answer_to(page, "PATCH") as answer:
        page.get_by_role("button", name="Save").click()
    assert answer.value.json()["notes"] == "Half a thou"


def test_what_is_done_offline_is_sent_when_the_connection_is_back(tasks_page, person, complaints):
    page = tasks_page
    add(page, "Rename me")
    page.context.set_offline(True)
    page.get_by_label("New task").fill("Written in a tunnel @train")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Not added. Can’t reach the server.")).to_be_visible()
    page.get_by_role("button", name="Rename me", exact=True).click()
    page.get_by_label("Title").fill("Renamed")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Not changed. Can’t reach the server.")).to_be_visible()
    expect(to_do(page, "Rename me")).to_be_visible()
    with answer_to(page, "POST", "/tasks") as added, answer_to(page, "PATCH") as renamed:
        page.context.set_offline(False)
    assert (added.value.status, renamed.value.status) == (201, 200)
    expect(page.get_by_text("Can’t reach")).to_have_count(0)
    forgive(complaints)
    page.reload()
    expect(to_do(page, "Written in a tunnel")).to_have_count(1)
    expect(to_do(page, "Renamed")).to_have_count(1)
    assert {task["title"]: task["tags"] for task in person.ok("GET", "/tasks")} == {"Written in a tunnel": ["train"], "Renamed": []}


def test_a_refused_change_is_taken_back_and_says_why(tasks_page, complaints):
    page = tasks_page
    add(page, "Stay open")
    page.route("**/api/v1/tasks/*", lambda route: route.fulfill(status=503, body=""))
    to_do(page, "Stay open").click()
    expect(page.get_by_text("Not marked as done. The server can’t do this right now (503).")).to_be_visible()
    expect(to_do(page, "Stay open")).not_to_be_checked()
    page.unroute("**/api/v1/tasks/*")
    complaints.clear()
    with answer_to(page, "PATCH"):
        page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", name="Done")).to_be_visible()
