"""Take the pictures of the console's pages that docs/console.md shows, from a demo that is being served.

    .venv/bin/reseed serve &
    RESEED_DEMO_PASSWORD=… .venv/bin/python scripts/page_pictures.py http://127.0.0.1:8080

Each page of pages.toml is opened by somebody who may, and photographed as the screen of a desk shows it at first; the
inventory once more with an asset open, in the dark, and the Dashboard as a telephone shows it.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from reseed.pages.browser import NoBrowser, find_browser
from reseed.pages.reading import read_pages
from reseed.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs" / "console"
DESK = {"width": 1280, "height": 860}
TELEPHONE = {"width": 400, "height": 860}


def main() -> None:
    base = sys.argv[1].rstrip("/")
    found = find_browser(Settings.read())
    if isinstance(found, NoBrowser):
        sys.exit(str(found))
    pages = read_pages(ROOT / "src" / "modernize" / "pages.toml")
    emails = {role.name: role.email for role in pages.roles}
    PICTURES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found.path, args=list(found.arguments))
        for page in pages.pages:
            role = "CLIENT_ADMIN" if page.name in ("Users", "Run") else "ENGAGEMENT_MANAGER"
            _photograph(_signed_in(browser, base, emails[role]), base + page.path, _slug(page.name))
        manager = emails["ENGAGEMENT_MANAGER"]
        dark = _signed_in(browser, base, manager, color_scheme="dark")
        _photograph(dark, f"{base}/assets?asset_type=server", "asset-in-the-dark", opened="button.opener")
        telephone = _signed_in(browser, base, manager, viewport=TELEPHONE)
        _photograph(telephone, f"{base}/", "on-a-telephone")
        browser.close()


def _signed_in(browser: Browser, base: str, email: str, **how: object) -> Page:
    page = browser.new_context(**{"viewport": DESK, **how}).new_page()  # type: ignore[arg-type]
    page.goto(f"{base}/sign-in")
    page.fill("[name=email]", email)
    page.fill("[name=password]", os.environ["RESEED_DEMO_PASSWORD"])
    page.press("[name=password]", "Enter")
    page.wait_for_selector("h1:not(:text('Sign in'))")
    return page


def _photograph(page: Page, address: str, name: str, *, opened: str = "") -> None:
    page.goto(address)
    page.wait_for_selector("h1")
    page.wait_for_function("!document.querySelector('[aria-busy=true], .loading')")
    if opened:
        page.click(opened)
        page.wait_for_selector("dialog[open]")
    page.evaluate("document.fonts.ready")
    page.screenshot(path=PICTURES / f"{name}.png", animations="disabled")
    page.context.close()


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


if __name__ == "__main__":
    main()
