"""`reseed pages` from outside, on the shop: an application that is not the reference one."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from reseed import database
from reseed import project as projects
from reseed.database import Target
from reseed.pages.result import from_json
from tests import shop as shops
from tests.acceptance.conftest import ANY_BROWSER, assert_one_sentence, run_reseed

PASSWORD = "what the clerk and the owner know"


@pytest.fixture(scope="module")
def shop(server: Target) -> Iterator[Target]:
    """The database of two shops."""
    with shops.filled(server, projects.load(shops.FILE), 2, PASSWORD) as target:
        yield target


def reseed_pages(
    shop: Target, state: Path, *arguments: str, **variables: str
) -> subprocess.CompletedProcess[str]:
    given = {"DATABASE_URL": shop.url(), "RESEED_DEMO_PASSWORD": PASSWORD, **ANY_BROWSER, **variables}
    flags = ("--project", str(shops.FILE), "--state", str(state))
    return run_reseed("pages", *flags, *arguments, **given)


def test_every_page_is_opened_as_every_role_and_photographed(shop: Target, tmp_path: Path) -> None:
    with database.connect(shop) as connection:
        before = database.row_counts(connection)
    done = reseed_pages(shop, tmp_path)
    assert done.returncode == 0, done.stderr
    (folder,) = (tmp_path / "pages").iterdir()
    result = from_json((folder / "pages.json").read_text())
    assert result.passed
    assert f"PASSED. {len(result.lines)} of {len(result.lines)} lines passed" in done.stdout
    assert {line.screenshot for line in result.lines} == {
        str(path.relative_to(folder)) for path in folder.rglob("*.png")
    }
    assert (
        f"![Orders]({result.lines[-1].screenshot.partition('/')[0]}/"
        in (folder / "UI_VALIDATION.md").read_text()
    )
    told = [line.partition(": ")[0::2] for line in done.stderr.splitlines()]
    assert ("CLERK", "signed in") in told
    assert any(role == "OWNER" and what.startswith("Customers: ") for role, what in told)
    with database.connect(shop) as connection:
        assert database.row_counts(connection) == before


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("wrong-number", "| Read Orders | 7 | 8 |"),
        ("open-door", "| Open /customers, though not in the menu |"),
    ],
)
def test_a_broken_application_fails_with_what_was_found(
    shop: Target, tmp_path: Path, fault: str, said: str
) -> None:
    done = reseed_pages(
        shop,
        tmp_path / "state",
        "--role",
        "CLERK",
        "--output",
        str(tmp_path / "out"),
        "--json",
        SHOP_FAULT=fault,
    )
    assert done.returncode == 1
    result = json.loads(done.stdout)
    assert result["passed"] is False
    assert {line["role"] for line in result["lines"]} == {"CLERK"}
    text = (tmp_path / "out" / "UI_VALIDATION.md").read_text()
    assert any(said in line and "**FAILED**" in line for line in text.splitlines())
    assert_one_sentence(done, 1)


def test_faults_that_are_planted_are_caught(shop: Target, tmp_path: Path) -> None:
    done = reseed_pages(shop, tmp_path, "--prove", "--role", "OWNER", "--page", "Orders")
    assert done.returncode == 0, done.stderr
    last = done.stdout.strip().splitlines()[-1]
    caught, of, planted, *_ = last.split()
    assert (of, caught == planted, int(planted) > 5) == ("of", True, True)
    assert last.endswith("planted faults caught")


@pytest.mark.parametrize(
    ("arguments", "variables", "said"),
    [
        ((), {"RESEED_BROWSER": "none"}, "RESEED_BROWSER is none"),
        ((), {"RESEED_DEMO_PASSWORD": ""}, "RESEED_DEMO_PASSWORD is not set, and no run in"),
        (("--page", "Ordres"), {}, "has no page 'Ordres', expected one of: Orders, Customers"),
        (("--role", "BOSS"), {}, "has no role 'BOSS', expected one of: CLERK, OWNER"),
        (("--base-url", "http://127.0.0.1:9"), {}, "No application answers at http://127.0.0.1:9"),
        (("--database", "nowhere"), {}, "'nowhere' does not exist"),
        ((), {"SHOP_FAULT": "no-start"}, "the shop is closed today"),
    ],
)
def test_what_stands_in_the_way_is_said_with_the_next_step(
    shop: Target, tmp_path: Path, arguments: tuple[str, ...], variables: dict[str, str], said: str
) -> None:
    done = reseed_pages(shop, tmp_path, *arguments, **variables)
    assert said in done.stderr
    assert_one_sentence(done, 2)
