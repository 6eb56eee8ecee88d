"""A backup that was changed after it was taken is found out, by its manifest and by restoring it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from reseed import backup, database
from reseed.database import Target
from reseed.errors import BackupError
from reseed.project import Project
from reseed.site import Site
from tests.postgres.backups import site_on

COMPLETE, RESTORES = backup.CHECKS

TABLES = """
    CREATE TABLE parent (id integer PRIMARY KEY, note text);
    CREATE TABLE child (id integer PRIMARY KEY, parent integer NOT NULL REFERENCES parent (id));
    INSERT INTO parent SELECT i, 'row number ' || i FROM generate_series(1, 10) i;
    INSERT INTO child SELECT i, 1 FROM generate_series(1, 10) i;
"""


@pytest.fixture
def site(empty_database: Target, project: Project, tmp_path: Path) -> Site:
    """A site with a good backup."""
    with database.connect(empty_database) as connection:
        connection.execute(TABLES)
    site = site_on(empty_database, project, tmp_path)
    backup.back_up(site)
    assert COMPLETE.measure(site).passed
    assert RESTORES.measure(site).passed
    return site


def edit(site: Site, change: Callable[[str], str], name: str = "full_backup.sql") -> None:
    file = site.folder / "backup" / name
    before = file.read_text()
    file.write_text(change(before))
    assert file.read_text() != before


def scratch_databases(site: Site) -> list[str]:
    with database.maintenance(site.target) as connection:
        rows = connection.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", (site.public,)
        )
        return [name for (name,) in rows if name != site.public]


def test_a_lost_row(site: Site) -> None:
    edit(site, lambda text: text.replace("7\trow number 7\n", ""))
    finding = RESTORES.measure(site)
    assert not finding.passed
    assert finding.rows == ({"table": "public.parent", "backed up": 10, "restored": 9},)
    assert not COMPLETE.measure(site).passed


def test_a_lost_table(site: Site) -> None:
    edit(site, lambda text: text.replace("CREATE TABLE public.child", "CREATE TEMPORARY TABLE child"))
    assert not RESTORES.measure(site).passed


def test_a_row_that_breaks_a_foreign_key(site: Site) -> None:
    edit(site, lambda text: text.replace("\n3\t1\n", "\n3\t99\n"))
    finding = RESTORES.measure(site)
    assert not finding.passed
    assert "foreign key" in str(finding.actual)
    assert scratch_databases(site) == []


def test_a_truncated_dump(site: Site) -> None:
    edit(site, lambda text: text[: text.index("row number 5")])
    assert not COMPLETE.measure(site).passed
    assert not RESTORES.measure(site).passed
    assert scratch_databases(site) == []


@pytest.mark.parametrize("name", ["full_backup.sql", "schema_only.sql", "migration_history.txt"])
def test_an_altered_file(site: Site, name: str) -> None:
    """The same size, one character changed."""
    edit(site, lambda text: text.swapcase(), name)
    finding = COMPLETE.measure(site)
    assert not finding.passed
    assert isinstance(finding.expected, dict)
    assert isinstance(finding.actual, dict)
    assert [key for key in finding.expected if finding.expected[key] != finding.actual[key]] == [name]


@pytest.mark.parametrize("name", ["full_backup.sql", "manifest.json"])
def test_a_missing_file(site: Site, name: str) -> None:
    (site.folder / "backup" / name).unlink()
    for check in backup.CHECKS:
        finding = check.measure(site)
        assert not finding.passed
        assert name in str(finding.actual)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"taken": 1}', "null"])
def test_a_spoiled_manifest(site: Site, text: str) -> None:
    edit(site, lambda _: text, "manifest.json")
    assert not COMPLETE.measure(site).passed
    assert not RESTORES.measure(site).passed


def test_a_manifest_that_claims_less(site: Site) -> None:
    """Leaving a file out of the manifest does not make the backup complete."""

    def without_schema(text: str) -> str:
        record = json.loads(text)
        del record["files"]["schema_only.sql"]
        return json.dumps(record)

    edit(site, without_schema, "manifest.json")
    assert not COMPLETE.measure(site).passed


def test_restoring_over_something(site: Site) -> None:
    """A dump goes into an empty database; anything there is left as it was."""
    with pytest.raises(BackupError, match=r"does not restore: .*already exists"):
        backup.restore(site.folder / "backup" / "full_backup.sql", site.target)
    with site.connect() as connection:
        assert database.row_counts(connection) == {"public.child": 10, "public.parent": 10}
