"""
What every test stands on: the database, the browser, and what a skipped test means.

In CI (where the variable CI is set) a skipped test is a failure that names its reason:
there every system package must be present.
"""

import os
from collections.abc import Generator, Iterator

import pytest
from django.conf import settings
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright
from pytest_django import DjangoDbBlocker
from pytest_django.live_server_helper import LiveServer

from tools import system_packages

IN_CI = bool(os.environ.get("CI"))


def pytest_configure() -> None:
    """Hash passwords quickly: a cast of eight people would cost seconds per test."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


DATABASE_FIXTURES = {"db", "transactional_db", "django_db_setup", "live_server", "client", "admin_client"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark as `once` what asks for no database: it would prove nothing new on a second; leave out what is for that."""
    if not os.environ.get("DATABASE_URL", "").startswith("postgres"):
        left_out = [item for item in items if item.get_closest_marker("second")]
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=left_out)
    for item in items:
        asked = DATABASE_FIXTURES & set(getattr(item, "fixturenames", ()))
        if not asked and item.get_closest_marker("django_db") is None:
            item.add_marker(pytest.mark.once)


def _refuse_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Turn a skip into a failure, unless it is a failure that the test expects."""
    if IN_CI and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longreprtext
        report.outcome = "failed"
        report.longrepr = f"In CI no test may be skipped. {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Look at the report of each test."""
    report = yield
    _refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Look at the report of each file: a whole file can be skipped as well."""
    report = yield
    _refuse_skip(report)
    return report


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Give SQLite a file of its own per run and process: memory would hide locks and pragmas."""
    default = settings.DATABASES["default"]
    if default["ENGINE"].endswith("sqlite3"):
        default.setdefault("TEST", {})["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """
    Let Django empty the audit book after a test that commits.

    On SQLite it does so by DELETE, which the book refuses; the test of that refusal puts the trigger back.
    """
    with django_db_blocker.unblock():
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("DROP TRIGGER IF EXISTS access_auditline_no_delete")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's chromium, without a window, driven from here."""
    program = system_packages.browser()
    if program is None:
        pytest.skip("chromium is not installed: apt-get install chromium fonts-noto-cjk")
    # Playwright's loop makes Django refuse the database in this thread, where no loop of Django's runs.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    # Chromium's own sandbox refuses to run as root.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def context(chromium: Browser, live_server: LiveServer) -> Iterator[BrowserContext]:
    """A fresh Chinese visitor at a desk, whose relative addresses are those of the live server."""
    visitor = chromium.new_context(base_url=live_server.url, locale="zh-CN", viewport={"width": 1280, "height": 800})
    visitor.set_default_timeout(10_000)
    yield visitor
    visitor.close()


def _is_complaint(message: ConsoleMessage) -> bool:
    """Return whether a page's console says that something broke, rather than that an input was refused."""
    refused = "the server responded with a status of 4" in message.text and "/static/" not in message.location["url"]
    return message.type == "error" and not refused


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """
    A page that must stay quiet: an error on its console fails the test.

    Scripts that break, files that are missing and what the content security policy
    refused all speak there.
    """
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if _is_complaint(message) else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    assert complaints == []
