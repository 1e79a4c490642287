"""A real browser in front of a real server with the tiny models."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.server.conftest import Served, http, in_its_home, one_server, served  # noqa: F401

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
expect.set_options(timeout=30_000)  # milliseconds; busy machines take longer than its five seconds
SHOTS = Path(__file__).parents[2] / "out" / "studio"  # git ignores it: to be looked at


class Visitor:
    """Somebody at a screen of the studio; what goes wrong in the page, or leaves it, is noted."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url
        self.wrong: list[str] = []
        page.set_default_timeout(60_000)
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("console", lambda told: self.wrong.append(told.text) if told.type == "error" else 0)
        page.on("request", lambda asked: self.leaves(asked.url))

    def leaves(self, url: str) -> None:
        """Note a request that is not for this server."""
        if not url.startswith((self.url, "blob:", "data:")):
            self.wrong.append(f"left the machine: {url}")

    def opens(self, screen: str = "") -> Page:
        """The page, once that screen is there."""
        self.page.goto(f"{self.url}/#/{screen}")
        self.page.wait_for_selector(f"html[data-ready='{screen.split('/')[0] or 'home'}']")
        return self.page

    def keeps(self, name: str) -> None:
        """A picture of the screen, for people."""
        SHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SHOTS / f"{name}.png", full_page=True)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium."""
    if CHROMIUM is None:
        pytest.skip("no Chromium here: apt install chromium, then again")
    with sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-dev-shm-usage"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=options)
        yield browser
        browser.close()


@pytest.fixture
def visitor(browser: Browser, served: Served) -> Iterator[Visitor]:  # noqa: F811
    """An English visitor at a desk, in daylight."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 820}, locale="en-US", color_scheme="light"
    )
    visitor = Visitor(context.new_page(), served.url)
    yield visitor
    context.close()
    assert visitor.wrong == []
