"""Uses the page as a person would: python page.py URL"""

import sys
import uuid

from playwright.sync_api import expect, sync_playwright

PASSWORD = "correct horse battery"


def main(url):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page()
        errors = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(url)
        email = f"{uuid.uuid4().hex}@example.org"
        answer = page.context.request.post(f"{url}/api/v1/auth/register", data={"email": email, "password": PASSWORD})
        assert answer.status == 201, answer.text()
        page.get_by_label("Email").fill(email)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        page.get_by_label("New task").fill("From the page")
        page.keyboard.press("Enter")
        expect(page.get_by_role("checkbox", name="From the page", exact=True)).to_be_visible()
        page.reload()
        expect(page.get_by_role("checkbox", name="From the page", exact=True)).to_be_visible()
        assert not errors, errors
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1])
