"""A backup that was changed after it was taken is found out, by its manifest and by restoring it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from reseed import backup, database
from reseed.backup import manifest
from reseed.database import Target
from reseed.errors import BackupError
from reseed.project import Project
from reseed.site import Site
from tests.postgres.backups import site_on

COMPLETE, RESTORES = backup.CHECKS

TABLES = """
    CREATE TABLE parent (id integer PRIMARY KEY, note text);
    CREATE TABLE child (id integer PRIMARY KEY, parent integer NOT NULL REFERENCES parent (id));
    CREATE TABLE secret (id integer);
    CREATE SEQUENCE ticket;
    SELECT nextval('ticket');
    INSERT INTO parent SELECT i, 'row number ' || i FROM generate_series(1, 10) i;
    INSERT INTO child SELECT i, 1 FROM generate_series(1, 10) i;
    INSERT INTO secret VALUES (77);
    ALTER TABLE secret ENABLE ROW LEVEL SECURITY;
    ALTER TABLE secret FORCE ROW LEVEL SECURITY;
    SELECT lo_from_bytea(4711, 'large and readable');
    GRANT SELECT ON parent TO PUBLIC;
"""
FORMS = {"plain": 1 << 40, "directory": 0}


@pytest.fixture
def filled(empty_database: Target) -> Target:
    with database.connect(empty_database) as connection:
        connection.execute(TABLES)
    return empty_database


@pytest.fixture
def site(filled: Target, project: Project, tmp_path: Path) -> Site:
    """A site with a good backup."""
    return backed_up(filled, project, tmp_path, "plain")


@pytest.fixture(params=FORMS)
def either(request: pytest.FixtureRequest, filled: Target, project: Project, tmp_path: Path) -> Site:
    """The same in either form."""
    return backed_up(filled, project, tmp_path, request.param)


def backed_up(target: Target, project: Project, tmp_path: Path, form: str) -> Site:
    site = site_on(target, project, tmp_path)
    backup.back_up(site, FORMS[form])
    assert backup.verify(folder(site)).form == form
    assert COMPLETE.measure(site).passed
    assert RESTORES.measure(site).passed
    return site


def folder(site: Site) -> Path:
    return site.folder / "backup"


def edit(site: Site, change: Callable[[str], str], name: str = "full_backup.sql") -> None:
    file = folder(site) / name
    before = file.read_text()
    file.write_text(change(before))
    assert file.read_text() != before


def agree(site: Site) -> None:
    """Make the manifest say what the files are now, as if the dump had come out so."""
    record = json.loads((folder(site) / "manifest.json").read_text())
    record["files"] = manifest.measure(folder(site))
    (folder(site) / "manifest.json").write_text(json.dumps(record))
    backup.verify(folder(site))


def scratch_databases(site: Site) -> list[str]:
    with database.maintenance(site.target) as connection:
        rows = connection.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", (site.public,)
        )
        return [name for (name,) in rows if name != site.public]


@pytest.mark.parametrize(
    ("before", "after", "difference"),
    [
        ("7\trow number 7\n", "", {"table": "public.parent", "backed up": 10, "restored": 9}),
        (
            "setval('public.ticket', 1, true)",
            "setval('public.ticket', 2, true)",
            {"sequence": "public.ticket", "backed up": [1, True], "restored": [2, True]},
        ),
        (
            "PRIMARY KEY (id);",
            "UNIQUE (id);",
            {
                "definition": "CONSTRAINT parent parent_pkey in public",
                "backed up": "    ADD CONSTRAINT parent_pkey PRIMARY KEY (id);",
                "restored": "    ADD CONSTRAINT parent_pkey UNIQUE (id);",
            },
        ),
        (
            "GRANT SELECT ON TABLE public.parent TO PUBLIC;",
            "",
            {
                "definition": "ACL TABLE parent in public",
                "backed up": "GRANT SELECT ON TABLE public.parent TO PUBLIC;",
                "restored": None,
            },
        ),
    ],
)
def test_a_dump_that_lost_something(
    site: Site, before: str, after: str, difference: dict[str, object]
) -> None:
    """Files and manifest agree, so only what was restored tells."""
    edit(site, lambda text: text.replace(before, after))
    assert "altered" in str(RESTORES.measure(site).actual) or "bytes" in str(RESTORES.measure(site).actual)
    agree(site)
    finding = RESTORES.measure(site)
    assert not finding.passed
    assert difference in finding.rows


@pytest.mark.parametrize(
    ("before", "after", "table"),
    [
        ("row number 5\n", "row number 6\n", "public.parent"),
        ("\n77\n", "\n78\n", "public.secret"),
    ],
)
def test_a_value_that_changed(site: Site, before: str, after: str, table: str) -> None:
    """The same number of rows, one of them different; also where row-level security hides it."""
    edit(site, lambda text: text.replace(before, after))
    agree(site)
    finding = RESTORES.measure(site)
    assert not finding.passed
    assert [row["table"] for row in finding.rows] == [table]
    assert "digest" in str(finding.rows[0]["restored"])


def test_a_large_object_that_changed(site: Site) -> None:
    written = b"large and readable".hex()
    edit(site, lambda text: text.replace(written, b"large but changed!".hex()))
    agree(site)
    finding = RESTORES.measure(site)
    assert [row["large objects"] for row in finding.rows] == ["digest"]


def test_grants_are_taken_at_their_word(site: Site) -> None:
    """An object may read otherwise once the server has read it; a grant that does may have been ignored."""
    grant = "GRANT SELECT ON TABLE public.parent TO PUBLIC;"
    edit(site, lambda text: text.replace(grant, f"{grant}\n{grant}"), "schema_only.sql")
    agree(site)
    assert [row["definition"] for row in RESTORES.measure(site).rows] == ["ACL TABLE parent in public"]


def test_a_lost_table(site: Site) -> None:
    edit(site, lambda text: text.replace("CREATE TABLE public.child", "CREATE TEMPORARY TABLE child"))
    agree(site)
    assert not RESTORES.measure(site).passed


def test_a_row_that_breaks_a_foreign_key(site: Site) -> None:
    edit(site, lambda text: text.replace("\n3\t1\n", "\n3\t99\n"))
    agree(site)
    finding = RESTORES.measure(site)
    assert not finding.passed
    assert "foreign key" in str(finding.actual)
    assert "ALTER TABLE ONLY public.child" in str(finding.actual)
    assert scratch_databases(site) == []


def test_a_truncated_dump(site: Site) -> None:
    """A dump that was cut off is refused before a statement of it is carried out."""
    edit(site, lambda text: text[: text.index("row number 5")])
    assert not COMPLETE.measure(site).passed
    assert not RESTORES.measure(site).passed
    with pytest.raises(BackupError, match=r"full_backup\.sql has [\d,]+ bytes, expected [\d,]+") as caught:
        backup.verify(folder(site))
    assert caught.value.exit_code == 1
    with database.scratch(site.target, "restored") as target:
        with pytest.raises(BackupError, match="bytes, expected"):
            backup.restore(folder(site), target)
        with database.connect(target) as connection:
            assert connection.execute("SELECT to_regclass('public.parent')").fetchone() == (None,)


def test_every_file_is_watched(either: Site) -> None:
    """One byte changed, one cut off, the file gone: whichever file it is, the backup is refused and says which."""
    files = [path for path in folder(either).rglob("*") if path.is_file() and path.name != "manifest.json"]
    assert len(files) >= 3
    for file in files:
        whole = file.read_bytes()
        spoiled = {
            "altered": whole[:-1] + bytes([whole[-1] ^ 1]),
            "expected": whole[:-1],
            "missing": None,
        }
        for said, content in spoiled.items():
            file.unlink() if content is None else file.write_bytes(content)
            with pytest.raises(BackupError, match=said) as caught:
                backup.verify(folder(either))
            assert str(file) in caught.value.message
            assert not COMPLETE.measure(either).passed
        file.write_bytes(whole)
    backup.verify(folder(either))


@pytest.mark.parametrize("name", ["full_backup/9999.dat.gz", "note.txt", "hidden_rows/0002.copy.gz"])
def test_a_file_that_nobody_knows(filled: Target, project: Project, tmp_path: Path, name: str) -> None:
    site = backed_up(filled, project, tmp_path, "directory")
    (folder(site) / name).write_text("1\t1\n")
    with pytest.raises(BackupError, match=f"{name} is not listed in the backup's manifest"):
        backup.verify(folder(site))
    assert not COMPLETE.measure(site).passed
    assert not RESTORES.measure(site).passed


@pytest.mark.parametrize("name", ["full_backup.sql", "manifest.json"])
def test_a_missing_file(site: Site, name: str) -> None:
    (folder(site) / name).unlink()
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


@pytest.mark.parametrize("there", ["CREATE SCHEMA alone", "CREATE TABLE t ()", "SELECT lo_create(1)"])
def test_restoring_over_something(either: Site, there: str) -> None:
    """A backup goes into an empty database; anything there is left as it was."""
    with database.scratch(either.target, "occupied") as target:
        with database.connect(target) as connection:
            connection.execute(there.encode())
        with pytest.raises(BackupError, match=r"does not restore: database occupied.* is not empty"):
            backup.restore(folder(either), target)
        with database.connect(target) as connection:
            assert connection.execute("SELECT to_regclass('public.parent')").fetchone() == (None,)
