"""Who sees and writes which rows, as the application's role and as the owner, on a real server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from modernize.models import metadata
from reseed import database
from reseed.database import Target, sqlstate

from .tenants import APP_ROLE, as_application, fill, key

TABLES = sorted(metadata.tables)


@pytest.fixture
def tenants(schema_database: Target) -> Iterator[Target]:
    fill(schema_database)
    yield schema_database


def test_every_table_has_forced_row_security_and_a_policy(schema_database: Target) -> None:
    with database.connect(schema_database) as connection:
        found = connection.execute(
            """
            SELECT relname::text, relrowsecurity, relforcerowsecurity,
                   array(SELECT polname::text FROM pg_policy WHERE polrelid = c.oid ORDER BY 1)
            FROM pg_class c WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1
            """
        ).fetchall()
    own = {
        "users": ["administered_insert", "administered_update", "member_or_signing_in"],
        "sign_in_attempts": ["forgotten", "signing_in"],
    }
    assert found == [(name, True, True, own.get(name, ["tenant_isolation"])) for name in TABLES]


@pytest.mark.parametrize("setting", [None, ""])
def test_without_a_tenant_nothing_is_seen(tenants: Target, setting: str | None) -> None:
    with as_application(tenants) as connection:
        if setting is not None:
            connection.execute("SELECT set_config('app.client_account_id', %s, true)", (setting,))
        counts = {table: _count(connection, table) for table in TABLES}
    assert counts == dict.fromkeys(TABLES, 0)


def test_a_tenant_sees_its_own_rows_and_no_others(tenants: Target) -> None:
    with database.connect(tenants) as connection:
        all_rows = {
            name.removeprefix("public."): count for name, count in database.row_counts(connection).items()
        }
    seen = {}
    for tenant in ("a", "b"):
        with as_application(tenants, tenant) as connection:
            seen[tenant] = {table: _count(connection, table) for table in TABLES}
            owners = connection.execute("SELECT DISTINCT client_account_id FROM assets").fetchall()
        assert owners == [(key(f"account {tenant}"),)]
    assert {table: seen["a"][table] + seen["b"][table] for table in TABLES} == all_rows
    assert all_rows["user_sessions"] == 2
    assert seen["a"]["assets"] == 2
    assert seen["b"]["assets"] == 1


def test_the_owner_is_held_to_the_policies_too(tenants: Target) -> None:
    with database.connect(tenants) as connection:
        assert _count(connection, "assets") == 0


def test_a_row_for_another_tenant_is_refused(tenants: Target) -> None:
    with as_application(tenants, "a") as connection, pytest.raises(sqlstate.InsufficientPrivilege):
        connection.execute(
            "INSERT INTO engagements (client_account_id, name, slug) VALUES (%s, 'x', 'x')",
            (key("account b"),),
        )


def test_a_row_cannot_be_given_to_another_tenant(tenants: Target) -> None:
    with as_application(tenants, "a") as connection, pytest.raises(sqlstate.InsufficientPrivilege):
        connection.execute("UPDATE engagements SET client_account_id = %s", (key("account b"),))


def test_changes_do_not_reach_another_tenant(tenants: Target) -> None:
    with as_application(tenants, "a") as connection:
        changed = connection.execute("UPDATE assets SET description = 'seen'").rowcount
        gone = connection.execute("DELETE FROM assets WHERE id = %s", (key("asset b"),)).rowcount
    assert (changed, gone) == (2, 0)


@pytest.mark.parametrize("other", ["b", "a2"])
def test_a_reference_out_of_tenant_or_engagement_cannot_be_stored(tenants: Target, other: str) -> None:
    """Even for a loader that policies do not apply to."""
    with (
        database.connect(tenants) as connection,
        database.change_every_row(connection),
        pytest.raises(sqlstate.ForeignKeyViolation),
        connection.transaction(),
    ):
        connection.execute(
            "INSERT INTO asset_dependencies "
            "(client_account_id, engagement_id, source_asset_id, target_asset_id, dependency_type) "
            "VALUES (%s, %s, %s, %s, 'runs_on')",
            (key("account a"), key("engagement a"), key("asset a"), key(f"asset {other}")),
        )


def test_a_user_from_outside_cannot_be_a_reviewer(tenants: Target) -> None:
    with as_application(tenants, "a") as connection, pytest.raises(sqlstate.ForeignKeyViolation):
        connection.execute("UPDATE discovery_flows SET started_by = %s", (key("user b"),))


def test_users_of_other_tenants_are_hidden_and_cannot_be_changed(tenants: Target) -> None:
    with as_application(tenants, "a") as connection:
        assert connection.execute("SELECT email FROM users").fetchall() == [("a@example.com",)]
        assert connection.execute("UPDATE users SET full_name = 'x' WHERE email LIKE 'b%'").rowcount == 0


def test_a_guest_is_seen_but_changed_only_at_home(tenants: Target) -> None:
    with as_application(tenants, "a") as connection:
        connection.execute(
            "INSERT INTO user_account_associations (client_account_id, user_id, role) VALUES (%s, %s, 'VIEWER')",
            (key("account a"), key("user b")),
        )
        seen = connection.execute("SELECT email FROM users ORDER BY email").fetchall()
        changed = connection.execute(
            "UPDATE users SET full_name = 'x' WHERE email = 'b@example.com'"
        ).rowcount
    assert seen == [("a@example.com",), ("b@example.com",)]
    assert changed == 0


def test_a_sign_in_sees_its_own_user_only_and_changes_nothing_of_it(tenants: Target) -> None:
    with as_application(tenants, sign_in="b@example.com") as connection:
        home = connection.execute("SELECT home_client_account_id FROM users").fetchall()
        changed = connection.execute("UPDATE users SET full_name = 'x'").rowcount
        assert _count(connection, "client_accounts") == _count(connection, "user_sessions") == 0
    assert home == [(key("account b"),)]
    assert changed == 0


def test_attempts_to_sign_in_are_counted_for_one_address_only(tenants: Target) -> None:
    attempt = "INSERT INTO sign_in_attempts (email) VALUES (%s)"
    for email in ("a@example.com", "b@example.com", "b@example.com"):
        with as_application(tenants, sign_in=email) as connection:
            connection.execute(attempt, (email,))
    with as_application(tenants, "a") as connection:
        assert _count(connection, "sign_in_attempts") == 0
    with as_application(tenants, sign_in="a@example.com") as connection:
        assert _count(connection, "sign_in_attempts") == 1
        with pytest.raises(sqlstate.InsufficientPrivilege), connection.transaction():
            connection.execute(attempt, ("b@example.com",))
        with pytest.raises(sqlstate.InsufficientPrivilege), connection.transaction():
            connection.execute("UPDATE sign_in_attempts SET attempted_at = '2020-01-01'")
        assert connection.execute("DELETE FROM sign_in_attempts").rowcount == 1
    with as_application(tenants, sign_in="b@example.com") as connection:
        assert _count(connection, "sign_in_attempts") == 2


def test_attempts_of_yesterday_are_forgotten_whoever_made_them(tenants: Target) -> None:
    with as_application(tenants, sign_in="b@example.com") as connection:
        for hours in (1, 25):
            connection.execute(
                "INSERT INTO sign_in_attempts (email, attempted_at) "
                "VALUES ('b@example.com', now() - %s * interval '1 hour')",
                (hours,),
            )
    with as_application(tenants, sign_in="a@example.com") as connection:
        assert connection.execute("DELETE FROM sign_in_attempts").rowcount == 1
    with as_application(tenants, sign_in="b@example.com") as connection:
        assert _count(connection, "sign_in_attempts") == 1


def test_a_client_admin_invites_users_to_its_own_account_only(tenants: Target) -> None:
    invite = "INSERT INTO users (email, full_name, home_client_account_id) VALUES (%s, 'New', %s)"
    with as_application(tenants, "a") as connection:
        connection.execute(invite, ("new@example.com", key("account a")))
        with pytest.raises(sqlstate.InsufficientPrivilege), connection.transaction():
            connection.execute(invite, ("other@example.com", key("account b")))


def test_the_application_owns_nothing_and_is_granted_no_more_than_it_needs(schema_database: Target) -> None:
    with database.connect(schema_database) as connection:
        granted = connection.execute(
            """
            SELECT table_name::text, string_agg(privilege_type, ' ' ORDER BY privilege_type)
            FROM information_schema.role_table_grants WHERE grantee = %s AND table_schema = 'public'
            GROUP BY 1
            """,
            (APP_ROLE,),
        ).fetchall()
        owned = connection.execute(
            "SELECT relname FROM pg_class WHERE pg_get_userbyid(relowner) = %s", (APP_ROLE,)
        ).fetchall()
    narrower = {
        "client_accounts": "SELECT UPDATE",
        "sign_in_attempts": "DELETE INSERT SELECT",
        "users": "INSERT SELECT UPDATE",
    }
    assert dict(granted) == {name: narrower.get(name, "DELETE INSERT SELECT UPDATE") for name in TABLES}
    assert owned == []


def _count(connection: database.Connection, table: str) -> int:
    query = database.sql.SQL("SELECT count(*) FROM {}").format(database.sql.Identifier(table))
    row = connection.execute(query).fetchone()
    assert row
    return int(row[0])
