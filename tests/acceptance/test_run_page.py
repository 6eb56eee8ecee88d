"""The Run page in a browser: a run is followed while it happens, by keyboard as well, and its files are fetched."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from reseed.pages import PagesResult
from reseed.pages.checklist import write_result
from reseed.pages.result import Line
from tests.run_folders import RunFolder, finding, make_run


@pytest.fixture(scope="module")
def state(console_state: Path) -> Path:
    return console_state


@pytest.fixture(scope="module")
def failed(state: Path) -> RunFolder:
    """A run whose validation failed over rows that are not whole."""
    run = make_run(state, "20260115-090000-aaaa")
    run.begin()
    run.write("constants.json", "{}")
    run.do("1.1")
    run.start("2.1")
    run.end("2.1", artifacts=["constants.json"], facts={"password_file": "demo_password.txt"})
    rows = ({"name": "web-01", "cores": 4},)
    broken = finding("assets.complete", False, rows=rows, sql="SELECT name FROM assets WHERE cores IS NULL")
    run.report(finding("rows.users"), broken, finding("rows.assets"))
    run.start("4.4")
    run.end("4.4", "failed", "1 of 3 checks failed", findings=[broken, finding("rows.users")])
    run.finish("failed")
    return run


def serious(page: Page) -> list[Any]:
    violations = Axe().run(page).response["violations"]
    return [(one["id"], one["nodes"]) for one in violations if one["impact"] in ("serious", "critical")]


def test_the_page_waits_for_the_first_run_and_follows_it(page: Page, state: Path) -> None:
    page.goto("/run")
    expect(page.get_by_text("No run yet")).to_be_visible()
    assert serious(page) == []
    run = make_run(state, "20260114-090000-aaaa")
    with run.held():
        run.begin()
        run.start("1.1")
        # The page opens the run of its own accord.
        expect(page.get_by_role("button", name="1.1 Environment backup, running")).to_be_visible(
            timeout=15_000
        )
        expect(page.locator("[role=status]").first).to_contain_text("At work: 1.1")
        assert serious(page) == []
        page.get_by_role("button", name="1.1 Environment backup, running").focus()
        run.end("1.1")
        run.start("1.2")
        passed = page.get_by_role("button", name="1.1 Environment backup, passed")
        expect(passed).to_be_visible()
        assert passed.evaluate("bar => bar === document.activeElement"), "the focus stayed where it was"
        expect(page.get_by_role("button", name="1.2 Database reset: running")).to_be_visible()
        expect(page.locator(".figure", has_text="Tasks passed")).to_contain_text("1 of 20")
    expect(page.locator("[role=status]").first).to_contain_text("reseed resume", timeout=15_000)


def test_a_task_is_opened_with_the_keyboard_and_shows_what_it_did(page: Page, failed: RunFolder) -> None:
    page.goto(f"/run?run={failed.id}")
    node = page.locator(".graph").get_by_role("button", name="4.4 Full validation")
    node.focus()
    page.keyboard.press("Enter")
    drawer = page.locator("dialog[open]")
    expect(drawer.get_by_role("heading", name="4.4 Full validation")).to_be_visible()
    expect(drawer.get_by_role("heading", name="assets.complete")).to_be_visible()
    expect(drawer.get_by_role("cell", name="web-01")).to_be_visible()
    expect(drawer.get_by_text("SELECT name FROM assets")).to_be_visible()
    expect(drawer.locator(".log")).to_contain_text("FAILED: 1 of 3 checks failed")
    assert serious(page) == []
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    assert node.evaluate("node => node === document.activeElement")


def test_a_file_is_downloaded_and_a_password_is_not_offered(page: Page, failed: RunFolder) -> None:
    page.goto(f"/run?run={failed.id}&task=2.1")
    drawer = page.locator("dialog[open]")
    with page.expect_download() as download:
        drawer.get_by_role("link", name="constants.json").click()
    assert download.value.path().read_text() == "{}"
    expect(drawer.get_by_text("it holds the demo users' password")).to_be_visible()
    expect(drawer.get_by_role("link", name="demo_password.txt")).to_have_count(0)


def test_findings_are_found_and_opened(page: Page, failed: RunFolder) -> None:
    page.goto(f"/run?run={failed.id}")
    rows = page.locator("table[data-grid=findings] tbody tr[data-row]")
    expect(rows).to_have_count(3)
    expect(rows.first).to_contain_text("assets.complete")
    page.get_by_role("button", name="rows 2 passed").click()
    expect(rows).to_have_count(2)
    page.get_by_role("searchbox", name="Search").fill("users")
    expect(rows).to_have_count(1)
    page.reload()
    expect(rows).to_have_count(1)
    page.get_by_role("button", name="rows.users").click()
    expect(page.locator("dialog[open]")).to_contain_text("Is rows.users as it should be?")


def test_drawings_have_tables_that_say_the_same(page: Page, failed: RunFolder) -> None:
    page.goto(f"/run?run={failed.id}")
    folded = page.locator("summary", has_text="As a table")
    expect(folded).to_have_count(2)
    for summary in folded.all():
        summary.click()
    times = page.get_by_role("table", name="When each task was worked on")
    expect(times.locator("tbody tr")).to_have_count(20)
    needs = page.get_by_role("table", name="Tasks, and what each waits for")
    expect(needs.locator("tr", has_text="Full validation")).to_contain_text("3.5, 4.3")
    needs.get_by_role("button", name="1.1").click()
    expect(page.locator("dialog[open]")).to_contain_text("1.1 Environment backup")


def test_a_damaged_run_is_said_beside_the_history(
    page: Page, refusals: set[int], failed: RunFolder, state: Path
) -> None:
    refusals.add(409)
    damaged = make_run(state, "20260113-090000-aaaa")
    damaged.write("journal.jsonl", "nonsense\n")
    page.goto(f"/run?run={damaged.id}")
    expect(page.get_by_role("alert")).to_contain_text("is damaged")
    expect(page.locator("table[data-grid=runs] tr", has_text=failed.id)).to_contain_text("Failed")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_holds_on_a_telephone(page: Page, failed: RunFolder, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": 400, "height": 800})
    page.goto(f"/run?run={failed.id}")
    expect(page.locator("table[data-grid=findings] tbody tr[data-row]")).to_have_count(3)
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    assert serious(page) == []


def test_a_checklist_of_which_every_line_failed_is_read_in_parts(page: Page, state: Path) -> None:
    run = make_run(state, "20260112-090000-aaaa")
    run.begin()
    lines = tuple(
        Line("CLERK", "Orders", "value", f"Read number {number}", "7", found="nothing", status="failed")
        for number in range(500)
    )
    write_result(PagesResult(lines, browser="Chromium"), run.folder)
    run.finish("failed")
    page.goto(f"/run?run={run.id}")
    shown = page.locator("table[data-grid=checklist-failed] tbody tr")
    expect(shown).to_have_count(20)
    assert page.evaluate("document.documentElement.scrollHeight") < 6000
    page.get_by_role("button", name="Next rows").click()
    expect(shown.first).to_contain_text("Read number 20")
    expect(page.get_by_text("Rows 21 to 40 of 500")).to_be_visible()
