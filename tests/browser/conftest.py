"""The real page, served by the real app from made-up rows, in a headless Chromium."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect, sync_playwright
from tests.browser.scene import Scene, live_hour, serve_in_thread
from tests.integration.servers import missing

from attesa.exporter.service import wall_ms

PATIENCE_MS = 30_000
CHROMIUM_FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run", "--no-default-browser-check",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture
def scene() -> Scene:
    made = Scene()
    made.beat()
    live_hour(made, wall_ms())
    return made


@pytest.fixture
def serve(scene: Scene) -> Iterator[Callable[[], tuple[str, Callable[[], None]]]]:
    """Serve the scene; gives the address and a function that ends the server (and with it the stream)."""
    running: list[Callable[[], None]] = []

    def start() -> tuple[str, Callable[[], None]]:
        address, stop = serve_in_thread(scene)
        running.append(stop)
        return address, stop

    yield start
    for stop in running:
        stop()


@pytest.fixture(scope="module")  # its event loop runs in this thread, and later tests want their own
def browser() -> Iterator[Any]:
    binary = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if binary is None:
        missing("no chromium on the PATH")
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as driver:
        launched = driver.chromium.launch(executable_path=binary, args=list(CHROMIUM_FLAGS))
        yield launched
        launched.close()


@pytest.fixture
def visit(browser: Any) -> Iterator[Callable[..., Any]]:
    """Open a page; what the page's own scripts report as an error fails the test."""
    contexts, errors = [], []

    def open_page(address: str, width: int = 1920, height: int = 1080, **context: Any) -> Any:
        contexts.append(browser.new_context(viewport={"width": width, "height": height}, **context))
        page = contexts[-1].new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(address)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert errors == []
