"""The page that shows the API, in a real browser: it is complete, and what it sends works."""

import pytest
from conftest import PASSWORD
from playwright.sync_api import expect
from test_page import FAILED_REQUEST, account, browser, complaints, open_page  # noqa: F401

METHODS = ("get", "post", "put", "patch", "delete")


@pytest.fixture
def docs(open_page):  # noqa: F811
    """The page, with all operations on it."""
    page = open_page("/docs")
    expect(page.get_by_role("main")).to_have_attribute("aria-busy", "false")
    return page


def log_in(page, email):
    page.get_by_role("button", name="Log in").first.click()
    dialog = page.get_by_role("dialog", name="Log in")
    dialog.get_by_label("Email").fill(email)
    dialog.get_by_label("Password").fill(PASSWORD)
    dialog.get_by_role("button", name="Log in").click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("button", name="Log out")).to_be_visible()


def open_operation(page, name):
    """Opens the operation with this id, and gives it."""
    operation = page.locator(f"#{name}")
    operation.locator("summary").click()
    expect(operation.get_by_role("heading", name="Try it")).to_be_visible()
    return operation


def send(operation):
    """Sends what the form has; gives the place of the answer."""
    operation.get_by_role("button", name="Send").click()
    result = operation.get_by_role("status")
    expect(result).to_contain_text(" ms")
    return result


def test_every_operation_and_every_schema_is_shown(docs, backend):
    description = docs.request.get(f"{backend.url}/openapi.json").json()
    wanted = {item[method]["operationId"] for item in description["paths"].values() for method in METHODS if method in item}
    shown = docs.locator("details.operation").evaluate_all("(all) => all.map((each) => each.id)")
    assert set(shown) == wanted
    assert len(shown) == len(wanted)
    schemas = docs.locator("details.schema").evaluate_all("(all) => all.map((each) => each.id)")
    assert schemas == [f"schema-{name}" for name in description["components"]["schemas"]]
    for name in shown:
        open_operation(docs, name)


def test_what_an_operation_takes_and_answers(docs):
    operation = open_operation(docs, "listTasks")
    for words in ("due_before", "string, date", "1–1000", "default -created", "422", "X-Total-Count"):
        expect(operation.locator(".about")).to_contain_text(words)
    expect(operation.locator(".about")).not_to_contain_text("412")
    operation.locator(".about").get_by_role("link", name="Problem").first.click()
    expect(docs.locator("#schema-Problem .fields")).to_contain_text("request_id")


@pytest.mark.parametrize("path", ["/docs", "/docs/", "/api/v1/docs", "/api/v1/docs/"])
def test_it_works_wherever_it_is_served(open_page, account, path):  # noqa: F811
    page = open_page(path)
    log_in(page, account)
    created = send(open_operation(page, "createTask"))
    expect(created).to_contain_text("201")
    expect(created).to_contain_text("location: " + path.removesuffix("/").removesuffix("docs") + "tasks/")
    result = send(open_operation(page, "listTasks"))
    expect(result).to_contain_text("200")
    expect(result).to_contain_text("x-total-count: 1")
    expect(result.get_by_label("Body of the answer")).to_contain_text('"title": "Call the bank"')


def test_parameters_headers_and_the_command(docs, account, complaints):  # noqa: F811
    log_in(docs, account)
    send(open_operation(docs, "createTask"))
    operation = open_operation(docs, "updateTask")
    operation.get_by_label("If-Match").fill('"7"')
    command = operation.get_by_label("The request as a command")
    expect(command).to_contain_text("-X PATCH")
    expect(command).to_contain_text("/tasks/1'")
    expect(command).to_contain_text("-H 'If-Match: \"7\"'")
    expect(command).to_contain_text("Bearer $TOKEN")
    expect(send(operation)).to_contain_text("412")
    assert [text.startswith(FAILED_REQUEST) for text in complaints] == [True]
    complaints.clear()
    operation.get_by_label("If-Match").fill('"1"')
    expect(send(operation).get_by_text("200 OK")).to_be_visible()

    tasks = open_operation(docs, "listTasks")
    tasks.get_by_label("tag", exact=True).fill("phone, x y")
    tasks.get_by_label("sort").select_option("due")
    expect(tasks.get_by_label("The request as a command")).to_contain_text("/tasks?tag=phone&tag=x+y&sort=due'")


def test_markup_in_an_answer_stays_text(docs, account):  # noqa: F811
    log_in(docs, account)
    operation = open_operation(docs, "createTask")
    operation.get_by_label("Body", exact=True).fill('{"title": "<img src=x onerror=alert(1)>"}')
    expect(send(operation)).to_contain_text("<img src=x onerror=alert(1)>")
    assert docs.locator("img").count() == 0


def test_the_token_is_forgotten(docs, account, complaints):  # noqa: F811
    log_in(docs, account)
    docs.reload()
    expect(docs.get_by_text(account)).to_be_visible()
    docs.get_by_role("button", name="Log out").click()
    assert docs.evaluate("() => [localStorage.length, sessionStorage.length]") == [0, 0]
    result = send(open_operation(docs, "showAccount"))
    expect(result).to_contain_text("401")
    expect(result).to_contain_text("log in above")
    assert [text.startswith(FAILED_REQUEST) for text in complaints] == [True]
    complaints.clear()


def test_a_wrong_password_says_so(docs, account, complaints):  # noqa: F811
    docs.get_by_role("button", name="Log in").click()
    dialog = docs.get_by_role("dialog", name="Log in")
    dialog.get_by_label("Email").fill(account)
    dialog.get_by_label("Password").fill("not the password")
    docs.keyboard.press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("wrong")
    docs.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert [text.startswith(FAILED_REQUEST) for text in complaints] == [True]
    complaints.clear()


def test_by_keyboard_and_by_link(open_page):  # noqa: F811
    page = open_page("/docs#showHealth")
    summary = page.locator("#showHealth summary")
    expect(summary).to_be_focused()
    expect(page.locator("#showHealth .try")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("#showHealth .try")).to_be_hidden()
    page.keyboard.press("Space")
    expect(page.locator("#showHealth .try")).to_be_visible()
    page.get_by_label("Filter the operations").fill("restore")
    expect(page.locator("details.operation:visible")).to_have_count(1)
    page.get_by_label("Filter the operations").fill("no such thing")
    expect(page.get_by_text("Nothing here is called that.")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_narrow_screen_has_all_in_reach(open_page, account, scheme):  # noqa: F811
    page = open_page("/docs", viewport={"width": 320, "height": 640}, has_touch=True, is_mobile=True, color_scheme=scheme)
    log_in(page, account)
    for name in ("createTask", "listTasks", "updateAccount", "listLists"):
        send(open_operation(page, name))
    page.locator("#schema-Task summary").click()
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 320
    small = page.evaluate(
        """() => [...document.querySelectorAll("button, input, select, textarea, summary")]
          .filter((element) => element.checkVisibility() && element.offsetHeight < 44)
          .map((element) => `${element.outerHTML.slice(0, 80)} ${element.offsetHeight}`)"""
    )
    assert small == []


def test_nothing_comes_from_elsewhere(docs, backend, account):  # noqa: F811
    hosts = []
    docs.on("request", lambda request: hosts.append(request.url))
    answer = docs.reload()
    log_in(docs, account)
    send(open_operation(docs, "listTasks"))
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert [url for url in hosts if not url.startswith((f"{backend.url}/", "data:"))] == []
