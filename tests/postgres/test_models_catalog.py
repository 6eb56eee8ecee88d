"""What the tables promise, read back from PostgreSQL's catalog: names, keys, references, indexes, types, comments."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from modernize.models import enums, metadata
from reseed import database
from reseed.database import Target

TENANT_TABLES = sorted(
    name for name, table in metadata.tables.items() if "client_account_id" in table.columns
)

CONSTRAINTS = """
    SELECT c.conrelid::regclass::text AS table_name, c.conname AS name, c.contype AS kind,
           c.confrelid::regclass::text AS parent,
           array(SELECT attname::text FROM unnest(c.conkey) WITH ORDINALITY AS k (number, place)
                 JOIN pg_attribute ON attrelid = c.conrelid AND attnum = number ORDER BY place) AS columns,
           pg_get_constraintdef(c.oid) AS definition
    FROM pg_constraint c
    WHERE c.connamespace = 'public'::regnamespace AND c.contype IN ('p', 'f', 'u', 'c')
"""

INDEXES = """
    SELECT i.indrelid::regclass::text AS table_name, i.indexrelid::regclass::text AS name, i.indisunique AS is_unique,
           i.indpred IS NOT NULL AS is_partial,
           array(SELECT attname::text FROM unnest(i.indkey) WITH ORDINALITY AS k (number, place)
                 JOIN pg_attribute ON attrelid = i.indrelid AND attnum = number ORDER BY place) AS columns
    FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid
    WHERE t.relnamespace = 'public'::regnamespace
"""


def rows(target: Target, query: str) -> list[dict[str, Any]]:
    with database.connect(target) as connection:
        found = database.dict_rows(connection, query.encode())
    assert found
    return found


def of_kind(target: Target, kind: str) -> list[dict[str, Any]]:
    return [constraint for constraint in rows(target, CONSTRAINTS) if constraint["kind"] == kind]


def test_create_all_makes_what_the_models_say(schema_database: Target) -> None:
    engine = database.engine(schema_database)
    with engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True}
        assert compare_metadata(MigrationContext.configure(connection, opts=options), metadata) == []
        assert sorted(sa.inspect(connection).get_table_names()) == sorted(metadata.tables)
    engine.dispose()


def test_another_major_version_takes_the_same_schema(server_15: Target) -> None:
    database.ensure_app_role(server_15, "modernize_app")
    with database.scratch(server_15, "schema") as target:
        engine = database.engine(target)
        metadata.create_all(engine)
        with engine.connect() as connection:
            options = {"compare_type": True, "compare_server_default": True}
            assert compare_metadata(MigrationContext.configure(connection, opts=options), metadata) == []
        engine.dispose()


def test_drop_all_leaves_nothing_behind(schema_database: Target) -> None:
    engine = database.engine(schema_database)
    metadata.drop_all(engine)
    with engine.connect() as connection:
        left = sa.text("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace")
        types = sa.text("SELECT typname FROM pg_type WHERE typnamespace = 'public'::regnamespace")
        assert connection.execute(left).all() == connection.execute(types).all() == []
    engine.dispose()


def test_every_foreign_key_has_an_index(schema_database: Target) -> None:
    """Without one, deleting or joining a parent reads the whole child table."""
    indexes = [index for index in rows(schema_database, INDEXES) if not index["is_partial"]]
    bare = [
        constraint["name"]
        for constraint in of_kind(schema_database, "f")
        if not any(
            index["table_name"] == constraint["table_name"]
            and set(index["columns"][: len(constraint["columns"])]) == set(constraint["columns"])
            for index in indexes
        )
    ]
    assert bare == []


def test_references_between_tenant_tables_carry_the_tenant(schema_database: Target) -> None:
    without = [
        constraint["name"]
        for constraint in of_kind(schema_database, "f")
        if constraint["parent"] in TENANT_TABLES and constraint["columns"][0] != "client_account_id"
    ]
    assert without == []


def test_references_within_an_engagement_carry_it(schema_database: Target) -> None:
    in_engagement = {name for name in TENANT_TABLES if "engagement_id" in metadata.tables[name].columns}
    without = [
        constraint["name"]
        for constraint in of_kind(schema_database, "f")
        if {constraint["parent"], constraint["table_name"]} <= in_engagement
        and constraint["columns"][:2] != ["client_account_id", "engagement_id"]
    ]
    assert without == []


def test_the_tenant_leads_every_unique_key(schema_database: Target) -> None:
    """Distribution by tenant needs it; client_accounts and users are reference tables there."""
    late = [
        index["name"]
        for index in rows(schema_database, INDEXES)
        if index["is_unique"]
        and index["table_name"] in TENANT_TABLES
        and index["columns"][0] != "client_account_id"
    ]
    assert late == []


def test_tenant_tables_are_identified_by_tenant_and_id(schema_database: Target) -> None:
    keys = {key["table_name"]: key["columns"] for key in of_kind(schema_database, "p")}
    assert {name: keys[name] for name in TENANT_TABLES} == {
        name: ["client_account_id", "id"] for name in TENANT_TABLES
    }
    assert set(keys) - set(TENANT_TABLES) == {"client_accounts", "sign_in_attempts", "users"}


def test_names_follow_one_convention(schema_database: Target) -> None:
    prefix = {"p": "pk", "f": "fk", "u": "uq", "c": "ck"}
    named = [
        (prefix[row["kind"]], row["table_name"], row["name"]) for row in rows(schema_database, CONSTRAINTS)
    ]
    named += [
        ("uq" if row["is_unique"] else "ix", row["table_name"], row["name"])
        for row in rows(schema_database, INDEXES)
        if not row["name"].startswith("pk_")
    ]
    odd = [
        name
        for kind, table, name in named
        if name != f"pk_{table}" and not name.startswith(f"{kind}_{table}_")
    ]
    assert odd == []
    assert [name for _, _, name in named if len(name) > 58] == [], "close to being cut off and given a hash"


def test_every_closed_set_is_an_enum_in_use(schema_database: Target) -> None:
    found = rows(
        schema_database,
        """
        SELECT t.typname::text AS name, array(SELECT enumlabel::text FROM pg_enum WHERE enumtypid = t.oid
                                              ORDER BY enumsortorder) AS labels,
               EXISTS (SELECT 1 FROM pg_attribute WHERE atttypid = t.oid) AS in_use
        FROM pg_type t WHERE t.typtype = 'e'
        """,
    )
    declared = {
        enums.type_name(closed): [member.value for member in closed] for closed in enums.closed_sets()
    }
    assert {row["name"]: row["labels"] for row in found} == declared
    assert [row["name"] for row in found if not row["in_use"]] == []


def test_no_check_spells_out_a_closed_set_of_texts(schema_database: Target) -> None:
    sets = [check["name"] for check in of_kind(schema_database, "c") if "'::text, '" in check["definition"]]
    assert sets == []


@pytest.mark.parametrize("question", ["no comment", "timestamp without time zone", "is_mock"])
def test_no_column_or_table_is_wrong(schema_database: Target, question: str) -> None:
    with database.connect(schema_database) as connection:
        offending = connection.execute(
            """
            SELECT c.relname, a.attname
            FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND CASE %s
                WHEN 'no comment' THEN obj_description(c.oid, 'pg_class') IS NULL
                WHEN 'timestamp without time zone' THEN a.atttypid = 'timestamp'::regtype
                WHEN 'is_mock' THEN a.attname = 'is_mock' END
            """,
            (question,),
        ).fetchall()
    assert offending == []
