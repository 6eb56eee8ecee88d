"""What a role must be allowed, said with the statement that an administrator runs; and reading past forced policies."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator

import pytest

from reseed import database
from reseed.database import Target, sql, sqlstate
from reseed.errors import MissingPrivilege, ServerError

ANYONE = ["CREATEDB", "CREATEDB CREATEROLE", "SUPERUSER"]


@pytest.fixture
def app_role(superuser: Target) -> Iterator[str]:
    """Name of an application role that does not exist yet, hostile on purpose."""
    name = f'app "{secrets.token_hex(4)}"; --'
    yield name
    with database.connect(superuser) as connection:
        connection.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(name)))


def become(target: Target, role: str) -> str:
    with database.connect(target) as connection:
        connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(role)))
        ((name,),) = connection.execute("SELECT current_user")
    return str(name)


def as_administrator(superuser: Target, next_step: str) -> None:
    """Do literally what the error said."""
    with database.connect(superuser) as connection:
        connection.execute(next_step.removeprefix("An administrator runs: ").encode())


def test_createdb(server: Target, superuser: Target, role: Callable[[str], Target]) -> None:
    database.require_createdb(server)
    database.require_createdb(superuser)
    plain = role("")
    with pytest.raises(MissingPrivilege, match="expected CREATEDB") as refusal:
        database.require_createdb(plain)
    as_administrator(superuser, refusal.value.next_step)
    database.require_createdb(plain)


@pytest.mark.parametrize("attributes", ANYONE[1:])
def test_a_role_that_may_makes_it(app_role: str, role: Callable[[str], Target], attributes: str) -> None:
    target = role(attributes)
    for _ in range(2):
        database.ensure_app_role(target, app_role)
    assert become(target, app_role) == app_role
    with database.connect(target) as connection:
        found = connection.execute(
            "SELECT rolcanlogin, rolsuper, rolbypassrls, rolcreatedb FROM pg_roles WHERE rolname = %s",
            (app_role,),
        ).fetchone()
    assert found == (False, False, False, False)


def test_an_ordinary_role_says_what_an_administrator_must_do(
    app_role: str, role: Callable[[str], Target], superuser: Target
) -> None:
    target = role("CREATEDB")
    with pytest.raises(MissingPrivilege, match="does not exist") as refusal:
        database.ensure_app_role(target, app_role)
    as_administrator(superuser, refusal.value.next_step)
    database.ensure_app_role(target, app_role)
    assert become(target, app_role) == app_role


def test_a_role_that_exists_but_is_not_granted(
    app_role: str, role: Callable[[str], Target], superuser: Target
) -> None:
    database.ensure_app_role(superuser, app_role)
    target = role("CREATEDB")
    with pytest.raises(MissingPrivilege, match="is not granted to us") as refusal:
        database.ensure_app_role(target, app_role)
    assert "CREATE ROLE" not in refusal.value.next_step
    as_administrator(superuser, refusal.value.next_step)
    database.ensure_app_role(target, app_role)
    assert become(target, app_role) == app_role


@pytest.mark.parametrize("attribute", ["SUPERUSER", "BYPASSRLS"])
def test_a_role_that_bypasses_policies_is_refused(
    server: Target, superuser: Target, app_role: str, attribute: str
) -> None:
    with database.connect(superuser) as connection:
        connection.execute(
            sql.SQL("CREATE ROLE {}").format(sql.Identifier(app_role)) + sql.SQL(f" {attribute}")
        )  # type: ignore[arg-type]
    with pytest.raises(ServerError, match="bypasses row-level security"):
        database.ensure_app_role(server, app_role)


def test_on_another_major_version(server_15: Target) -> None:
    name = f"app_{secrets.token_hex(4)}"
    for _ in range(2):
        database.ensure_app_role(server_15, name)
    assert become(server_15, name) == name


PROTECTED = """
    CREATE TABLE protected (id integer, parent integer);
    INSERT INTO protected SELECT i, 1 FROM generate_series(1, 5) i;
    ALTER TABLE protected ENABLE ROW LEVEL SECURITY;
    ALTER TABLE protected FORCE ROW LEVEL SECURITY;
    CREATE POLICY nobody ON protected USING (false);
"""


@pytest.fixture
def protected(empty_database: Target) -> Target:
    with database.connect(empty_database) as connection:
        connection.execute(PROTECTED)
    return empty_database


def seen(target: Target) -> int:
    with database.connect(target) as connection:
        ((count,),) = connection.execute("SELECT count(*) FROM protected")
    return int(count)


def test_counts_see_past_forced_policies_and_leave_them(protected: Target) -> None:
    with database.connect(protected) as connection:
        assert database.row_counts(connection) == {"public.protected": 5}
    assert seen(protected) == 0


def test_what_is_changed_while_looking_is_rolled_back(protected: Target) -> None:
    with database.connect(protected) as connection, database.without_row_security(connection):
        connection.execute("DELETE FROM protected")
    with database.connect(protected) as connection:
        assert database.row_counts(connection) == {"public.protected": 5}


def test_no_other_session_sees_them_lifted(protected: Target) -> None:
    with database.connect(protected) as connection, database.change_every_row(connection):
        connection.execute("INSERT INTO protected VALUES (6, 1)")
        with database.connect(protected) as other:
            # The lifted table is locked: another session waits, it never looks inside.
            other.execute("SET lock_timeout = '50ms'")
            with pytest.raises(sqlstate.LockNotAvailable), other.transaction():
                other.execute("SELECT count(*) FROM protected")
    assert seen(protected) == 0
    with database.connect(protected) as connection:
        assert database.row_counts(connection) == {"public.protected": 6}


def test_an_error_while_changing_leaves_them_forced(protected: Target) -> None:
    with (
        pytest.raises(ZeroDivisionError),
        database.connect(protected) as connection,
        database.change_every_row(connection),
    ):
        raise ZeroDivisionError
    assert seen(protected) == 0
