"""The web page for everybody: with the keyboard alone, on a narrow screen, with a finger, by a screen reader's rules."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from browser import (  # noqa: F401
    account, add, answer_to, browser, complaints, done, enter, enter_page, notice, open_page, person, row, show_done, tasks_page,
    titles, to_do,
)
from conftest import PASSWORD


def test_everything_by_keyboard(open_page, person):  # noqa: F811
    page = open_page()
    keys = page.keyboard
    expect(page.get_by_label("Email")).to_be_focused()
    keys.type(person.email)
    keys.press("Tab")
    keys.type(PASSWORD)
    keys.press("Enter")
    expect(page.get_by_text("Nothing to do yet")).to_be_visible()

    for title in ("first", "second", "third"):
        keys.press("a")
        keys.type(title)
        keys.press("Enter")
        keys.press("Escape")
        expect(to_do(page, title)).to_be_visible()
    for key, title in (("j", "third"), ("j", "second"), ("ArrowDown", "first"), ("k", "second"), ("g", "third")):
        keys.press(key)
        expect(to_do(page, title)).to_be_focused()

    # The focus goes on to the next task, and back to what is undone.
    keys.press("Space")
    expect(to_do(page, "second")).to_be_focused()
    keys.press("u")
    expect(to_do(page, "third")).to_be_focused()
    keys.press("x")
    expect(to_do(page, "third")).to_have_count(0)
    expect(to_do(page, "second")).to_be_focused()

    # The letters of the terminal's screen: edit, notes, day, priority, tags.
    keys.press("e")
    expect(page.get_by_role("textbox", name="Title")).to_be_focused()
    keys.type("2nd")
    keys.press("Enter")
    expect(to_do(page, "2nd")).to_be_focused()
    keys.press("E")
    expect(page.get_by_label("Notes")).to_be_focused()
    keys.type("by keyboard")
    keys.press("Control+Enter")
    expect(to_do(page, "2nd")).to_be_focused()
    for key, answer in (("d", ("2030-12-24", "Enter")), ("p", (None, "3")), ("t", ("home", "Enter"))):
        keys.press(key)
        expect(page.get_by_role("dialog")).to_be_visible()
        if answer[0]:
            keys.type(answer[0])
        keys.press(answer[1])
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(to_do(page, "2nd")).to_be_focused()
    for words in ("High", "Dec 24, 2030", "@home", "by keyboard"):
        expect(row(page, "2nd")).to_contain_text(words)

    # Many at once.
    keys.press("v")
    keys.press("j")
    keys.press("v")
    expect(page.get_by_text("2 tasks chosen")).to_be_visible()
    keys.press("Escape")
    expect(page.get_by_text("2 tasks chosen")).to_be_hidden()

    keys.press("/")
    keys.type("fir")
    expect(titles(page)).to_have_text(["first"])
    keys.press("Enter")
    expect(to_do(page, "first")).to_be_focused()
    keys.press("/")
    keys.press("Escape")
    expect(titles(page)).to_have_count(2)
    keys.press("Escape")

    for key, view in (("1", "Today"), ("4", "All tasks")):
        keys.press(key)
        expect(page.get_by_role("heading", name=view, level=1)).to_be_focused()
    keys.press("?")
    help = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(help).to_be_visible()
    keys.press("Escape")
    expect(help).to_have_count(0)


def test_single_keys_can_be_switched_off(tasks_page):  # noqa: F811
    page = tasks_page
    page.get_by_role("button", name="Keyboard shortcuts").click()
    page.get_by_label("Use single-key shortcuts").uncheck()
    page.get_by_role("button", name="Close").click()
    page.keyboard.press("a")
    expect(page.get_by_label("New task")).not_to_be_focused()
    page.get_by_role("button", name="Keyboard shortcuts").click()
    page.get_by_label("Use single-key shortcuts").check()
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    expect(page.get_by_label("New task")).to_be_focused()


def test_a_narrow_screen_has_all_in_reach(open_page, person):  # noqa: F811
    person.ok("POST", "/lists", {"key": "HOME", "name": "Donaudampfschifffahrt" * 3})
    person.add("Donaudampfschifffahrtsgesellschaft" * 8, tags=["Donaudampfschifffahrtsgesellschaftskapitaen"], list="HOME", priority=3)
    page = open_page(viewport={"width": 320, "height": 640}, has_touch=True, is_mobile=True)
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    assert_fits(page, 320)
    enter(page, person.email)
    add(page, "Short due:2030-12-24 p:high @home", "Short")
    assert_fits(page, 320)
    page.get_by_role("button", name="Short", exact=True).tap()
    expect(page.get_by_label("Notes")).to_be_visible()
    assert_fits(page, 320)
    page.get_by_role("button", name="Cancel").tap()
    to_do(page, "Short").tap()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    page.get_by_role("button", name="Dismiss").tap()
    show_done(page)
    expect(done(page, "Short")).to_be_visible()
    assert_fits(page, 320)
    page.get_by_role("button", name="Choose", exact=True).tap()
    page.get_by_label("Select “Short”").tap()
    expect(page.get_by_text("1 task chosen")).to_be_visible()
    assert_fits(page, 320)
    page.get_by_role("button", name="Choose none").tap()

    menu = page.get_by_role("button", name="Lists and views")
    menu.tap()
    page.get_by_role("link", name="Statistics").tap()
    expect(page.get_by_role("heading", name="Done per day")).to_be_visible()
    expect(page.get_by_role("link", name="Statistics")).to_be_hidden()
    assert_fits(page, 320)
    menu.tap()
    page.get_by_role("link", name="Settings").tap()
    expect(page.get_by_role("heading", name="Time zone")).to_be_visible()
    assert_fits(page, 320)
    page.get_by_role("button", name="Keyboard shortcuts").tap()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert_fits(page, 320)


def assert_fits(page, width):
    """No scrolling to the side, and nothing too small for a finger."""
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    small = page.evaluate(
        """() => [...document.querySelectorAll("button, a.side-link, input:not(label.switch input), select, textarea, summary")]
          .filter((element) => element.checkVisibility())
          .filter((element) => !element.matches(".task-title"))
          .filter((element) => element.offsetWidth < 44 || element.offsetHeight < 44)
          .map((element) => `${element.outerHTML.slice(0, 80)} ${element.offsetWidth}x${element.offsetHeight}`)"""
    )
    assert small == []


def axe(page, where, rules=None):
    """No rule of axe-core is violated: those of WCAG and of good practice, or these alone."""
    # Colours are judged as they come to rest.
    page.evaluate("() => Promise.all(document.getAnimations().map((each) => each.finished.catch(() => {})))")
    options = {"resultTypes": ["violations"]} | ({"runOnly": rules} if rules else {})
    results = Axe().run(page, options=options)
    found = [
        f"{where}: {violation['id']}: {node['html'][:120]} {node.get('failureSummary', '')}"
        for violation in results.response["violations"] for node in violation["nodes"]
    ]
    assert found == []


# In the dark only the colours are others.
@pytest.mark.parametrize(("scheme", "rules"), [("light", None), ("dark", ["color-contrast"])])
def test_the_rules_of_accessibility_hold(open_page, person, scheme, rules):  # noqa: F811
    person.ok("POST", "/lists", {"key": "HOME", "name": "Home"})
    person.add("Late", due_on="2020-01-01", priority=3, tags=["work"], list="HOME")
    person.add("Soon", due_on="2030-01-01", priority=2, notes="with notes")
    identifier = person.add("Done")
    person.ok("PATCH", f"/tasks/{identifier}", {"done": True})
    person.ok("DELETE", f"/tasks/{person.add('Deleted')}")
    page = open_page(color_scheme=scheme, reduced_motion="reduce")
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    axe(page, "login", rules)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_label("Email")).to_be_focused()
    axe(page, "login with faults", rules)
    enter(page, person.email)
    show_done(page)
    axe(page, "tasks", rules)
    page.get_by_label("New task").fill("x due:2030-12-24 p:high @home @bob's")
    expect(page.get_by_text("is no tag")).to_be_visible()
    axe(page, "a line being read", rules)
    page.get_by_label("New task").fill("")
    page.get_by_role("button", name="Soon", exact=True).click()
    expect(page.get_by_label("Notes")).to_be_visible()
    axe(page, "editor", rules)
    page.get_by_role("button", name="Cancel").click()
    page.keyboard.press("v")
    expect(page.get_by_text("1 task chosen")).to_be_visible()
    axe(page, "choosing", rules)
    for key in ("d", "p", "m", "?"):
        page.keyboard.press(key)
        expect(page.get_by_role("dialog")).to_be_visible()
        axe(page, f"dialog of {key}", rules)
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
    for view, sign in (("stats", "Done per day"), ("settings", "Time zone"), ("deleted", "kept for 30 days"), ("upcoming&q=none", "matches")):
        page.goto(page.url.split("?")[0] + f"?view={view}")
        expect(page.get_by_text(sign).first).to_be_visible()
        axe(page, view, rules)


def test_who_wants_no_motion_sees_none(enter_page, person):  # noqa: F811
    for title in ("one", "two", "three"):
        person.add(title)
    page = enter_page(reduced_motion="reduce")
    to_do(page, "three").click()
    expect(titles(page)).to_have_text(["two", "one"])
    durations = page.evaluate("() => document.getAnimations().map((each) => each.effect.getComputedTiming().duration)")
    assert all(duration <= 1 for duration in durations)


def test_a_screen_reader_hears_what_happens(tasks_page):  # noqa: F811
    page = tasks_page
    add(page, "Speak up")
    expect(page.get_by_role("status").filter(has_text="Added: Speak up")).to_be_attached()
    to_do(page, "Speak up").click()
    expect(page.get_by_role("status").filter(has_text="Done: “Speak up”.")).to_be_visible()
    page.get_by_role("link", name="Statistics").click()
    expect(page.get_by_role("heading", name="Statistics")).to_be_focused()
    # The pictures are tables for who can't see them.
    table = page.get_by_role("table", name="Done per day")
    expect(table).to_be_attached()
    assert table.get_by_role("row").count() in (54, 55)
    assert sum(int(text) for text in table.get_by_role("cell").all_inner_texts() if text) == 1
    expect(page.get_by_role("table", name="Open tasks over time").get_by_role("row").last).to_contain_text("0")
    assert page.locator("svg.heat rect").count() == 366
    assert page.locator("svg.heat rect.level-0").count() == 365
