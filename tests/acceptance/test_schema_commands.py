"""`reseed schema` from outside: differences named, the revision printed or written, the schema described."""

from __future__ import annotations

import json
from pathlib import Path

from reseed import database
from reseed.database import Target
from reseed.project import Project
from tests.acceptance.conftest import Command, assert_one_sentence


def test_a_database_that_the_models_made_has_no_difference(reseed: Command, schema_database: Target) -> None:
    ended = reseed("schema", "check", DATABASE_URL=schema_database.url())
    assert ended.returncode == 0, ended.stderr
    assert f"facts in {schema_database.database}, fingerprint " in ended.stdout


def test_every_difference_is_named_and_the_exit_code_says_so(
    reseed: Command, schema_database: Target
) -> None:
    with database.connect(schema_database) as connection:
        connection.execute("ALTER TABLE assets NO FORCE ROW LEVEL SECURITY")
        connection.execute("CREATE INDEX nobodys ON assets (rack)")
    ended = reseed("schema", "check", DATABASE_URL=schema_database.url())
    assert_one_sentence(ended, 1, "differs from the models in 2 facts", "reseed run")
    assert "row security public.assets" in ended.stdout
    assert "index public.nobodys" in ended.stdout

    told = json.loads(reseed("schema", "check", "--json", DATABASE_URL=schema_database.url()).stdout)
    assert [(each["change"], each["key"]) for each in told["differences"]] == [
        ("extra", "index public.nobodys"),
        ("changed", "row security public.assets"),
    ]


def test_a_dry_run_prints_the_committed_revision_and_writes_nothing(
    reseed: Command, project: Project, tmp_path: Path
) -> None:
    ended = reseed("schema", "squash", "--dry-run", "--state", str(tmp_path / "state"))
    (committed,) = (project.migrations / "versions").glob("*.py")
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout == committed.read_text(encoding="utf-8")
    assert not (tmp_path / "state").exists()


def test_a_squash_is_written_beside_the_projects_migrations(
    reseed: Command, project: Project, tmp_path: Path
) -> None:
    ended = reseed("schema", "squash", "--into", str(tmp_path / "staged"))
    assert ended.returncode == 0, ended.stderr
    (committed,) = (project.migrations / "versions").glob("*.py")
    written = Path(ended.stdout.strip())
    assert written == tmp_path / "staged" / "versions" / committed.name
    assert written.read_bytes() == committed.read_bytes()
    assert (tmp_path / "staged" / "env.py").read_bytes() == (project.migrations / "env.py").read_bytes()


def test_the_document_is_printed_as_markdown(reseed: Command, schema_database: Target) -> None:
    ended = reseed("schema", "doc", DATABASE_URL=schema_database.url())
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.startswith("# The schema is ready\n")
    assert "```mermaid\nerDiagram\n" in ended.stdout


def test_a_database_without_the_tables_is_not_described(reseed: Command, empty_database: Target) -> None:
    ended = reseed("schema", "doc", DATABASE_URL=empty_database.url())
    assert_one_sentence(ended, 1, "lacks 21 of 21 tables")
