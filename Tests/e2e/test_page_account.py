"""The web page: settings, export, the end of an account."""

import json

from playwright.sync_api import expect

from browser import (  # noqa: F401
    FAILED_REQUEST, add, browser, complaints, enter, enter_page, forgive, log_in, open_page, person, tasks_page, to_do,
)
from conftest import PASSWORD


def test_the_time_zone(enter_page, person):  # noqa: F811
    page = enter_page("/?view=settings", timezone_id="Europe/Berlin")
    page.get_by_role("combobox", name="Time zone").select_option("Asia/Tokyo")
    expect(page.get_by_text("Saved: Asia/Tokyo.")).to_be_visible()
    assert person.ok("GET", "/me")["time_zone"] == "Asia/Tokyo"
    page.get_by_role("button", name="Take this device’s: Europe/Berlin").click()
    expect(page.get_by_text("Saved: Europe/Berlin.")).to_be_visible()
    page.reload()
    expect(page.get_by_role("combobox", name="Time zone")).to_have_value("Europe/Berlin")
    page.get_by_role("combobox", name="Time zone").select_option("As the server has it")
    expect(page.get_by_text("Saved: as the server has it.")).to_be_visible()
    assert person.ok("GET", "/me")["time_zone"] is None


def test_the_digest_is_shown_and_switched_off(enter_page, person):  # noqa: F811
    person.add("<b>Not bold</b>", due_on="2020-01-01")
    page = enter_page("/?view=settings")
    page.get_by_role("button", name="Show today’s digest").click()
    preview = page.get_by_role("region", name="Today’s digest")
    expect(preview).to_contain_text("<b>Not bold</b>")
    expect(preview).to_be_focused()
    page.get_by_label("Send me the daily digest").uncheck()
    expect(page.get_by_text("You get no more digests.")).to_be_visible()
    assert person.ok("GET", "/me")["digest_enabled"] is False
    page.reload()
    expect(page.get_by_label("Send me the daily digest")).not_to_be_checked()


def test_another_password(enter_page, person, complaints, open_page):  # noqa: F811
    page = enter_page("/?view=settings")
    current, new = page.get_by_label("Current password"), page.get_by_label("New password")
    current.fill("not this one")
    new.fill("short")
    page.get_by_role("button", name="Change the password").click()
    expect(page.get_by_text("this one has 5")).to_be_visible()
    new.fill("another good password")
    page.get_by_role("button", name="Change the password").click()
    expect(page.get_by_text("Current password is wrong.")).to_be_visible()
    expect(current).to_be_focused()
    forgive(complaints)
    current.fill(PASSWORD)
    page.get_by_role("button", name="Change the password").click()
    expect(page.get_by_text("The password is changed.")).to_be_visible()
    other = open_page()
    log_in(other, person.email, "another good password")
    expect(other.get_by_text("Nothing to do yet")).to_be_visible()


def test_all_can_be_taken_along(enter_page, person):  # noqa: F811
    person.ok("POST", "/lists", {"key": "HOME", "name": "Home"})
    person.add("Ünï <b>", notes="n", list="HOME")
    page = enter_page()
    expect(to_do(page, "Ünï <b>")).to_be_visible()
    page.get_by_role("link", name="Settings").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download all as JSON").click()
    exported = json.loads(download.value.path().read_text())
    assert download.value.suggested_filename == "todo.json"
    assert [(task["title"], task["reference"]) for task in exported["tasks"]] == [("Ünï <b>", "HOME-1")]
    assert [each["key"] for each in exported["lists"]] == [None, "HOME"]


def test_an_account_is_deleted_only_by_who_means_it(tasks_page, person, complaints):  # noqa: F811
    page = tasks_page
    add(page, "Lost")
    page.get_by_role("link", name="Settings").click()
    page.get_by_role("button", name="Delete the account…").click()
    dialog = page.get_by_role("dialog", name="Delete this account?")
    dialog.get_by_label("to go on").fill("someone@example.org")
    dialog.get_by_role("button", name="Delete for good").click()
    expect(dialog.get_by_text("This is not the address of this account.")).to_be_visible()
    dialog.get_by_label("to go on").fill(person.email.upper())
    dialog.get_by_role("button", name="Delete for good").click()
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    assert page.url.endswith("/")
    assert page.evaluate("() => localStorage.length") == 0
    complaints.clear()
    log_in(page, person.email)
    expect(page.get_by_text("Email or password is wrong.")).to_be_visible()
    forgive(complaints)
