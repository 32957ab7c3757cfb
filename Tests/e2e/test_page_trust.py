"""The web page keeps to itself: what it loads, what it sends, what it lets in."""

import urllib.error
import urllib.request

from playwright.sync_api import expect

from browser import (  # noqa: F401
    add, browser, complaints, enter, forgive, open_page, person, tasks_page, titles, to_do,
)


def test_the_page_comes_with_a_policy_that_allows_nothing_from_elsewhere(open_page, backend, person):  # noqa: F811
    page = open_page()
    requests = []
    page.on("request", lambda request: requests.append(request))
    answer = page.reload()
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["referrer-policy"] == "no-referrer"
    enter(page, person.email)
    add(page, "Secret")
    for name in ("Statistics", "Settings", "Deleted", "All tasks"):
        page.get_by_role("link", name=name).click()
        expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()
    assert [each.url for each in requests if not each.url.startswith((backend.url, "data:", "blob:"))] == []
    token = page.evaluate("() => JSON.parse(localStorage.getItem('todo.session')).token")
    assert token and [each.url for each in requests if token in each.url or "token" in each.url] == []
    # It goes to the API alone, never along with a file of the page.
    assert all("/api/v1/" in each.url for each in requests if "authorization" in each.headers)
    assert page.context.cookies() == []


def test_what_others_wrote_stays_text_wherever_it_is_shown(open_page, person):  # noqa: F811
    evil = "<img src=x onerror=alert(1)>"
    person.ok("POST", "/lists", {"key": "EVIL", "name": evil})
    person.add(evil, notes=evil, list="EVIL")
    person.ok("DELETE", f"/tasks/{person.add(evil)}")
    page = open_page()
    page.on("dialog", lambda dialog: (_ for _ in ()).throw(AssertionError("it ran as a script")))
    enter(page, person.email)
    expect(titles(page)).to_have_text([evil])
    page.get_by_role("button", name=evil, exact=True).click()
    expect(page.get_by_label("Notes")).to_have_value(evil)
    page.keyboard.press("Escape")
    page.keyboard.press("d")
    expect(page.get_by_role("dialog")).to_contain_text(evil[:30])
    page.keyboard.press("Escape")
    page.get_by_role("link", name=evil).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(evil)
    page.goto(page.url.split("?")[0] + "?q=" + evil.replace(" ", "%20"))
    expect(page.get_by_label("Search the tasks")).to_have_value(evil)
    page.get_by_role("link", name="Deleted").click()
    expect(page.get_by_role("button", name=f"Restore “{evil}”")).to_be_visible()
    assert page.locator("img").count() == 0


def test_files_are_asked_for_again_and_sent_only_when_they_are_others(backend):
    for path in ("/", "/js/app.js", "/css/base.css", "/favicon.svg"):
        with urllib.request.urlopen(backend.url + path) as answer:
            tag = answer.headers["ETag"]
            assert answer.headers["Cache-Control"] == "no-cache"
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
        request = urllib.request.Request(backend.url + path, headers={"If-None-Match": tag})
        try:
            urllib.request.urlopen(request)
            raise AssertionError("sent again")
        except urllib.error.HTTPError as error:
            assert error.code == 304


def test_another_tab_s_logout_counts_here(open_page, person):  # noqa: F811
    page = enter(open_page(), person.email)
    other = page.context.new_page()
    other.goto(page.url)
    expect(other.get_by_text("Nothing to do yet")).to_be_visible()
    other.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
