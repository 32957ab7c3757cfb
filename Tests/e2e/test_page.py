"""The web page in a real browser, against the real backend: what people see and can do."""

import os
import shutil
import uuid

import pytest
from conftest import PASSWORD, tasks_of
from playwright.sync_api import expect, sync_playwright

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
    assert complaints == []


@pytest.fixture
def account(browser, backend):
    """The address of a new account."""
    email = f"page-{uuid.uuid4().hex}@example.org"
    context = browser.new_context()
    answer = context.request.post(f"{backend.url}/api/v1/auth/register", data={"email": email, "password": PASSWORD})
    assert answer.status == 201, answer.text()
    context.close()
    return email


@pytest.fixture
def tasks_page(open_page, account):
    """The page of a new account, logged in."""
    page = open_page()
    log_in(page, account)
    return page


def log_in(page, email, password=PASSWORD):
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_label("New task")).to_be_visible()


def add(page, title):
    """Adds a task and waits until the server has it."""
    with page.expect_response(lambda answer: answer.request.method == "POST" and answer.url.endswith("/tasks")) as answer:
        page.get_by_label("New task").fill(title)
        page.keyboard.press("Enter")
    assert answer.value.status == 201
    expect(to_do(page, title)).to_be_visible()


def to_do(page, title):
    return page.get_by_role("list", name="Tasks to do").get_by_role("checkbox", name=title, exact=True)


def done(page, title):
    return page.get_by_role("list", name="Tasks that are done").get_by_role("checkbox", name=title, exact=True)


def show_done(page):
    page.get_by_role("heading", name="Done").click()


def come_back(page):
    """What the browser reports when someone comes back to the page from elsewhere."""
    page.evaluate("() => void dispatchEvent(new Event('focus'))")


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
    with page.expect_response(lambda answer: answer.request.method == "PATCH") as answer:
        to_do(page, "Buy milk").click()
    assert answer.value.status == 200

    page.reload()
    expect(to_do(page, "Call Oma")).not_to_be_checked()
    expect(to_do(page, "Buy milk")).to_have_count(0)
    show_done(page)
    expect(done(page, "Buy milk")).to_be_checked()

    with page.expect_response(lambda answer: answer.request.method == "PATCH"):
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
    with page.expect_response(lambda answer: answer.request.method == "DELETE") as answer:
        page.get_by_role("button", name="Delete “Delete me”").click()
    assert answer.value.status == 204
    expect(to_do(page, "Delete me")).to_have_count(0)
    with page.expect_response(lambda answer: answer.url.endswith("/restore")) as answer:
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
    page = open_page()
    log_in(page, user.email, user.password)
    expect(page.get_by_text("Nothing to do yet")).to_be_visible()

    user.todo.ok("add", "From the terminal")
    come_back(page)
    expect(to_do(page, "From the terminal")).to_be_visible()
    add(page, "From the page")
    with page.expect_response(lambda answer: answer.request.method == "PATCH"):
        to_do(page, "From the terminal").click()
    tasks = tasks_of(user.todo)
    assert {(task["title"], task["done"]) for task in tasks} == {("From the terminal", True), ("From the page", False)}

    user.todo.ok("done", next(task["reference"] for task in tasks if not task["done"]))
    page.reload()
    expect(page.get_by_text("All done")).to_be_visible()
    show_done(page)
    expect(done(page, "From the page")).to_be_checked()


def test_another_window_s_change_is_there_when_one_comes_back(tasks_page, open_page, account):
    other = open_page()
    log_in(other, account)
    add(tasks_page, "From the first window")
    come_back(other)
    expect(to_do(other, "From the first window")).to_be_visible()


def test_an_ended_session_keeps_what_was_typed(tasks_page, account, complaints):
    page = tasks_page
    expect(page.get_by_text("Nothing to do yet")).to_be_visible()
    page.get_by_label("New task").fill("Half a thou")
    page.route("**/api/v1/tasks?*", lambda route: route.fulfill(status=401, content_type="application/problem+json", body="{}"))
    come_back(page)
    expect(page.get_by_text("Your session has ended.")).to_be_visible()
    expect(page.get_by_label("Email")).to_have_value(account)
    page.unroute("**/api/v1/tasks?*")
    assert all(text.startswith(FAILED_REQUEST) for text in complaints)
    complaints.clear()
    log_in(page, account)
    expect(page.get_by_label("New task")).to_have_value("Half a thou")


def test_a_task_written_offline_is_sent_when_the_connection_is_back(tasks_page, complaints):
    page = tasks_page
    expect(page.get_by_text("Nothing to do yet")).to_be_visible()
    page.context.set_offline(True)
    page.get_by_label("New task").fill("Written in a tunnel")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Not added. Can’t reach the server.")).to_be_visible()
    with page.expect_response(lambda answer: answer.request.method == "POST") as answer:
        page.context.set_offline(False)
    assert answer.value.status == 201
    expect(page.get_by_text("Not added.")).to_have_count(0)
    assert all(text.startswith(FAILED_REQUEST) for text in complaints)
    complaints.clear()
    page.reload()
    expect(to_do(page, "Written in a tunnel")).to_have_count(1)


def test_a_refused_change_is_taken_back_and_says_why(tasks_page, complaints):
    page = tasks_page
    add(page, "Stay open")
    page.route("**/api/v1/tasks/*", lambda route: route.fulfill(status=503, body=""))
    to_do(page, "Stay open").click()
    expect(page.get_by_text("Not marked as done. The server can’t do this right now (503).")).to_be_visible()
    expect(to_do(page, "Stay open")).not_to_be_checked()
    page.unroute("**/api/v1/tasks/*")
    complaints.clear()
    with page.expect_response(lambda answer: answer.request.method == "PATCH"):
        page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", name="Done")).to_be_visible()


def test_everything_by_keyboard(open_page, account):
    page = open_page()
    keys = page.keyboard
    expect(page.get_by_label("Email")).to_be_focused()
    keys.type(account)
    keys.press("Tab")
    keys.type(PASSWORD)
    keys.press("Enter")
    expect(page.get_by_text("Nothing to do yet")).to_be_visible()

    for title in ("first", "second", "third"):
        keys.press("a")
        keys.type(title)
        keys.press("Enter")
        keys.press("Escape")
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

    keys.press("/")
    keys.type("fir")
    expect(to_do(page, "second")).to_have_count(0)
    keys.press("Enter")
    expect(to_do(page, "first")).to_be_focused()
    keys.press("/")
    keys.press("Escape")
    expect(to_do(page, "second")).to_be_visible()
    keys.press("Escape")

    keys.press("?")
    help = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(help).to_be_visible()
    keys.press("Escape")
    expect(help).to_have_count(0)


def test_single_keys_can_be_switched_off(tasks_page):
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


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_narrow_screen_has_all_in_reach(open_page, account, scheme):
    page = open_page(viewport={"width": 320, "height": 640}, has_touch=True, is_mobile=True, color_scheme=scheme)
    assert_fits(page, 320)
    log_in(page, account)
    add(page, "Donaudampfschifffahrtsgesellschaft" * 8)
    add(page, "Short")
    to_do(page, "Short").tap()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    show_done(page)
    expect(done(page, "Short")).to_be_visible()
    assert_fits(page, 320)
    page.get_by_role("button", name="Keyboard shortcuts").tap()
    assert_fits(page, 320)


def assert_fits(page, width):
    """No scrolling to the side, and nothing too small for a finger."""
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    small = page.evaluate(
        """() => [...document.querySelectorAll("button, input:not(dialog input), summary")]
          .filter((element) => element.checkVisibility())
          .filter((element) => element.offsetWidth < 44 || element.offsetHeight < 44)
          .map((element) => `${element.outerHTML.slice(0, 80)} ${element.offsetWidth}x${element.offsetHeight}`)"""
    )
    assert small == []


def test_the_page_comes_with_a_policy_that_allows_nothing_from_elsewhere(open_page, backend):
    page = open_page()
    hosts = []
    page.on("request", lambda request: hosts.append(request.url))
    answer = page.reload()
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert [url for url in hosts if not url.startswith((backend.url, "data:"))] == []
