"""The reference application's demo with its pages: every role opens every page in a browser, and all of it is right."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from reseed import database
from reseed.database import Target
from reseed.pages import Pages, PagesResult, read_pages, read_result
from reseed.project import Project
from tests.acceptance.conftest import ANY_BROWSER, drop_family, run_reseed

#: Some five hundred lines; it takes a minute or two where nothing else is going on.
PATIENCE_SECONDS = 1500

pytestmark = [pytest.mark.slow, pytest.mark.timeout(PATIENCE_SECONDS + 60)]


@dataclass(frozen=True)
class Opened:
    """A demo whose pages were opened: what it printed, and what its checklist came to."""

    said: str
    target: Target
    folder: Path
    result: PagesResult


@pytest.fixture(scope="module")
def opened(server: Target, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    target = server.on(f"opened_{secrets.token_hex(4)}")
    state = tmp_path_factory.mktemp("opened") / "state"
    given = {"DATABASE_URL": target.url(), **ANY_BROWSER}
    done = run_reseed("demo", "--state", str(state), timeout=PATIENCE_SECONDS, **given)
    (folder,) = (state / "runs").iterdir()
    checklist = (folder / "UI_VALIDATION.md").read_text()
    assert done.returncode == 0, f"{done.stderr[-3000:]}\n{checklist[:6000]}"
    yield Opened(done.stdout, target, folder, read_result(folder))
    drop_family(target)


@pytest.fixture(scope="module")
def declared(project: Project) -> Pages:
    return read_pages(project.pages)


def test_every_line_passed_and_the_end_says_so(opened: Opened) -> None:
    assert opened.result.passed
    assert re.search(r"UI_VALIDATION.md  \((\d+) of \1 lines passed\)", opened.said)
    assert "not run" not in opened.said


def test_four_roles_saw_every_page_or_its_refusal_and_each_was_photographed(
    opened: Opened, declared: Pages
) -> None:
    assert len(declared.roles) == 4
    seen = {(line.role, line.page): line.screenshot for line in opened.result.lines}
    wanted = {(role.name, page.name) for role in declared.roles for page in declared.pages}
    assert wanted <= seen.keys()
    assert {seen[pair] for pair in wanted} <= opened.result.pictures.keys()
    refused = {(line.role, line.page) for line in opened.result.lines if line.kind == "refused"}
    assert refused == {
        (role.name, page.name)
        for role in declared.roles
        for page in declared.pages
        if role.name not in page.roles
    }


def test_at_least_forty_expectations_are_tied_to_sql(opened: Opened) -> None:
    tied = {(line.page, line.what) for line in opened.result.lines if line.sql}
    assert len(tied) >= 40


def test_those_who_signed_in_left_no_trace_in_the_database(opened: Opened) -> None:
    done = run_reseed("validate", "--json", DATABASE_URL=opened.target.url())
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    known = json.loads((opened.folder / "report.json").read_text())
    assert told["facts"]["dataset_digest"] == known["facts"]["dataset_digest"]
    assert told["facts"]["dataset_digest"] == opened.result.measured["dataset_digest"]
    with database.connect(opened.target) as connection, database.without_row_security(connection):
        assert connection.execute("SELECT count(*) FROM user_sessions").fetchone() == (0,)
