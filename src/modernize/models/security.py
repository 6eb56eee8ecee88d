"""Row-level security: who sees which rows, declared once here and attached to every table.

The console connects as `modernize_app`, which owns nothing, and sets the tenant for each transaction:
`SELECT set_config('app.client_account_id', '…', true)`. Without it the role sees nothing and writes nothing.
Security is FORCEd, so the owner of the tables is held to the same policies.

Three tables differ from the rest. A client account is its own tenant. A user belongs to no tenant: to be seen
are the tenant's members and those it administers (`home_client_account_id`); only the latter may be changed.
A sign-in comes before any tenant is known: it sets `app.sign_in_email`, reads that one user, and keeps count of
the attempts for that address alone.

Everything is plain `DDL` on table events: `create_all` runs it, and a migration can be written from it. Usage
of the schema is what PUBLIC has by default and is not granted here.
"""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy import event

from modernize.models.base import TENANT

APP_ROLE = "modernize_app"
TENANT_SETTING = "app.client_account_id"
SIGN_IN_SETTING = "app.sign_in_email"

CURRENT_TENANT = f"nullif(current_setting('{TENANT_SETTING}', true), '')::uuid"
SIGNING_IN = f"email = nullif(current_setting('{SIGN_IN_SETTING}', true), '')"
ADMINISTERED = f"home_client_account_id = {CURRENT_TENANT}"
MEMBER = (
    "EXISTS (SELECT 1 FROM user_account_associations membership "  # noqa: S608 - made of constants
    f"WHERE membership.user_id = users.id AND membership.{TENANT} = {CURRENT_TENANT})"
)


def secure(metadata: sa.MetaData) -> None:
    """Attach row-level security and the application role's grants; call once, all tables declared."""
    for table in metadata.tables.values():
        for statement in table_security(table):
            event.listen(table, "after_create", _ddl(statement))
    # The policies of users look at memberships, a table that is made later and dropped earlier.
    memberships = metadata.tables["user_account_associations"]
    for statement in user_policies():
        event.listen(memberships, "after_create", _ddl(statement))
    event.listen(memberships, "before_drop", _ddl("DROP POLICY member_or_signing_in ON users"))


def table_security(table: sa.Table) -> Iterator[str]:
    """The statements that secure one table, the policies of users apart."""
    yield f"ALTER TABLE {table.name} ENABLE ROW LEVEL SECURITY"
    yield f"ALTER TABLE {table.name} FORCE ROW LEVEL SECURITY"
    if table.name == "users":
        yield f"GRANT SELECT, INSERT, UPDATE ON {table.name} TO {APP_ROLE}"
        return
    if table.name == "client_accounts":
        yield _tenant_policy(table.name, "id")
        yield f"GRANT SELECT, UPDATE ON {table.name} TO {APP_ROLE}"
        return
    if table.name == "sign_in_attempts":
        yield f"CREATE POLICY signing_in ON {table.name} USING ({SIGNING_IN}) WITH CHECK ({SIGNING_IN})"
        # `DELETE FROM sign_in_attempts` without a condition reads no row, and so sweeps what nobody counts any more.
        yield f"CREATE POLICY forgotten ON {table.name} FOR DELETE USING (attempted_at < now() - interval '1 day')"
        yield f"GRANT SELECT, INSERT, DELETE ON {table.name} TO {APP_ROLE}"
        return
    yield _tenant_policy(table.name, TENANT)
    yield f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table.name} TO {APP_ROLE}"


def user_policies() -> Iterator[str]:
    """The policies of users: seen by fellow members, changed by the home account, found by a sign-in."""
    yield (
        "CREATE POLICY member_or_signing_in ON users FOR SELECT "
        f"USING ({ADMINISTERED} OR {SIGNING_IN} OR {MEMBER})"
    )
    yield f"CREATE POLICY administered_insert ON users FOR INSERT WITH CHECK ({ADMINISTERED})"
    yield (
        f"CREATE POLICY administered_update ON users FOR UPDATE USING ({ADMINISTERED}) WITH CHECK ({ADMINISTERED})"
    )


def _tenant_policy(table: str, column: str) -> str:
    rule = f"{column} = {CURRENT_TENANT}"
    return f"CREATE POLICY tenant_isolation ON {table} USING ({rule}) WITH CHECK ({rule})"


def _ddl(statement: str) -> sa.DDL:
    return sa.DDL(statement)  # type: ignore[no-untyped-call]
