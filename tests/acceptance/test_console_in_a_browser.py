"""The console as somebody uses it: with the keyboard, on a narrow screen, in the dark, by links and reloads."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from reseed.pages import read_pages
from reseed.project import Project
from tests.acceptance.conftest import MANAGER
from tests.console import PASSWORD
from tests.import_files import servers, write_csv

IMPORT_SECONDS = 60_000
#: Pages on which a grid has rows for the demo tenant.
GRIDS = {"/imports", "/mappings", "/assets", "/dependencies"}


def paths(project: Project) -> list[str]:
    return [page.path for page in read_pages(project.pages).pages if "ENGAGEMENT_MANAGER" in page.roles]


def test_no_page_is_wider_than_a_telephone(page: Page, project: Project) -> None:
    page.set_viewport_size({"width": 400, "height": 800})
    wide = {}
    for path in paths(project):
        page.goto(path)
        expect(page.locator("h1")).to_be_visible()
        if path in GRIDS:
            expect(page.locator("table[data-grid] tbody tr").first).to_be_visible()
        expect(page.locator("[aria-busy=true]")).to_have_count(0)
        if (width := page.evaluate("document.documentElement.scrollWidth")) > 400:
            wide[path] = width
    assert wide == {}
    assert len(paths(project)) >= 9
    assert set(paths(project)) > GRIDS


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
    light = background(page)
    page.get_by_role("button", name="Switch between light and dark").click()
    expect(page.locator("body")).not_to_have_css("background-color", light)
    dark = background(page)
    page.reload()
    expect(page.get_by_role("columnheader", name="Business unit")).to_be_visible()
    expect(page.locator("body")).to_have_css("background-color", dark)
    page.get_by_role("button", name="Switch between light and dark").click()
    expect(page.locator("body")).to_have_css("background-color", light)


def background(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))


def test_an_asset_of_nobody_is_a_sentence_on_the_page(page: Page, refusals: set[int]) -> None:
    refusals |= {404, 422}
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


def test_a_file_is_refused_corrected_and_imported(page: Page, refusals: set[int], tmp_path: Path) -> None:
    """A bad file is refused with all its faults, a good one is watched until it is in."""
    refusals.add(422)
    bad = tmp_path / "servers.csv"
    bad.write_text("hostnme,ip,IP,,colour\n=1+1,1,2,3,4\nx,1\n")
    page.goto("/imports")
    page.get_by_role("button", name="Upload a file").click()
    form = page.locator("dialog[open] form")
    form.get_by_label("File").set_input_files(bad)
    form.get_by_role("button", name="Upload and import").click()
    refusal = form.get_by_role("alert")
    expect(refusal).to_contain_text("nothing of it was stored. It has 5 problems.", timeout=IMPORT_SECONDS)
    expect(refusal).to_be_focused()
    expect(refusal.locator("li")).to_have_count(5)
    expect(refusal).to_contain_text('"hostnme" (did you mean "hostname"?)')
    expect(refusal).to_contain_text("formulas in line 2, hostnme")

    form.get_by_label("File").set_input_files(write_csv(tmp_path / "servers_2.csv", servers(6_000)))
    form.get_by_label("Source system").fill("ServiceNow")
    form.get_by_role("button", name="Upload and import").click()
    row = page.locator("[data-grid='imports'] tbody tr", has_text="servers_2.csv")
    expect(row.get_by_role("progressbar")).to_be_visible(timeout=IMPORT_SECONDS)
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(row).to_contain_text("Completed", timeout=IMPORT_SECONDS)
    expect(row).to_contain_text("5,940 accepted, 60 refused")
    expect(row).to_contain_text("12 mappings to approve")
    with page.expect_download() as download:
        row.get_by_role("link", name="Download the refused rows").click()
    assert download.value.suggested_filename == "servers_2-refused.csv"
    assert len(download.value.path().read_text().splitlines()) == 61

    row.get_by_role("link", name=re.compile("CPUs not positive")).click()
    expect(page.get_by_role("status").first).to_have_text("20 rows")
    page.locator("[data-grid='records'] button.opener").first.click()
    drawer = page.locator("dialog[open]")
    expect(drawer.get_by_role("heading", name="Row 200")).to_be_visible()
    expect(drawer).to_contain_text('"-4" is not a positive number of CPUs.')
    expect(drawer.locator("tr", has_text="cpu_count").last).to_contain_text("Refused")


def test_an_import_whose_mappings_are_decided_becomes_assets(page: Page) -> None:
    """The file of the test before is decided about and added to the inventory."""
    page.goto("/imports")
    row = page.locator("[data-grid='imports'] tbody tr", has_text="servers_2.csv")
    row.get_by_role("link", name="12 mappings to approve").click()
    page.get_by_label(re.compile("confidence at least")).fill("0")
    page.get_by_role("button", name="Approve 12 …").click()
    page.locator("dialog[open]").get_by_role("button", name="Approve 12 mappings").click()
    expect(page.get_by_role("button", name="Nothing to approve")).to_be_visible(timeout=IMPORT_SECONDS)

    page.goto("/imports")
    row.get_by_role("button", name="Add the rows of servers_2 to the inventory").click()
    page.locator("dialog[open]").get_by_role("button", name="Add 5,940 accepted rows").click()
    expect(row.get_by_role("progressbar")).to_be_visible(timeout=IMPORT_SECONDS)
    expect(row).to_contain_text("5,940 assets in the inventory by this import", timeout=IMPORT_SECONDS)
    row.get_by_role("link", name="Assets of servers_2").click()
    expect(page.locator(".grid-tools [role=status]")).to_have_text("5,940 rows")


def test_the_keyboard_stays_where_it_is_while_an_import_comes_in(page: Page, tmp_path: Path) -> None:
    page.goto("/imports")
    rows = page.locator(".grid-tools [role=status]")
    expect(rows).to_contain_text("rows")
    before = rows.inner_text()
    upload(page, write_csv(tmp_path / "servers_3.csv", servers(40_000)))
    row = page.locator("[data-grid='imports'] tbody tr", has_text="servers_3.csv")
    cancel = row.get_by_role("button", name="Cancel the import servers_3")
    cancel.focus()
    expect(row).to_contain_text(re.compile("[1-9],000 of 40,000"), timeout=IMPORT_SECONDS)
    expect(cancel).to_be_focused()
    expect(row).to_contain_text("Completed", timeout=IMPORT_SECONDS)
    expect(rows).not_to_have_text(before)
    # One that is over before the page has looked again is seen as well.
    with_many = rows.inner_text()
    upload(page, write_csv(tmp_path / "servers_4.csv", servers(10)))
    expect(page.locator("#said", has_text="servers_4.csv is imported")).to_be_visible(timeout=IMPORT_SECONDS)
    expect(rows).not_to_have_text(with_many)


def upload(page: Page, file: Path) -> None:
    page.get_by_role("button", name="Upload a file").click()
    form = page.locator("dialog[open] form")
    form.get_by_label("File").set_input_files(file)
    form.get_by_role("button", name="Upload and import").click()
    expect(page.locator("dialog[open]")).to_have_count(0, timeout=IMPORT_SECONDS)


def test_a_tab_keeps_the_filters_that_were_chosen_since(page: Page) -> None:
    page.goto("/assets?environment=production")
    page.get_by_role("combobox", name="Criticality").select_option("high")
    expect(page).to_have_url(re.compile("criticality=high"))
    page.locator(".tabs").get_by_role("link", name="Servers").click()
    expect(page).to_have_url(re.compile("asset_type=server"))
    expect(page.get_by_role("combobox", name="Criticality")).to_have_value("high")
    expect(page.get_by_role("combobox", name="Environment")).to_have_value("production")


def test_an_asset_leads_to_the_row_it_came_from(page: Page) -> None:
    page.goto("/assets?asset_type=server&search=dmc-crm-web-01")
    page.locator("button.opener", has_text="dmc-crm-web-01").click()
    link = page.locator("dialog[open]").get_by_role("link", name=re.compile(r"^Row \d+ of "))
    number = re.findall(r"\d+", link.inner_text())[0]
    link.click()
    expect(page.locator("dialog[open] h2").first).to_have_text(f"Row {number}")
    chosen = page.get_by_role("combobox", name="Import", include_hidden=True)
    expect(chosen).not_to_have_value("")


def test_the_whole_graph_is_seen_at_once_and_can_be_read(page: Page) -> None:
    page.goto("/dependencies")
    expect(page.locator(".net-dot")).not_to_have_count(0)
    expect(page.locator(".net-tools span")).not_to_have_text("100 %")
    room = page.locator(".net-scroll").evaluate("box => [box.clientWidth, box.scrollWidth]")
    assert room[1] <= room[0] + 1
    height = page.locator(".net-dot text").first.evaluate("name => name.getBoundingClientRect().height")
    assert height >= 10
