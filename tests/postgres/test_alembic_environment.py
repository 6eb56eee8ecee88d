"""Alembic's own command line on the application's script location, as a developer types it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from modernize.migrations import legacy
from modernize.models import metadata
from reseed.database import Target, connect, ensure_app_role

ROOT = Path(__file__).resolve().parents[2]


def alembic(
    *words: str, url: str | None, ini: Path = ROOT / "alembic.ini"
) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return subprocess.run(
        [sys.executable, "-m", "alembic", "-c", str(ini), *words],
        env=environment | ({"DATABASE_URL": url} if url else {}),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("url", "said"),
    [(None, "DATABASE_URL is not set"), ("mysql://localhost/x", "begins with mysql://")],
    ids=["missing", "of another server"],
)
def test_a_bad_url_is_one_sentence(url: str | None, said: str) -> None:
    ended = alembic("current", url=url)
    assert ended.returncode != 0
    assert said in ended.stdout + ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_server_that_is_not_there_is_one_sentence() -> None:
    ended = alembic("current", url="postgresql://nobody:secret@127.0.0.1:1/x")
    assert ended.returncode != 0
    assert "127.0.0.1:1" in ended.stdout + ended.stderr
    assert "Traceback" not in ended.stderr
    assert "secret" not in ended.stdout + ended.stderr


def test_the_legacy_history_is_read_by_the_command_line(empty_database: Target, tmp_path: Path) -> None:
    legacy.load(empty_database, tmp_path / "migrations")
    ini = tmp_path / "alembic.ini"
    ini.write_text("[alembic]\nscript_location = %(here)s/migrations\npath_separator = os\n")
    ended = alembic("current", url=empty_database.url(), ini=ini)
    assert ended.returncode == 0, ended.stderr
    assert sorted(ended.stdout.split()) == ["(head)", "(head)", "e7f1a3905b2d", "f9e47a2c5d16"]


def test_the_clean_revision_makes_what_the_models_say(empty_database: Target) -> None:
    ensure_app_role(empty_database, "modernize_app")
    for words in (["upgrade", "head"], ["check"]):
        ended = alembic(*words, url=empty_database.url())
        assert ended.returncode == 0, (ended.stdout + ended.stderr)[-1000:]
    with connect(empty_database) as connection:
        tables = connection.execute(
            "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'"
        ).fetchall()
    assert {name for (name,) in tables} == {*metadata.tables, "alembic_version"}


def test_the_statements_are_printed_without_a_server() -> None:
    ended = alembic("upgrade", "head", "--sql", url=None)
    assert ended.returncode == 0, ended.stderr
    for name in metadata.tables:
        assert f"CREATE TABLE {name} (" in ended.stdout
