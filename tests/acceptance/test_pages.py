"""Pages in a run: opened in a browser on a copy of the new database; nothing is swapped while one shows it wrong."""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from reseed import database
from reseed import project as projects
from reseed.database import Target
from reseed.pages import PagesResult, read_result, write_result
from reseed.project import Project
from reseed.records import Finding
from reseed.site import Site
from tests.acceptance.conftest import (
    ANY_BROWSER,
    Legacy,
    ask,
    assert_one_sentence,
    databases_like,
    drop_family,
    run_reseed,
    site_on_copy,
    started,
)
from tests.waiting import descendants, is_alive, until

SHOP = Path(__file__).resolve().parents[1] / "examples" / "shop"
FLAGS = ["--project", str(SHOP / "reseed.toml")]


@pytest.fixture(scope="module")
def project() -> Project:
    return projects.load(SHOP / "reseed.toml")


@contextmanager
def empty_shop(server: Target, project: Project, folder: Path) -> Iterator[Legacy]:
    """An empty database, the shop's migrations, and a folder for runs."""
    target = server.on(f"shop_{secrets.token_hex(4)}")
    database.create(server, target.database)
    (folder / "migrations" / "versions").mkdir(parents=True)
    shutil.copy(project.migrations / "env.py", folder / "migrations")
    yield Legacy(target, folder / "migrations", folder / "state")
    drop_family(target)


@pytest.fixture
def shop(server: Target, project: Project, tmp_path: Path) -> Iterator[Legacy]:
    with empty_shop(server, project, tmp_path) as made:
        yield made


def run_flags(shop: Legacy) -> list[str]:
    return [*FLAGS, *shop.flags, "--migrations", str(shop.migrations)]


def folder_of(shop: Legacy) -> Path:
    (folder,) = (shop.state / "runs").iterdir()
    return folder


@dataclass(frozen=True)
class Passed:
    """A run whose pages a browser has opened: what it printed, and where it lies."""

    done: subprocess.CompletedProcess[str]
    shop: Legacy
    folder: Path

    def text(self, file: str) -> str:
        return (self.folder / file).read_text()


@pytest.fixture(scope="module")
def passed(server: Target, project: Project, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Passed]:
    """One such run for all tests that only look at what it leaves."""
    with empty_shop(server, project, tmp_path_factory.mktemp("shop")) as shop:
        done = run_reseed("run", "--yes", *run_flags(shop), **shop.environment, **ANY_BROWSER)
        assert done.returncode == 0, done.stdout + done.stderr
        yield Passed(done, shop, folder_of(shop))


def test_the_end_of_a_run_says_how_many_lines_passed(passed: Passed) -> None:
    assert re.search(r"UI_VALIDATION.md  \((\d+) of \1 lines passed\)", passed.done.stdout)
    assert "not run" not in passed.done.stdout
    assert re.search(r"TASK 1.8: OWNER: Orders: \d+ lines passed", passed.text("STATUS.txt"))
    told = json.loads(run_reseed("status", "--json", *FLAGS, *passed.shop.flags).stdout)
    assert told["pages"]["passed"]
    assert set(told["pages"]["lines"]) == {"passed"}


def test_the_report_has_every_page_for_every_role_with_its_picture(passed: Passed) -> None:
    assert "| OWNER |" in passed.text("VALIDATION_REPORT.md").partition("## Pages")[2]
    cases = re.findall(r'<testcase classname="pages" name="([^"]+)"', passed.text("junit.xml"))
    assert {"pages.answered", "pages.clerk.orders", "pages.clerk.customers", "pages.owner.customers"} <= set(
        cases
    )
    shown = re.findall(r'<img src="([^"]+)"', passed.text("VALIDATION_REPORT.html"))
    assert "screenshots/clerk/customers.png" in shown
    assert all((passed.folder / picture).read_bytes().startswith(b"\x89PNG") for picture in shown)


def test_what_was_opened_leaves_no_password_and_no_database(passed: Passed) -> None:
    said = (passed.folder / "application.log").read_text() + passed.text("pages.json")
    assert "GET /orders" in said
    assert str(passed.shop.target.password) not in said
    assert passed.text("demo_password.txt").strip() not in said
    assert len(databases_like(passed.shop.target)) == 2


def test_until_every_page_is_right_nothing_is_swapped(shop: Legacy) -> None:
    """Killed with the browser open, then with each fault in turn, a run goes on where it was, and tells each cause."""
    kill_while_a_browser_is_open(shop)
    folder = folder_of(shop)
    faults = {
        "wrong-number": ("pages.clerk.orders", "| Read Orders | 7 | 8 |"),
        "no-start": ("pages.answered", "the shop is closed today"),
    }
    for fault, (check, found) in faults.items():
        done = run_reseed("resume", *FLAGS, *shop.flags, **shop.environment, **ANY_BROWSER, SHOP_FAULT=fault)
        assert_one_sentence(done, 1, "1.8 failed", check, "still leads to the database it led to before")
        assert check in (folder / "ISSUES.md").read_text()
        assert found in (folder / "VALIDATION_REPORT.md").read_text()
        assert len(databases_like(shop.target)) == 2, "nothing but the old database and the new one"
    done = run_reseed("resume", *FLAGS, *shop.flags, **shop.environment)
    assert done.returncode == 0, done.stderr
    assert "is the new database" in done.stdout
    assert "Pages not run: RESEED_BROWSER is none" in done.stdout
    assert not list(folder.glob("screenshots/**/*.png"))
    assert_left_out_everywhere(shop, folder)


def kill_while_a_browser_is_open(shop: Legacy) -> None:
    """Nothing that the run has started lives on."""
    with started("run", "--yes", *run_flags(shop), **shop.environment, **ANY_BROWSER) as run:
        until(lambda: any(shop.state.glob("runs/*/screenshots/*/orders.png")))
        family = descendants(run.pid)
        assert any("chrom" in name for name in family.values()), family
        os.kill(run.pid, signal.SIGKILL)
        run.wait()
        until(lambda: not [pid for pid in family if is_alive(pid)])


def assert_left_out_everywhere(shop: Legacy, folder: Path) -> None:
    for name in ("VALIDATION_REPORT.md", "VALIDATION_REPORT.html", "ISSUES.md", "report.json"):
        assert "Pages not run: RESEED" in (folder / name).read_text().replace("\\_", "_"), name
    assert "RESEED_BROWSER is none" in run_reseed("status", *FLAGS, *shop.flags).stdout.replace("\n", " ")
    assert {line.status for line in read_result(folder).lines} == {"not run"}
    rows = [line for line in (folder / "UI_VALIDATION.md").read_text().splitlines() if ".png" in line]
    assert rows
    assert all("| not run |" in line and "none" in line for line in rows)


# The gate's check says no. ----------------------------------------------------------------------------------------


@pytest.fixture
def site(passed: Passed, project: Project, tmp_path: Path) -> Site:
    return site_on_copy(passed.folder, passed.shop.target, project, tmp_path / "run")


def ask_shown(site: Site) -> Finding:
    return ask(site, "pages.shown")


def change(site: Site, alter: Callable[[dict[str, object], list[dict[str, object]]], None]) -> None:
    """Change pages.json, and write UI_VALIDATION.md as it then is."""
    file = site.folder / "pages.json"
    result = json.loads(file.read_text())
    alter(result, result["lines"])
    file.write_text(json.dumps(result))
    write_result(read_result(site.folder), site.folder)


def differing(site: Site) -> set[str]:
    """What the check finds wrong."""
    finding = ask_shown(site)
    assert not finding.passed
    expected, actual = finding.expected, finding.actual
    assert isinstance(expected, dict)
    assert isinstance(actual, dict)
    return {name for name in expected if expected[name] != actual[name]}


def test_pages_that_were_opened_are_shown(site: Site) -> None:
    finding = ask_shown(site)
    assert finding.passed, finding.actual
    assert finding.measured > 20


def test_a_line_that_failed_is_not_shown(site: Site) -> None:
    change(site, lambda result, lines: lines[3].update(status="failed"))
    assert differing(site) == {"failed"}


def test_a_line_that_was_left_out_though_there_was_a_browser_is_not_shown(site: Site) -> None:
    change(site, lambda result, lines: lines[3].update(status="not run"))
    assert differing(site) == {"not run although tried"}


def test_every_line_must_have_been_asked(site: Site) -> None:
    change(site, lambda result, lines: lines.pop(3))
    assert differing(site) == {"not asked"}


def test_pictures_must_be_those_that_were_taken(site: Site) -> None:
    picture = site.folder / "screenshots" / "owner" / "orders.png"
    picture.write_bytes(picture.read_bytes() + b"!")
    assert differing(site) == {"pictures"}
    picture.unlink()
    assert differing(site) == {"pictures"}
    change(site, lambda result, lines: result["pictures"].pop("screenshots/owner/orders.png"))  # type: ignore[attr-defined]
    assert differing(site) == {"pictures"}


def test_people_must_read_what_was_recorded(site: Site) -> None:
    file = site.folder / "UI_VALIDATION.md"
    file.write_text(file.read_text().replace("| passed |", "| **FAILED** |", 1))
    assert differing(site) == {"checklist"}


def test_pages_must_have_shown_the_database_as_it_is(site: Site) -> None:
    with database.scratch(site.target, "spoiled", template=site.database) as clone:
        spoiled = site.on(clone.database)
        with spoiled.connect() as connection, database.change_every_row(connection):
            connection.execute("UPDATE customers SET name = name || '!'")
        assert differing(spoiled) == {"measured"}


def unopened(result: dict[str, object], lines: list[dict[str, object]]) -> None:
    """As if there had been no browser."""
    result.update(reason="no browser was found", measured={}, pictures={})
    for line in lines:
        line.update(status="not run", found="not run: no browser was found")


def test_pages_that_were_not_opened_must_be_said_so_in_the_report(site: Site) -> None:
    change(site, unopened)
    assert differing(site) == {"report", "pictures"}
    shutil.rmtree(site.folder / "screenshots")
    assert differing(site) == {"report"}
    report = site.folder / "report.json"
    written = json.loads(report.read_text())
    report.write_text(json.dumps({**written, "left_out": "Pages not run: no browser was found."}))
    assert ask_shown(site).passed
    change(site, lambda result, lines: lines[3].update(found=""))
    assert differing(site) == {"not run without a reason"}


def test_a_checklist_without_a_line_shows_nothing(site: Site) -> None:
    write_result(PagesResult((), reason="no browser was found"), site.folder)
    assert not ask_shown(site).passed
