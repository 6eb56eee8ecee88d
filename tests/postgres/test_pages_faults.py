"""An application that is broken on purpose, one way after the other: the page checklist catches each, N of N.

The storefront shares nothing with the reference application, so what holds here holds for anyone's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from reseed import project as projects
from reseed.database import Target
from reseed.pages import Browser, check_pages, prove_pages, read_pages
from reseed.pages.aside import aside
from reseed.pages.execute import Execution, chromium
from reseed.pages.lines import plan_lines
from reseed.pages.numbers import wanted_of_database
from reseed.pages.opened import Place
from reseed.pages.overdue import Gone
from reseed.pages.result import SIGN_IN, Line
from reseed.pages.session import Guest
from reseed.project import Project
from reseed.site import Site
from tests import shop as shops
from tests.examples.storefront.storefront import FAULTS, HANGS, Storefront

from .validated import site_on

if TYPE_CHECKING:
    from playwright.sync_api import Browser as Chromium

PASSWORD = "a word that only the storefront's people know"

#: Fault -> role, page and the kinds of lines that must fail, and no other.
CAUGHT: dict[str, tuple[str, str, set[str]]] = {
    "hidden row": ("OWNER", "Customers", {"rows"}),
    "missing row": ("OWNER", "Customers", {"rows"}),
    "repeated row": ("OWNER", "Customers", {"rows"}),
    "rows out of order": ("OWNER", "Customers", {"rows"}),
    "wrong number": ("OWNER", "Orders", {"value"}),
    "number with a unit": ("OWNER", "Orders", {"value"}),
    "hidden number": ("OWNER", "Orders", {"value"}),
    "wrong at last": ("OWNER", "Orders", {"value"}),
    "uncaught error": ("OWNER", "Orders", {"script"}),
    "console error": ("OWNER", "Orders", {"console"}),
    "failed request": ("OWNER", "Sums", {"requests"}),
    "broken request": ("OWNER", "Sums", {"requests"}),
    "request elsewhere": ("OWNER", "Sums", {"elsewhere"}),
    # The browser complains of a websocket that is not let out, as it does of no other request.
    "socket elsewhere": ("OWNER", "Sums", {"elsewhere", "console"}),
    "no label": ("OWNER", "Orders", {"barriers"}),
    "faint text": ("CLERK", "Sums", {"barriers"}),
    "status 500": ("OWNER", "Sums", {"opens"}),
    "not in the menu": ("OWNER", "Sums", {"in-menu"}),
    "in the menu": ("CLERK", "Customers", {"not-in-menu"}),
    "open page": ("CLERK", "Customers", {"refused"}),
    "refusal that shows": ("CLERK", "Customers", {"refused"}),
    "sent to the start": ("CLERK", "Customers", {"refused"}),
    "open api": ("CLERK", "Customers", {"request-refused"}),
    "closed api": ("OWNER", "Customers", {"request-answered"}),
    "offered to all": ("CLERK", "Orders", {"not-offered"}),
    "offered out of sight": ("CLERK", "Orders", {"not-offered"}),
    "offered to none": ("OWNER", "Orders", {"offered"}),
    "open action": ("CLERK", "Orders", {"action-refused"}),
    "wrong method": ("CLERK", "Orders", {"action-refused"}),
    "action refused to all": ("OWNER", "Orders", {"action-allowed"}),
    "any password": ("CLERK", SIGN_IN, {"wrong-password"}),
    "no password": ("CLERK", SIGN_IN, {"sign-in"}),
    "stays signed in": ("CLERK", SIGN_IN, {"sign-out"}),
}


@dataclass
class Checked:
    """The storefront, sound or not, and a browser in front of it in which everybody has signed in."""

    front: Storefront
    site: Site
    browser: Browser
    launched: Chromium
    lines: tuple[Line, ...]
    folder: Path
    guests: dict[str, Guest] = field(default_factory=dict)

    def ask(self, which: Callable[[Line], bool], guests: dict[str, Guest] | None = None) -> tuple[Line, ...]:
        """The answers to some lines, as the storefront is now."""
        lines = tuple(filter(which, self.lines))
        place = Place(self.front.base, read_pages(self.site.project.pages), patience=0.7)
        work = Execution(place, PASSWORD, self.folder, lines, lambda _: None, self.guests)
        if guests is not None:
            work.guests = guests
        for guest in self.guests.values():
            guest.menu.clear()
        work.answer(self.launched)
        return work.answered("")


@pytest.fixture(scope="module")
def storefront_project() -> Project:
    shop = projects.load(shops.FILE)
    return replace(shop, pages=shops.FOLDER.with_name("storefront") / "pages.toml")


@pytest.fixture(scope="module")
def shop_database(server: Target, storefront_project: Project) -> Iterator[Target]:
    """Two shops, of which the pages show the first."""
    with shops.filled(server, storefront_project, 2, PASSWORD) as target:
        yield target


@pytest.fixture(scope="module")
def front(shop_database: Target, storefront_project: Project) -> Iterator[Storefront]:
    url = shop_database.with_setting("role", storefront_project.app_role).url()
    with Storefront(url).serving() as serving:
        yield serving


@pytest.fixture(scope="module")
def checked(
    front: Storefront,
    shop_database: Target,
    storefront_project: Project,
    browser: Browser,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Checked]:
    folder = tmp_path_factory.mktemp("pages")
    site = site_on(shop_database, storefront_project, folder)
    pages = read_pages(storefront_project.pages)
    lines = plan_lines(pages, wanted_of_database(site, pages))
    with chromium(browser, Place(front.base, pages)) as launched:
        yield Checked(front, site, browser, launched, lines, folder)


@pytest.fixture(autouse=True)
def sound(front: Storefront) -> Iterator[None]:
    yield
    front.fault = ""


def failed(lines: Sequence[Line]) -> dict[str, str]:
    return {line.kind: line.found for line in lines if line.status != "passed"}


def test_the_sound_storefront_passes_every_line_with_a_picture_of_every_page(checked: Checked) -> None:
    lines = checked.ask(lambda line: line.kind not in ("sign-out", "wrong-password"))
    assert not failed(lines)
    pictures = {line.screenshot for line in lines}
    assert len(pictures) == 2 * 4
    for picture in pictures:
        data = (checked.folder / picture).read_bytes()
        assert data.startswith(b"\x89PNG")
        assert int.from_bytes(data[16:20], "big") == 1280
    asked = {line.kind for line in checked.lines}
    assert {kind for _, _, kinds in CAUGHT.values() for kind in kinds} == asked


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_caught_by_its_line(checked: Checked, fault: str) -> None:
    role, page, kinds = CAUGHT[fault]
    checked.front.fault = fault

    def which(line: Line) -> bool:
        if page == SIGN_IN:
            return line.page == SIGN_IN and line.role == role and line.kind in {"sign-in", *kinds}
        # Looking for barriers takes longest, and says nothing of other faults.
        return (line.role, line.page) == (role, page) and (line.kind != "barriers" or "barriers" in kinds)

    lines = checked.ask(which, {} if page == SIGN_IN else None)
    assert failed(lines).keys() == kinds, failed(lines)
    assert all(line.status == "failed" for line in lines if line.kind in kinds and fault != "faint text")


def test_every_fault_has_its_line() -> None:
    assert set(FAULTS) == set(CAUGHT)


def test_what_differs_is_said(checked: Checked) -> None:
    checked.front.fault = "hidden row"
    (line,) = checked.ask(lambda line: line.kind == "rows")
    assert line.expected == "3 rows: Customer 0, Customer 1, Customer 2"
    assert line.found == "2 of 3 rows; row 2 is Customer 2, expected Customer 1; hidden: Customer 1"
    assert line.sql == "SELECT name FROM customers ORDER BY name"


def test_faults_planted_between_application_and_eyes_are_all_caught(checked: Checked) -> None:
    pages = read_pages(checked.site.project.pages)
    told: list[str] = []
    proofs = prove_pages(
        checked.site,
        pages,
        base=checked.front.base,
        password=PASSWORD,
        browser=checked.browser,
        tell=told.append,
    )
    assert [proof for proof in proofs if not proof.passed] == []
    assert len(proofs) >= 40
    assert {proof.check for proof in proofs} >= {
        "wrong value", "hidden value", "wrong row", "hidden row", "repeated row", "uncaught error", "console error",
        "failed request", "request elsewhere", "barrier", "missing action", "forbidden action", "open page", "open API",
        "open action", "any password",
    }  # fmt: skip
    assert len(told) == 4


def test_when_the_application_ends_the_rest_is_not_run(
    shop_database: Target, checked: Checked, storefront_project: Project, tmp_path: Path
) -> None:
    url = shop_database.with_setting("role", storefront_project.app_role).url()
    front = Storefront(url)

    def close_after(line: str) -> None:
        if line.startswith("CLERK: Orders"):
            front.close()

    with front.serving():
        result = check_pages(
            checked.site,
            read_pages(storefront_project.pages),
            base=front.base,
            password=PASSWORD,
            browser=checked.browser,
            folder=tmp_path,
            tell=close_after,
        )
    assert "no longer answers" in result.reason
    assert result.executed
    assert not result.passed
    left = result.of("not run")
    assert {line.page for line in left} >= {"Customers", "Sums"}
    assert all(line.found.startswith("not run: the application at http://127.0.0.1") for line in left)


def test_when_the_browser_ends_the_rest_is_not_run(
    checked: Checked, front: Storefront, tmp_path: Path
) -> None:
    place = Place(front.base, read_pages(checked.site.project.pages))
    lines = tuple(line for line in checked.lines if line.kind != "wrong-password")

    def execute() -> Execution:
        with chromium(checked.browser, place) as launched:

            def end(line: str) -> None:
                if line.startswith("CLERK: Orders"):
                    launched.close()

            work = Execution(place, PASSWORD, tmp_path, lines, end)
            with pytest.raises(Gone, match="the browser ended"):
                work.answer(launched)
            return work

    answered = aside(execute).answered("the browser ended")
    assert {line.status for line in answered if line.page == "Orders" and line.role == "CLERK"} >= {"passed"}
    assert {line.status for line in answered if line.role == "OWNER"} == {"not run"}


def test_a_page_that_hangs_ends_the_browser_and_the_rest_is_not_run(
    checked: Checked, front: Storefront, tmp_path: Path
) -> None:
    place = Place(front.base, read_pages(checked.site.project.pages), limit=6)
    lines = tuple(line for line in checked.lines if line.role == "CLERK" and line.kind != "wrong-password")
    front.fault = HANGS
    work = Execution(place, PASSWORD, tmp_path, lines, lambda _: None)
    reason = aside(partial(work.carry_out, checked.browser))
    assert reason == f"the browser was ended, for a page was not done after {place.limit:g} s"
    answered = work.answered(reason)
    assert {line.status for line in answered if line.page == "Orders" and line.kind == "value"} == {"passed"}
    assert {line.status for line in answered if line.page == "Sums"} == {"not run"}


def test_a_browser_that_does_not_start_is_named(checked: Checked, tmp_path: Path) -> None:
    program = tmp_path / "no-browser"
    program.write_text("#!/bin/sh\nexit 1\n")
    program.chmod(0o755)
    result = check_pages(
        checked.site,
        read_pages(checked.site.project.pages),
        base=checked.front.base,
        password=PASSWORD,
        browser=Browser(program, "no browser"),
        folder=tmp_path,
    )
    assert not result.executed
    assert f"the browser {program} does not start" in result.reason
    assert [path.name for path in tmp_path.iterdir()] == ["no-browser"]


def test_an_expectation_whose_query_has_no_answer_fails(checked: Checked, tmp_path: Path) -> None:
    text = checked.site.project.pages.read_text(encoding="utf-8")
    for old, new in (
        ("SELECT name FROM customers ORDER BY name", "SELECT name FROM customers WHERE false"),
        ("WHERE repeats_order_id IS NOT NULL'", "WHERE no_such_column'"),
    ):
        assert old in text
        text = text.replace(old, new)
    (tmp_path / "pages.toml").write_text(text)
    pages = read_pages(tmp_path / "pages.toml")
    lines = plan_lines(pages, wanted_of_database(checked.site, pages))
    place = Place(checked.front.base, pages)
    asked = tuple(line for line in lines if line.role == "OWNER" and line.kind in ("rows", "value"))
    work = Execution(place, PASSWORD, tmp_path, asked, lambda _: None, checked.guests)
    work.answer(checked.launched)
    expected = {line.page: line.expected for line in work.answered("") if line.status == "failed"}
    assert expected["Customers"] == "the query returns nothing"
    assert 'column "no_such_column" does not exist' in expected["Sums"]
