"""Somebody at a screen: signs in, clicks, types; every page they come to is looked at by axe."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect

from tests import world as worlds


@dataclass
class Hand:
    """
    A person with a browser.

    Attributes:
        clicks: so far; filling a field is none.
        faults: what axe found, what was wider than the screen, what the console complained of.
    """

    page: Page
    clicks: int = 0
    faults: list[str] = field(default_factory=list)

    def sign_in(self, login: str) -> None:
        """Come as a stranger, and be led in."""
        self.page.goto("/")
        self.look()
        self.page.locator("#id_login").fill(login)
        self.page.locator("#id_password").fill(worlds.PASSWORD)
        self.click(self.page.locator("form.ck-form button"))
        expect(self.page.locator("#id_login")).to_have_count(0)
        self.look()

    def click(self, place: Locator) -> None:
        """Click a place, once it is there."""
        place.click()
        self.clicks += 1

    def follow(self, place: Locator, to: str) -> None:
        """Click a place that leads to an address of this form, and look at it."""
        self.click(place)
        self.page.wait_for_url(to)
        self.look()

    def say(self, words: str) -> None:
        """Wait until the page's message holds the words, and look."""
        expect(self.page.locator(".ck-toast").last).to_contain_text(words)
        self.look()

    def look(self) -> None:
        """Let axe look at the page, and see that it fits the screen."""
        expect(self.page.locator("[data-chart]:not([data-drawn]):visible")).to_have_count(0)
        address = self.page.url.partition("/")[2]
        found = Axe().run(self.page).response["violations"]
        self.faults += [f"{address}: {one['id']} {node['target']}" for one in found for node in one["nodes"]]
        wider = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        self.faults += [f"{address}: {wider} px too wide"] * (wider > 0)

    def save(self, place: Locator, folder: Path) -> Path:
        """Click a download and return the file."""
        with self.page.expect_download() as download:
            self.click(place)
        kept = folder / download.value.suggested_filename
        download.value.save_as(kept)
        return kept


@contextmanager
def at_screen(chromium: Browser, address: str, *, language: str, width: int, height: int) -> Iterator[Hand]:
    """Sit somebody down before a fresh browser that keeps quiet: complaints of its console are faults."""
    context = chromium.new_context(base_url=address, viewport={"width": width, "height": height}, accept_downloads=True)
    context.add_cookies([{"name": "language", "value": language, "url": address}])
    context.set_default_timeout(20_000)
    hand = Hand(context.new_page())

    def hear(said: ConsoleMessage) -> None:
        refused = "status of 4" in said.text and "/static/" not in said.location["url"]  # an input, told in the page
        if said.type == "error" and not refused:
            hand.faults.append(f"console: {said.text}")

    hand.page.on("console", hear)
    hand.page.on("pageerror", lambda error: hand.faults.append(f"script: {error}"))
    yield hand
    context.close()
