"""Saves a picture of a running wallboard: screenshot.py ADDRESS FILE [WIDTHxHEIGHT] [CSS selector]."""

import shutil
import sys

from playwright.sync_api import sync_playwright

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--hide-scrollbars"]


def save(address: str, file: str, size: str = "1920x1080", ready: str = "body.fresh") -> None:
    """Wait until the board is fresh, then save it. Raises playwright's TimeoutError after 30 s."""
    width, height = map(int, size.split("x"))
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = browser.new_page(viewport={"width": width, "height": height})
        page.goto(address)
        page.wait_for_selector(ready)
        page.wait_for_timeout(700)  # the transitions of the page
        page.screenshot(path=file)
        browser.close()


if __name__ == "__main__":
    save(*sys.argv[1:])
