"""Checks over a run's files and databases: each says yes about a finished run, and no once something is wrong."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from reseed import database, stages
from reseed.database import Target
from reseed.project import Project
from reseed.records import Finding
from reseed.site import Site
from tests.acceptance.conftest import Finished


@pytest.fixture
def site(finished: Finished, project: Project, tmp_path: Path) -> Site:
    """A finished run on a copy of its folder, about the database it made."""
    folder = Path(shutil.copytree(finished.folder, tmp_path / "run"))
    return Site(
        project=project,
        target=finished.target,
        database=finished.target.database,
        folder=folder,
        run=finished.folder.name,
        migrations=project.migrations,
        dataset=project.load_dataset(),
    )


@pytest.fixture
def spoiled(site: Site) -> Iterator[Site]:
    """The same about a clone of the database, to be spoiled."""
    with database.scratch(site.target, "spoiled", template=site.database) as clone:
        yield site.on(clone.database)


def ask(site: Site, check: str) -> Finding:
    return stages.checks(site.project)[check].measure(site)


def test_a_database_is_fresh_only_without_a_table(site: Site, empty_database: Target) -> None:
    assert ask(site.on(empty_database.database), "reset.fresh").passed
    assert not ask(site, "reset.fresh").passed
    assert not ask(site.on("no_such_database"), "reset.fresh").passed


def test_the_schema_document_must_name_every_table(site: Site) -> None:
    assert ask(site, "handoff.schema_ready").passed
    file = site.folder / "SCHEMA_READY.md"
    file.write_text(file.read_text().replace("### assets\n", "assets\n"))
    assert not ask(site, "handoff.schema_ready").passed


def test_the_schema_document_must_be_about_the_schema_as_it_is(spoiled: Site) -> None:
    with spoiled.connect() as connection:
        connection.execute("ALTER TABLE assets ALTER COLUMN name DROP NOT NULL")
    assert not ask(spoiled, "handoff.schema_ready").passed


def write_ids(site: Site, **changes: str) -> None:
    file = site.folder / "SEEDED_IDS.json"
    ids = {kind: roles for kind, roles in json.loads(file.read_text()).items() if kind != "handoff"}
    ids["flows"].update(changes)
    file.write_text(json.dumps(ids))


def test_every_seeded_id_must_be_the_datasets(site: Site) -> None:
    write_ids(site)
    assert ask(site, "handoff.seeded_ids").passed
    write_ids(site, complete="11111111-1111-1111-1111-111111111111")
    assert not ask(site, "handoff.seeded_ids").passed


def test_every_seeded_id_must_have_its_row(spoiled: Site) -> None:
    write_ids(spoiled)
    with spoiled.connect() as connection, database.change_every_row(connection):
        connection.execute("DELETE FROM import_field_mappings")
        connection.execute("DELETE FROM agent_insights")
        connection.execute("TRUNCATE data_imports CASCADE")
    finding = ask(spoiled, "handoff.seeded_ids")
    assert not finding.passed
    assert {row["role"] for row in finding.rows} == {
        "imports.cmdb_csv",
        "imports.cloud_json",
        "imports.manual_excel",
    }


def test_a_report_must_answer_every_check(site: Site) -> None:
    assert ask(site, "validation.complete").passed
    file = site.folder / "report.json"
    report = json.loads(file.read_text())
    report["findings"] = [entry for entry in report["findings"] if entry["check"] != "tenancy.isolated"]
    file.write_text(json.dumps(report))
    assert not ask(site, "validation.complete").passed


def test_a_report_must_be_about_the_rows_as_they_are(spoiled: Site) -> None:
    assert ask(spoiled, "validation.complete").passed
    with spoiled.connect() as connection, database.change_every_row(connection):
        connection.execute("UPDATE assets SET name = name || '!'")
    assert not ask(spoiled, "validation.complete").passed


def test_a_query_without_rows_is_not_answered(site: Site, schema_database: Target) -> None:
    assert ask(site, "queries.answered").passed
    empty = replace(site, database=schema_database.database)
    finding = ask(empty, "queries.answered")
    assert not finding.passed
    assert finding.rows
