"""An upload as somebody does it: a bad file is refused with all its faults, a good one is watched until it is in."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, expect

# The console and the browser of the tests beside this one.
from tests.acceptance.test_console_in_a_browser import address, chromium, page, signed_in  # noqa: F401
from tests.postgres.test_imports import servers
from tests.unit.importing.files import write_csv

SECONDS = 60_000


def test_a_file_is_refused_corrected_and_imported(page: Page, tmp_path: Path) -> None:  # noqa: F811
    bad = tmp_path / "servers.csv"
    bad.write_text("hostnme,ip,IP,,colour\n=1+1,1,2,3,4\nx,1\n")
    page.goto("/imports")
    page.get_by_role("button", name="Upload a file").click()
    form = page.locator("dialog[open] form")
    form.get_by_label("File").set_input_files(bad)
    form.get_by_role("button", name="Upload and import").click()
    refusal = form.get_by_role("alert")
    expect(refusal).to_contain_text("nothing of it was stored. It has 5 problems.", timeout=SECONDS)
    expect(refusal).to_be_focused()
    expect(refusal.locator("li")).to_have_count(5)
    expect(refusal).to_contain_text('"hostnme" (did you mean "hostname"?)')
    expect(refusal).to_contain_text("formulas in line 2, hostnme")

    form.get_by_label("File").set_input_files(write_csv(tmp_path / "servers_2.csv", servers(6_000)))
    form.get_by_label("Source system").fill("ServiceNow")
    form.get_by_role("button", name="Upload and import").click()
    row = page.locator("[data-grid='imports'] tbody tr", has_text="servers_2.csv")
    expect(row.get_by_role("progressbar")).to_be_visible(timeout=SECONDS)
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(row).to_contain_text("Completed", timeout=SECONDS)
    expect(row).to_contain_text("5,940 accepted, 60 rejected")
    expect(row).to_contain_text("12 mappings to approve")
    with page.expect_download() as download:
        row.get_by_role("link", name="Download the rejected rows").click()
    assert download.value.suggested_filename == "servers_2-rejected.csv"
    assert len(download.value.path().read_text().splitlines()) == 61

    row.get_by_role("link", name=re.compile("CPUs not positive")).click()
    expect(page.get_by_role("status").first).to_have_text("20 rows")
    page.locator("[data-grid='records'] button.opener").first.click()
    drawer = page.locator("dialog[open]")
    expect(drawer.get_by_role("heading", name="Row 200")).to_be_visible()
    expect(drawer).to_contain_text('"-4" is not a positive number of CPUs.')
    expect(drawer.locator("tr", has_text="cpu_count").last).to_contain_text("Refused")
