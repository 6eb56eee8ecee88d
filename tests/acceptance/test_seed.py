"""`reseed seed` from outside: a dataset of any size, killed and gone on with, and what it refuses."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from reseed import database, fill, guard, seed
from reseed import project as projects
from reseed.database import Target
from reseed.project import Project
from reseed.seed.again import digest_elsewhere
from tests import zygote
from tests.acceptance.conftest import (
    Command,
    Legacy,
    assert_one_sentence,
    databases_like,
    forked,
    interrupt,
    spoil,
)
from tests.waiting import until

TENANTS = 12


@pytest.fixture
def target(schema_database: Target) -> Target:
    return schema_database


@pytest.fixture
def flags(tmp_path: Path) -> list[str]:
    return ["--yes", "--state", str(tmp_path / "state")]


@pytest.fixture(scope="module")
def expected(project: Project) -> str:
    return seed.expected_digest(project.load_dataset(), range(TENANTS))


def digest(target: Target, project: Project) -> str:
    with database.connect(target) as connection:
        return seed.actual_digest(connection, project.load_dataset())


def test_a_large_dataset_comes_with_one_command(
    reseed: Command, target: Target, flags: list[str], project: Project, expected: str
) -> None:
    done = reseed("seed", "--tenants", str(TENANTS), "--json", *flags, DATABASE_URL=target.url())
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["tenants"] == {"first": 0, "last": TENANTS - 1}
    assert told["rows"]["client_accounts"] == TENANTS
    assert "taking indexes and foreign keys off" in done.stderr
    assert f"tenants 0 to {TENANTS - 1}" in done.stderr
    assert digest(target, project) == expected
    again = reseed("seed", "--tenants", str(TENANTS), *flags, DATABASE_URL=target.url())
    assert_one_sentence(again, 1, "has 11 tenants from 1 to 11 already")


def test_tenants_of_a_chosen_size_are_validated_by_that_size(
    reseed: Command, target: Target, flags: list[str]
) -> None:
    named, size = {"DATABASE_URL": target.url()}, ["--assets-per-tenant", "110"]
    done = reseed("seed", "--tenants", "2", *size, *flags, **named)
    assert done.returncode == 0, done.stderr
    passed = {}
    for told in ((), size):
        answers = json.loads(reseed("validate", *told, "--json", *flags[1:], **named).stdout)
        passed[len(told)] = [
            each["passed"] for each in answers["findings"] if each["check"] == "dataset.digest"
        ]
    assert passed == {0: [False], 2: [True]}


def test_the_number_of_tenants_may_come_from_the_environment_or_the_project(
    reseed: Command, target: Target, flags: list[str], project: Project, copied_project: Path
) -> None:
    spoil(copied_project, "[dataset]\n", "[dataset]\ntenants = 2\n")
    named = {"DATABASE_URL": target.url(), "RESEED_PROJECT": str(copied_project)}
    done = reseed("seed", *flags, **named)
    assert done.returncode == 0, done.stderr
    assert "of 2 tenants" in done.stdout
    more = reseed("seed", *flags, **named, RESEED_TENANTS="3")
    assert_one_sentence(more, 1, "has tenant 1 already, expected none of tenants 1 to 2")


def test_killed_while_it_loads_it_goes_on_without_being_told_the_size(
    reseed: Command, target: Target, flags: list[str], project: Project, expected: str
) -> None:
    with forked("seed", "--tenants", str(TENANTS), *flags, DATABASE_URL=target.url()) as command:
        until(lambda: fill.pending(target) is not None)
        command.send_signal(signal.SIGKILL)
        command.communicate()
    assert fill.pending(target)
    done = reseed("seed", *flags, DATABASE_URL=target.url())
    assert done.returncode == 0, done.stderr
    assert "goes on where it was interrupted" in done.stderr
    assert digest(target, project) == expected
    assert fill.pending(target) is None


def test_ctrl_c_says_how_to_go_on_and_a_load_can_be_given_up(
    reseed: Command, target: Target, flags: list[str]
) -> None:
    with database.connect(target) as connection:
        before = fill.describe(connection)
    with forked("seed", "--tenants", str(TENANTS), *flags, DATABASE_URL=target.url()) as command:
        until(lambda: fill.pending(target) is not None)
        said = interrupt(command)
    assert command.returncode == 130, said
    assert "reseed seed" in said
    other = reseed("seed", "--tenants", "500", *flags, DATABASE_URL=target.url())
    assert_one_sentence(other, 1, "tenants 0 to 11", "expected one of tenants 0 to 499", "--give-up")
    done = reseed("seed", "--give-up", *flags, DATABASE_URL=target.url())
    assert done.returncode == 0, done.stderr
    assert "Everything is back" in done.stdout
    with database.connect(target) as connection:
        assert fill.describe(connection) == before
    nothing = reseed("seed", "--give-up", *flags, DATABASE_URL=target.url())
    assert "No load was interrupted here" in nothing.stdout


@pytest.mark.parametrize(
    ("arguments", "environment", "words"),
    [
        (["--tenants", "0"], {}, ["--tenants"]),
        (["--tenants", "-3"], {}, ["--tenants"]),
        (["--tenants", "many"], {}, ["--tenants"]),
        (["--tenants", "2", "--assets-per-tenant", "0"], {}, ["--assets-per-tenant"]),
        (
            ["--assets-per-tenant", "59"],
            {},
            ["assets_per_tenant is 59, expected 60 to 10000", "another size"],
        ),
        ([], {"RESEED_ASSETS_PER_TENANT": "10001"}, ["assets_per_tenant is 10001", "another size"]),
        (["--give-up", "--tenants", "2"], {}, ["--give-up was given with a size"]),
        ([], {"RESEED_TENANTS": "some"}, ["The setting", "tenants"]),
        ([], {"RESEED_TENANTS": "0"}, ["The setting", "tenants"]),
    ],
)
def test_a_size_that_is_none_is_refused(
    reseed: Command,
    target: Target,
    flags: list[str],
    arguments: list[str],
    environment: dict[str, str],
    words: list[str],
) -> None:
    done = reseed("seed", *arguments, *flags, DATABASE_URL=target.url(), **environment)
    assert_one_sentence(done, 2, *words)


@pytest.mark.parametrize("tenants", ["0", "true", '"3"', "2.5"])
def test_a_project_with_such_a_size_is_refused(
    reseed: Command, target: Target, flags: list[str], copied_project: Path, tenants: str
) -> None:
    spoil(copied_project, "[dataset]\n", f"[dataset]\ntenants = {tenants}\n")
    named = {"DATABASE_URL": target.url(), "RESEED_PROJECT": str(copied_project)}
    assert_one_sentence(reseed("seed", *flags, **named), 2, "dataset.tenants")


def test_a_size_that_a_dataset_does_not_take_is_refused(
    reseed: Command, target: Target, flags: list[str]
) -> None:
    shop = Path(__file__).resolve().parents[1] / "examples" / "shop" / "reseed.toml"
    named = {"DATABASE_URL": target.url(), "RESEED_PROJECT": str(shop)}
    done = reseed("seed", "--tenants", "2", "--assets-per-tenant", "7", *flags, **named)
    assert_one_sentence(done, 2, "takes no assets_per_tenant", "Leave out --assets-per-tenant")


def test_a_run_of_many_tenants_that_is_killed_while_it_loads_them_keeps_their_number(
    small: Legacy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other shops come with the last part; a resume goes on loading them, and a redo loads them again."""
    monkeypatch.setenv("SHOP_ORDERS", "900")
    shop = projects.load(small.project or Path())
    plan = shop.plan.read_text()
    # Its orders have numbers that begin anew in each shop, which its checks take for another shop's.
    shop.plan.write_text(plan[: plan.index('[[task]]\nid = "1.8"')])
    begun = ("run", "--yes", "--tenants", str(TENANTS), *small.flags)
    with forked(*begun, **small.environment) as command:
        _kill_while_loading(command, small)
    resumed = small.reseed("resume")
    assert resumed.returncode == 0, resumed.stderr
    assert "other tenants in" in resumed.stderr
    redone = small.reseed("redo", "1.6", "--yes")
    assert redone.returncode == 0, redone.stderr
    assert digest(small.target, shop) == digest_elsewhere(shop, TENANTS, 1)


def _kill_while_loading(command: zygote.Started, small: Legacy) -> None:
    """Kill a run once the database it builds has a ledger: looked at while the run stands still."""

    def loading() -> bool:
        new = [name for name in databases_like(small.target) if "__new_" in name]
        command.send_signal(signal.SIGSTOP)
        if new and fill.pending(small.target.on(new[0])):
            return True
        command.send_signal(signal.SIGCONT)
        return False

    until(loading, 120)
    command.send_signal(signal.SIGKILL)
    command.communicate()


def test_production_is_not_seeded(reseed: Command, target: Target, flags: list[str]) -> None:
    guard.stamp(target, guard.PRODUCTION)
    done = reseed("seed", "--tenants", "2", *flags, DATABASE_URL=target.url())
    assert_one_sentence(done, 3, "production")


def test_two_loads_at_once_are_refused(reseed: Command, target: Target, flags: list[str]) -> None:
    with database.claim(target, "reseed seed"):
        done = reseed("seed", "--tenants", "2", *flags, DATABASE_URL=target.url())
    assert_one_sentence(done, 3, "is being reset by reseed seed")
