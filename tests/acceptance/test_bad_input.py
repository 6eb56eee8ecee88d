"""Whatever is wrong with what a user gives us: one clear sentence, the right exit code, nothing lost."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from reseed import database
from reseed.database import Target
from reseed.project import Project
from tests import disks
from tests.acceptance.conftest import Command, Legacy, assert_one_sentence, spoil


def rows_of(target: Target) -> dict[str, int]:
    with database.connect(target) as connection:
        return dict(database.row_counts(connection))


def test_an_empty_url(reseed: Command) -> None:
    assert_one_sentence(reseed("run", "--yes", "--database-url", ""), 2, "--database-url", "postgresql://")


def test_a_url_of_another_kind(reseed: Command) -> None:
    assert_one_sentence(
        reseed("run", "--yes", "--database-url", "mysql://root@localhost/shop"), 2, "mysql", "postgresql://"
    )


def test_a_wrong_password(reseed: Command, legacy: Legacy) -> None:
    wrong = replace(legacy.target, password="not the password")
    done = reseed("run", "--yes", *legacy.flags, DATABASE_URL=wrong.url())
    assert_one_sentence(done, 2, legacy.target.user, "password")
    assert "not the password" not in done.stderr + done.stdout


def test_an_unreachable_server(reseed: Command, tmp_path: Path) -> None:
    done = reseed(
        "run", "--yes", "--state", str(tmp_path), "--database-url", "postgresql://me:secret@127.0.0.1:1/shop"
    )
    assert_one_sentence(done, 2, "127.0.0.1:1")
    assert "secret" not in done.stderr + done.stdout


def test_a_database_that_does_not_exist(reseed: Command, server: Target, tmp_path: Path) -> None:
    done = reseed("run", "--yes", "--state", str(tmp_path), DATABASE_URL=server.on("nowhere").url())
    assert_one_sentence(done, 2, "nowhere", "does not exist", "reseed demo")


def test_a_role_without_createdb(
    reseed: Command, legacy: Legacy, role: Callable[[str], Target], superuser: Target
) -> None:
    plain = role("").on(legacy.target.database)
    with database.connect(superuser) as connection:
        connection.execute(
            database.sql.SQL("ALTER DATABASE {} OWNER TO {}").format(
                database.sql.Identifier(plain.database), database.sql.Identifier(plain.user)
            )
        )
    done = reseed(
        "run", "--yes", *legacy.flags, "--migrations", str(legacy.migrations), DATABASE_URL=plain.url()
    )
    assert_one_sentence(done, 2, plain.user, "CREATEDB", "ALTER ROLE")


def test_a_database_of_another_role(reseed: Command, legacy: Legacy, role: Callable[[str], Target]) -> None:
    other = role("CREATEDB").on(legacy.target.database)
    done = reseed(
        "run", "--yes", *legacy.flags, "--migrations", str(legacy.migrations), DATABASE_URL=other.url()
    )
    assert_one_sentence(done, 2, "belongs to", other.user, "OWNER TO")
    assert not (legacy.state / "runs").exists()


def test_a_database_of_the_servers_own(reseed: Command, server: Target, tmp_path: Path) -> None:
    done = reseed("run", "--yes", "--state", str(tmp_path), DATABASE_URL=server.on("postgres").url())
    assert_one_sentence(done, 3, "postgres", "never reset")


def test_a_state_folder_that_cannot_be_written(reseed: Command, legacy: Legacy, tmp_path: Path) -> None:
    file = tmp_path / "a file"
    file.write_text("")
    done = reseed(
        "run",
        "--yes",
        "--state",
        str(file / "state"),
        "--migrations",
        str(legacy.migrations),
        **legacy.environment,
    )
    assert_one_sentence(done, 2, str(file), "--state")


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        ("reseed.toml", "[project]", "[project", ("reseed.toml", "TOML")),
        ("reseed.toml", "tenant_column", "tenant_colum", ("reseed.toml", "tenant_colum")),
        ("plan.toml", "[[task]]", "[[task", ("plan.toml", "line")),
        (
            "plan.toml",
            '"backup.restores"',
            '"backup.restored"',
            ("1.1", "backup.restored", "backup.restores"),
        ),
        ("plan.toml", 'id = "4"', 'id = "4"\nexecutor = "external"', ("Agent 4", "external")),
        ("plan.toml", 'action = "squash"', 'action = "squash_all"', ("1.4", "squash_all", "squash")),
    ],
)
def test_a_spoiled_file(
    reseed: Command,
    legacy: Legacy,
    copied_project: Path,
    name: str,
    old: str,
    new: str,
    words: tuple[str, ...],
) -> None:
    spoil(copied_project.with_name(name), old, new)
    done = reseed("run", "--yes", "--project", str(copied_project), *legacy.flags, **legacy.environment)
    assert_one_sentence(done, 2, *words)
    assert not (legacy.state / "runs").exists()


def test_a_missing_project(reseed: Command, tmp_path: Path) -> None:
    assert_one_sentence(reseed("plan", cwd=tmp_path), 2, "reseed.toml", "--project")


def test_a_missing_migrations_folder(reseed: Command, legacy: Legacy, tmp_path: Path) -> None:
    missing = tmp_path / "no migrations"
    done = reseed("run", "--yes", *legacy.flags, "--migrations", str(missing), **legacy.environment)
    assert_one_sentence(done, 2, str(missing))


def test_an_unknown_run_and_an_unknown_task(reseed: Command, legacy: Legacy) -> None:
    assert_one_sentence(reseed("resume", "2020", *legacy.flags, **legacy.environment), 2, "2020")
    assert_one_sentence(reseed("status", *legacy.flags), 2, "no run", "reseed run")


def test_an_unknown_flag(reseed: Command) -> None:
    done = reseed("run", "--yes", "--databse-url", "x")
    assert done.returncode == 2
    assert "--databse-url" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 320 KiB: enough for the run's own files, too small for the dump beside them."""
    with disks.small_disk(tmp_path / "disk", "320k") as folder:
        yield folder


def test_a_full_disk_while_dumping_loses_nothing_and_can_be_mended(
    reseed: Command, legacy: Legacy, small_disk: Path
) -> None:
    before = rows_of(legacy.target)
    flags = ["--state", str(legacy.state), "--migrations", str(legacy.migrations)]
    legacy.state.mkdir()
    (legacy.state / "runs").symlink_to(small_disk)
    assert_one_sentence(
        reseed("run", "--yes", *flags, **legacy.environment), 2, "No space left on device", "reseed resume"
    )
    assert rows_of(legacy.target) == before
    disks.resize(small_disk, "64m")
    done = reseed("resume", *legacy.flags, **legacy.environment)
    assert done.returncode == 0, done.stderr


def test_a_project_without_a_legacy_has_no_demo(
    legacy: Legacy, reseed: Command, project: Project, tmp_path: Path
) -> None:
    text = (project.root / "reseed.toml").read_text()
    (tmp_path / "reseed.toml").write_text(re.sub(r"^legacy = .*$", "", text, flags=re.MULTILINE))
    for name in ("plan.toml", "pages.toml", "test_queries.sql"):
        (tmp_path / name).write_bytes((project.root / name).read_bytes())
    done = reseed("demo", "--project", str(tmp_path / "reseed.toml"), *legacy.flags, **legacy.environment)
    assert_one_sentence(done, 2, "project.legacy", "reseed run")
