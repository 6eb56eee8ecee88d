"""The console as somebody uses it: with the keyboard, on a narrow screen, in the dark, by links and reloads."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from reseed import database
from reseed.database import Target
from reseed.pages import application, browser
from reseed.project import Project
from reseed.settings import Settings
from tests.console import PASSWORD

MANAGER = "demo@democorp.com"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    found = browser.find_browser(Settings.read(browser=None))
    assert isinstance(found, browser.Browser), str(found)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found.path, args=list(found.arguments))
        yield started
        started.close()


@pytest.fixture(scope="module")
def address(
    server: Target, console_template: str, project: Project, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Where the console answers, on a database of its own with two tenants."""
    declared = application.Application(**tomllib.loads(project.pages.read_text())["application"])
    folder = tmp_path_factory.mktemp("console")
    with (
        database.scratch(server, "console", template=console_template) as target,
        application.running(
            declared,
            project,
            target,
            environment=application.told(project, folder),
            log=folder / "console.log",
        ) as running,
    ):
        yield running.url


@pytest.fixture(scope="module")
def signed_in(chromium: Browser, address: str) -> Iterator[BrowserContext]:
    context = chromium.new_context(base_url=address, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto("/sign-in")
    page.fill("[name=email]", MANAGER)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/")
    page.close()
    yield context
    context.close()


@pytest.fixture
def page(signed_in: BrowserContext) -> Iterator[Page]:
    opened = signed_in.new_page()
    problems: list[str] = []
    opened.on("pageerror", lambda error: problems.append(str(error)))
    yield opened
    opened.close()
    assert problems == []


def paths(project: Project) -> list[str]:
    pages = tomllib.loads(project.pages.read_text())["pages"]
    return [page["path"] for page in pages if "ENGAGEMENT_MANAGER" in page["roles"]]


def test_no_page_is_wider_than_a_telephone(page: Page, project: Project) -> None:
    page.set_viewport_size({"width": 400, "height": 800})
    wide = {}
    for path in paths(project):
        page.goto(path)
        expect(page.locator("h1")).to_be_visible()
        if (width := page.evaluate("document.documentElement.scrollWidth")) > 400:
            wide[path] = width
    assert wide == {}
    assert len(paths(project)) >= 9


def test_the_keyboard_reaches_content_opens_an_asset_and_closes_it(page: Page) -> None:
    page.goto("/assets")
    opener = page.locator("table[data-grid=assets] button.opener").first
    expect(opener).to_be_visible()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    opener.focus()
    page.keyboard.press("Enter")
    drawer = page.locator("dialog.drawer")
    expect(drawer).to_be_visible()
    expect(drawer.locator("h2").first).to_have_text(opener.inner_text())
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    assert page.evaluate("document.activeElement.className") == "opener"


def test_filters_stand_in_the_address_and_survive_a_reload(page: Page) -> None:
    page.goto("/assets?asset_type=server")
    summary = page.locator(".grid-tools [role=status]")
    expect(summary).to_have_text("35 rows")
    page.get_by_role("combobox", name="Operating system").select_option("windows")
    expect(summary).to_have_text("15 rows")
    expect(page).to_have_url("/assets?asset_type=server&os_family=windows")
    page.get_by_role("button", name="Name", exact=True).click()
    expect(page.locator("th[aria-sort=descending]")).to_contain_text("Name")
    page.reload()
    expect(summary).to_have_text("15 rows")
    expect(page.locator("th[aria-sort=descending]")).to_contain_text("Name")


def test_a_file_is_of_what_the_address_lists(page: Page) -> None:
    page.goto("/assets?asset_type=database")
    expect(page.locator(".grid-tools [role=status]")).to_have_text("10 rows")
    with page.expect_download() as download:
        page.get_by_role("link", name="Export CSV").click()
    assert len(Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()) == 11


def test_chosen_columns_and_the_theme_are_remembered(page: Page) -> None:
    page.goto("/assets")
    page.get_by_text("Columns", exact=True).click()
    page.get_by_label("Business unit").last.check()
    expect(page.get_by_role("columnheader", name="Business unit")).to_be_visible()
    page.get_by_role("button", name="Switch between light and dark").click()
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.reload()
    expect(page.get_by_role("columnheader", name="Business unit")).to_be_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == dark
    page.get_by_role("button", name="Switch between light and dark").click()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != dark


def test_an_asset_of_nobody_is_a_sentence_on_the_page(page: Page) -> None:
    page.goto("/assets?asset=00000000-0000-0000-0000-000000000000")
    expect(page.locator("#said")).to_contain_text("There is no asset")
    page.goto("/assets?asset=nonsense")
    expect(page.get_by_role("alert")).to_contain_text("not an id")


def test_a_session_that_has_ended_leads_to_the_sign_in(chromium: Browser, address: str) -> None:
    context = chromium.new_context(base_url=address)
    page = context.new_page()
    page.goto("/assets?asset_type=server")
    expect(page).to_have_url(f"{address}/sign-in?next=%2Fassets%3Fasset_type%3Dserver")
    page.fill("[name=email]", MANAGER)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    expect(page).to_have_url(f"{address}/assets?asset_type=server")
    opener = page.locator("button.opener").first
    expect(opener).to_be_visible()
    context.clear_cookies()
    page.get_by_role("button", name="Name", exact=True).click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    context.close()
