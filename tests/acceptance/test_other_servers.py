"""The whole run where the server is not ours: another major version, and a role that may only create databases."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest

from reseed import database
from reseed.database import Target, embedded
from reseed.project import Project
from tests.acceptance.conftest import Command, assert_one_sentence


@pytest.fixture
def plain_role(server_15: Target, project: Project) -> Target:
    """A role with CREATEDB and nothing else, and the application's role granted to it, as an administrator would."""
    database.ensure_app_role(server_15, project.app_role)
    administrator = embedded.administrator(server_15)
    name, password = f"plain_{secrets.token_hex(4)}", secrets.token_hex(12)
    identifier = database.sql.Identifier(name)
    with database.connect(administrator) as connection:
        connection.execute(
            database.sql.SQL("CREATE ROLE {} LOGIN CREATEDB PASSWORD {}").format(
                identifier, database.sql.Literal(password)
            )
        )
        connection.execute(
            database.sql.SQL("GRANT {} TO {}").format(database.sql.Identifier(project.app_role), identifier)
        )
    return Target(server_15.host, server_15.port, name, password, "postgres")


@pytest.mark.timeout(300)
def test_the_whole_run_on_postgresql_15_as_an_ordinary_role(
    reseed: Command, plain_role: Target, project: Project, tmp_path: Path
) -> None:
    target = plain_role.on('somebody\'s "shop" ü')
    project.load_legacy()(target, tmp_path / "migrations")
    flags = ["--state", str(tmp_path / "state"), "--migrations", str(tmp_path / "migrations")]
    done = reseed("run", "--yes", *flags, DATABASE_URL=target.url())
    assert done.returncode == 0, done.stdout + done.stderr
    assert "20 of 20 passed" in done.stdout
    validated = reseed("validate", "--state", str(tmp_path / "state"), DATABASE_URL=target.url())
    assert validated.returncode == 0, validated.stdout + validated.stderr
    revisions = list((tmp_path / "migrations" / "versions").glob("*.py"))
    assert [path.name.partition("_")[2] for path in revisions] == ["initial_clean_schema.py"]


def test_a_role_that_cannot_make_the_application_role_is_told_what_to_ask_for(
    reseed: Command, server_15: Target, project: Project, tmp_path: Path
) -> None:
    administrator = embedded.administrator(server_15)
    name = f"lonely_{secrets.token_hex(4)}"
    identifier = database.sql.Identifier(name)
    with database.connect(administrator) as connection:
        connection.execute(
            database.sql.SQL("CREATE ROLE {} LOGIN CREATEDB PASSWORD 'lonely'").format(identifier)
        )
    target = Target(server_15.host, server_15.port, name, "lonely", "postgres").on(name)
    database.create(target, name)
    done = reseed("run", "--yes", "--state", str(tmp_path), DATABASE_URL=target.url())
    assert_one_sentence(done, 2, project.app_role, "GRANT", name)
    database.drop(target, name)
