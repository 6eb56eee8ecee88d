"""Dashboard, flows and analytics as somebody uses them: links, filters in the address, a flow started by keyboard."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

SECONDS = 30_000


def test_a_card_of_the_dashboard_leads_to_the_flow_that_failed(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name=re.compile("Flows that failed")).click()
    expect(page).to_have_url(re.compile(r"/flows\?status=failed$"))
    expect(page.locator(".flows > li")).to_have_count(1)
    page.get_by_role("link", name="Network scan, data centre 2").first.click()
    failure = page.locator(".section.failure")
    expect(failure.get_by_role("alert")).to_contain_text("not valid UTF-8 in rows 17 and 23")
    expect(failure).to_contain_text("network_scan_dc2.csv")
    expect(failure.locator("[data-grid='error-rows'] tbody tr")).to_have_count(2)


def test_the_feed_goes_on(page: Page) -> None:
    page.goto("/")
    events = page.locator(".feed li")
    expect(events).to_have_count(12)
    page.get_by_role("button", name="Show older activity").click()
    expect(events).to_have_count(24)


def test_filters_of_the_flows_stand_in_the_address(page: Page, refusals: set[int]) -> None:
    refusals.add(422)
    page.goto("/flows?status=running")
    flows = page.locator(".flows > li")
    expect(flows).to_have_count(2)
    page.get_by_role("combobox", name="Phase").select_option("field_mapping")
    expect(flows).to_have_count(1)
    expect(page).to_have_url(re.compile(r"status=running&phase=field_mapping$"))
    page.reload()
    expect(flows).to_have_count(1)
    expect(flows).to_contain_text("Waiting for approval, 64%")
    page.get_by_label("Search").fill("nothing like it")
    expect(page.get_by_text("No flow fits these filters")).to_be_visible(timeout=SECONDS)
    page.goto("/flows?status=bogus")
    expect(page.get_by_role("alert")).to_contain_text("status=bogus")


def test_a_flow_is_started_by_keyboard(page: Page) -> None:
    page.goto("/flows")
    page.locator("[data-action='flow:create']").focus()
    page.keyboard.press("Enter")
    dialog = page.locator("dialog[open]")
    dialog.get_by_label("Name").fill("Quarterly refresh")
    dialog.get_by_role("button", name="Start the discovery flow").press("Enter")
    expect(page.locator("#said")).to_contain_text("Choose another name", timeout=SECONDS)
    dialog.get_by_label("Name").fill("Branch offices")
    dialog.get_by_label("Description").fill("What the survey missed")
    dialog.get_by_role("button", name="Start the discovery flow").press("Enter")
    expect(page).to_have_url(re.compile(r"/flows/[0-9a-f-]{36}$"), timeout=SECONDS)
    expect(page.get_by_role("heading", name="Branch offices")).to_be_visible()
    expect(page.locator(".steps > .pending")).to_have_count(6)
    expect(page.get_by_role("link", name="Upload one")).to_be_visible()


def test_a_piece_of_a_chart_leads_to_its_list(page: Page) -> None:
    page.goto("/analytics")
    section = page.locator(".section", has=page.get_by_role("heading", name="Assets by business unit"))
    section.get_by_text("As a table").click()
    row = section.locator("tbody tr").first
    unit = row.locator("td").first.inner_text()
    applications = row.locator("td").nth(1)
    number = applications.inner_text()
    # The first piece of the first bar begins where the axis does.
    drawing = section.get_by_role("img").locator("svg")
    pieces = drawing.locator("path[fill='var(--c1)']")
    pieces.first.click()
    expect(page).to_have_url(re.compile("/assets"), timeout=SECONDS)
    assert f"business_unit={unit.replace(' ', '+')}" in page.url and "asset_type=application" in page.url
    expect(page.locator(".grid-tools [role=status]")).to_have_text(f"{number} rows")


def test_what_a_link_narrows_by_is_said_and_can_be_taken_back(page: Page) -> None:
    page.goto("/assets?os_name=Debian+GNU%2FLinux&end_of_life_before=2025-01-01")
    rows = page.locator(".grid-tools [role=status]")
    expect(rows).to_have_text("3 rows")
    page.get_by_role("button", name="Remove Operating system: Debian GNU/Linux").click()
    expect(page).to_have_url(re.compile(r"/assets\?end_of_life_before=2025-01-01$"), timeout=SECONDS)
    expect(page.get_by_text("Operating system: Debian GNU/Linux")).to_have_count(0)


def test_a_reason_that_was_written_stays_when_another_strategy_is_chosen(page: Page) -> None:
    page.goto("/planning")
    page.get_by_role("button", name=re.compile("change the 6R strategy of")).first.click()
    dialog = page.locator("dialog[open]")
    why = "It is bought as a service from the vendor from next spring on."
    dialog.get_by_label("Why").fill(why)
    dialog.get_by_label("Strategy").select_option("retire")
    expect(dialog).to_contain_text("it leaves the one it is in", timeout=SECONDS)
    expect(dialog.get_by_label("Why")).to_have_value(why)


def test_filters_changed_faster_than_they_are_answered_list_the_last_one_once(page: Page) -> None:
    page.goto("/flows")
    flows = page.locator(".flows > li")
    expect(flows).not_to_have_count(0)
    # All in one go: their questions are under way side by side.
    page.evaluate(
        """() => {
            const status = [...document.querySelectorAll("[role=search] select")][0];
            for (const value of ["running", "completed", "", "running", "failed"]) {
                status.value = value;
                status.dispatchEvent(new Event("change"));
            }
        }"""
    )
    expect(page).to_have_url(re.compile(r"status=failed$"))
    expect(page.locator("[data-grid='flows']")).to_have_count(1)
    expect(flows).to_have_count(1)
