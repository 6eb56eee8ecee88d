"""Proofs: every check catches what is planted for it, and a check that cannot fail is exposed."""

from __future__ import annotations

from pathlib import Path

import pytest

from reseed import database
from reseed.check import Check, Fault
from reseed.database import Connection, Target
from reseed.project import Project
from reseed.records import Finding
from reseed.site import Site
from reseed.validate import caught, prove, row_fault

from .validated import check_named, data_checks, site_on, state_of

MOVED = row_fault("move an asset", "UPDATE assets SET location = 'elsewhere'")


@pytest.fixture
def site(demo_database: Target, project: Project, tmp_path: Path) -> Site:
    return site_on(demo_database, project, tmp_path)


@pytest.mark.slow
def test_every_fault_is_caught_and_the_database_is_left_alone(site: Site, server: Target) -> None:
    checks = data_checks(site.project)
    with site.connect() as connection:
        before = state_of(connection, site)
    proofs = prove(site, checks)
    assert [proof for proof in proofs if not proof.passed] == []
    found, planted = caught(proofs)
    assert found == planted == sum(len(check.faults) for check in checks)
    assert planted >= 30
    assert all(check.faults for check in checks)
    with site.connect() as connection:
        assert state_of(connection, site) == before
    with database.maintenance(server) as connection:
        left = connection.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", (f"{site.database}__",)
        )
        assert left.fetchall() == []


def test_a_check_that_always_says_yes_is_exposed(site: Site) -> None:
    (control, proof) = prove(site, [_check("liar", lambda: True, MOVED)])
    assert control.passed
    assert not proof.passed
    assert proof.answer == "passed"


def test_a_check_that_always_says_no_proves_nothing(site: Site) -> None:
    (control, proof) = prove(site, [_check("pessimist", lambda: False, MOVED)])
    assert not control.passed
    assert not proof.passed
    assert "fails with nothing planted" in proof.answer


def test_a_check_without_a_fault_is_not_proven(site: Site) -> None:
    (control,) = prove(site, [_check("unproven", lambda: True)])
    assert not control.passed
    assert control.answer == "not proven: it declares no fault"


def test_a_fault_that_touches_nothing_is_not_planted(site: Site) -> None:
    nothing = row_fault(
        "rename nobody", "UPDATE users SET full_name = 'X' WHERE email = 'nobody@democorp.com'"
    )
    (_, proof) = prove(site, [_check("idle", lambda: True, nothing)])
    assert not proof.passed
    assert proof.answer.startswith(
        'not planted: ReseedError: The fault "rename nobody" found no row to change'
    )


def test_breaking_down_is_not_catching(site: Site, project: Project) -> None:
    sound = check_named(project, "assets.private_addresses")

    def drop(connection: Connection) -> None:
        connection.execute("DROP TABLE assets CASCADE")

    gone = Fault("drop the table", drop)
    (control, proof) = prove(site, [Check(sound.name, sound.question, sound.measure, (gone,))])
    assert control.passed
    assert not proof.passed
    assert "does not exist" in proof.answer


def test_checks_about_a_run_are_not_asked(site: Site, project: Project) -> None:
    assert prove(site, [check_named(project, "validation.can_fail")]) == ()


def _check(name: str, says: object, *faults: Fault) -> Check:
    def measure(_: Site) -> Finding:
        passed = bool(says())  # type: ignore[operator]
        return Finding(name, "Is it so?", passed, True, passed, measured=1)

    return Check(name, "Is it so?", measure, faults)
