"""The pages of a database that nobody uses yet: its application on a copy, and a browser that opens every page."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from reseed import database, schema, validate
from reseed.errors import ApplicationError
from reseed.pages.application import Application, running, told
from reseed.pages.browser import Browser, NoBrowser, find_browser
from reseed.pages.checklist import not_run, write_result
from reseed.pages.declared import Pages
from reseed.pages.execute import check_pages
from reseed.pages.reading import read_pages
from reseed.pages.result import PagesResult
from reseed.seed.password import demo_password
from reseed.settings import Settings
from reseed.site import Site

#: What the application printed, in the run folder.
LOG = "application.log"
_SCREENSHOTS = "screenshots"


@dataclass(frozen=True, slots=True)
class _Obstacle:
    """Why no page can be opened, and what to do about it; neither is the pages' fault."""

    reason: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.reason}; {self.remedy}" if self.remedy else self.reason


def try_pages(site: Site, but: str = "") -> PagesResult:
    """Execute the checklist on a copy of `site.database`, and write UI_VALIDATION.md, pages.json and screenshots/.

    People who sign in leave traces, so it is a copy that is shown. An application that does not start, or ends
    meanwhile, leaves lines that are not run, in a result that counts as executed.

    Args:
        but: a reason not to open any page, where the caller has one.

    Raises:
        SettingsError: RESEED_BROWSER names something that is no browser. SeedError: there is no demo password.
        StorageError: the run folder cannot be written.
    """
    pages = read_pages(site.project.pages)
    shutil.rmtree(site.folder / _SCREENSHOTS, ignore_errors=True)
    able = _Obstacle(but) if but else _able(pages)
    if isinstance(able, _Obstacle):
        left = not_run(pages, site.dataset.definition, able.reason)
        result = replace(left, reason=str(able))
    else:
        result = _executed(site, pages, *able)
    write_result(result, site.folder)
    return result


def identity(site: Site) -> dict[str, str]:
    """What a database is known by: its schema's fingerprint and the digest of its rows."""
    with site.connect() as connection:
        return {
            "schema_fingerprint": schema.fingerprint(connection),
            "dataset_digest": validate.rows_digest(connection, site),
        }


def digests(folder: Path, result: PagesResult) -> dict[str, str]:
    """The sha256 of every screenshot that a line names and that is there."""
    named = dict.fromkeys(line.screenshot for line in result.lines if line.screenshot)
    return {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest()
        for name in named
        if (folder / name).is_file()
    }


def _able(pages: Pages) -> tuple[Application, Browser] | _Obstacle:
    declared = pages.application
    if declared is None:
        return _Obstacle("pages.toml has no [application]", "say there how it is started")
    if declared.base_url:
        return _Obstacle(
            f"the application at {declared.base_url} works on a database of its own",
            "give [application] a command, so that it can be started on the new one",
        )
    browser = find_browser(Settings.read())
    if isinstance(browser, NoBrowser):
        return _Obstacle(browser.reason, browser.remedy)
    return declared, browser


def _executed(site: Site, pages: Pages, declared: Application, browser: Browser) -> PagesResult:
    password = demo_password(site.folder)
    with database.scratch(site.target, f"{site.database}__pages", template=site.database) as copy:
        there = site.on(copy.database)
        known = identity(there)
        variables = told(site.project, site.folder.parent.parent)
        log = site.artifact(LOG)
        fell = False
        try:
            with running(declared, site.project, copy, environment=variables, log=log) as served:
                result = check_pages(
                    there,
                    pages,
                    base=served.url,
                    password=password,
                    browser=browser,
                    folder=site.folder,
                    tell=site.tell,
                )
                fell = served.has_ended
        except ApplicationError as error:
            left = not_run(pages, site.dataset.definition, "the application does not start")
            result, fell = replace(left, reason=str(error)), True
    if not (result.executed or fell):
        # It is the browser that did not start, which says nothing about the pages.
        return result
    return replace(result, measured=known, pictures=digests(site.folder, result))
