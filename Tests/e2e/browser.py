"""What the tests of the web page share: a browser, pages in it, and what people do there."""

import os
import shutil

import pytest
from account import Account
from playwright.sync_api import expect, sync_playwright

from conftest import PASSWORD

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

# What a refused login or a lost connection leaves in the console; it is the browser that writes it.
FAILED_REQUEST = "Failed to load resource"

WATCH_THE_POLICY = """
addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy violated: ${event.violatedDirective} ${event.blockedURI}`));
"""


@pytest.fixture(scope="module")
def browser():
    program = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        pytest.fail("There is no Chromium: install it (Debian: apt-get install chromium), or name its program in CHROMIUM.")
    # Chromium refuses to run as root with its sandbox.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def complaints():
    """What the browser complains about; a test that expects something takes it out."""
    return []


@pytest.fixture
def open_page(browser, backend, complaints):
    """Opens the page in a browser that knows nothing of the others."""
    contexts = []

    def open_page(path="/", **options):
        context = browser.new_context(**options)
        contexts.append(context)
        context.add_init_script(WATCH_THE_POLICY)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda message: message.type in ("error", "warning") and complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(backend.url + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == [], complaints


@pytest.fixture
def account(backend):
    """The address of a new account."""
    return Account(backend.url).email


@pytest.fixture
def person(backend):
    """A new account, for what is done elsewhere than on the page: see account.Account."""
    return Account(backend.url)


@pytest.fixture
def tasks_page(open_page, person):
    """The page of a new account (`person`), logged in, and following what happens."""
    return enter(open_page(), person.email)


@pytest.fixture
def enter_page(open_page, person):
    """Opens the page at a place, logged in as `person`: what the account has by then is there."""
    return lambda path="/", **options: enter(open_page(path, **options), person.email)


def log_in(page, email, password=PASSWORD):
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Log in").click()


def enter(page, email):
    """Logs in and waits until the list and the stream are there."""
    log_in(page, email)
    expect(page.locator("main")).to_have_attribute("aria-busy", "false")
    expect(page.get_by_role("status").filter(has_text="Live")).to_be_visible()
    return page


def answer_to(page, method, ending=""):
    """A context whose `.value` is the answer to the next request of this kind."""
    return page.expect_response(lambda answer: answer.request.method == method and answer.url.endswith(ending))


def add(page, line, title=None):
    """Adds a task and waits until the server has it."""
    with answer_to(page, "POST", "/tasks") as answer:
        page.get_by_label("New task").fill(line)
        page.keyboard.press("Enter")
    assert answer.value.status == 201
    expect(to_do(page, title or line)).to_be_visible()


def to_do(page, title):
    """The tick of an open task."""
    return page.get_by_role("list", name="Tasks to do").get_by_role("checkbox", name=title, exact=True)


def done(page, title):
    return page.get_by_role("list", name="Tasks that are done").get_by_role("checkbox", name=title, exact=True)


def titles(page, name="Tasks to do"):
    """The titles of a list, in its order; to be compared with `expect`."""
    return page.get_by_role("list", name=name).locator(".task-title")


def row(page, title):
    """The list item of a task."""
    return page.get_by_role("listitem").filter(has=page.get_by_role("button", name=title, exact=True))


def show_done(page):
    page.get_by_role("heading", name="Done").click()


def notice(page, text):
    return page.locator(".notice").get_by_text(text)


def forgive(complaints):
    """Takes the failed requests out that a test has made."""
    assert complaints and all(text.startswith(FAILED_REQUEST) for text in complaints), complaints
    complaints.clear()
