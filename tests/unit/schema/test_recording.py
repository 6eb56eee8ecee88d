"""What the models would run is taken down without a database, in an order that lasts."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from reseed.errors import SchemaError
from reseed.schema.recording import models_digest, record, sql_of


def two_tables() -> tuple[sa.MetaData, sa.Table, sa.Table]:
    metadata = sa.MetaData()
    parent = sa.Table("parent", metadata, sa.Column("id", sa.Integer, primary_key=True))
    child = sa.Table(
        "child",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("parent_id", sa.ForeignKey("parent.id")),
        comment="a comment",
    )
    return metadata, parent, child


def blocks(metadata: sa.MetaData) -> list[tuple[str, list[str]]]:
    return [
        (
            block.table.name if block.table is not None else "",
            [sql_of(s).split("(")[0].strip() for s in block.statements],
        )
        for block in record(metadata).create
    ]


def test_statements_stand_with_the_table_they_are_attached_to() -> None:
    metadata, parent, child = two_tables()
    event.listen(metadata, "before_create", sa.DDL("CREATE SCHEMA extra"))
    event.listen(parent, "after_create", sa.DDL("GRANT SELECT ON %(fullname)s TO app"))
    event.listen(child, "before_create", sa.DDL("CREATE SEQUENCE numbers"))
    event.listen(metadata, "after_create", sa.DDL("CREATE VIEW both AS SELECT 1"))
    assert blocks(metadata) == [
        ("", ["CREATE SCHEMA extra"]),
        ("parent", ["CREATE TABLE parent", "GRANT SELECT ON parent TO app"]),
        ("child", ["CREATE SEQUENCE numbers", "CREATE TABLE child"]),
        ("", ["CREATE VIEW both AS SELECT 1"]),
    ]


def test_a_listener_that_executes_is_taken_down_too() -> None:
    metadata, parent, _ = two_tables()

    @event.listens_for(parent, "after_create")
    def grant(table: sa.Table, connection: sa.Connection, **_: object) -> None:
        connection.execute(sa.text(f"GRANT SELECT ON {table.name} TO app"))

    assert blocks(metadata)[0] == ("parent", ["CREATE TABLE parent", "GRANT SELECT ON parent TO app"])


def test_a_listener_that_asks_the_database_is_refused() -> None:
    metadata, parent, _ = two_tables()

    @event.listens_for(parent, "after_create")
    def look(table: sa.Table, connection: sa.Connection, **_: object) -> None:
        connection.execute(sa.text("SELECT 1")).scalar_one()

    with pytest.raises(SchemaError, match="asks the database something"):
        record(metadata)


def test_statements_for_another_database_are_left_out() -> None:
    metadata, parent, _ = two_tables()
    event.listen(parent, "after_create", sa.DDL("PRAGMA optimize").execute_if(dialect="sqlite"))
    assert blocks(metadata)[0] == ("parent", ["CREATE TABLE parent"])


def test_indexes_and_late_foreign_keys_come_by_name() -> None:
    metadata, parent, child = two_tables()
    parent.append_column(sa.Column("child_id", sa.ForeignKey("child.id", name="fk_parent_child")))
    next(iter(child.foreign_key_constraints)).name = "fk_child_parent"
    for name in ("zeta", "alpha", "mid"):
        sa.Index(name, parent.c.id)
    (_, first), *_, (_, last) = blocks(metadata)
    assert [name.split()[2] for name in (s for s in first + blocks(metadata)[1][1] if "INDEX" in s)] == [
        "alpha",
        "mid",
        "zeta",
    ]
    assert [text.split()[2] for text in last] == ["child", "parent"]


def test_a_percent_sign_stays_single() -> None:
    metadata, parent, _ = two_tables()
    event.listen(parent, "after_create", sa.DDL("COMMENT ON TABLE parent IS '100 %%'"))
    assert "COMMENT ON TABLE parent IS '100 %'" in blocks(metadata)[0][1]


def test_models_that_make_the_same_schema_have_one_digest() -> None:
    metadata, parent, _ = two_tables()
    before = models_digest(metadata)
    parent.info["area"] = "family"
    assert models_digest(metadata) == before == models_digest(two_tables()[0])


def test_whatever_changes_the_schema_changes_the_digest() -> None:
    changed = []
    for change in (
        lambda _, child: setattr(child, "comment", "another comment"),
        lambda parent, _: setattr(parent.c.id, "comment", "a comment"),
        lambda _, child: setattr(child.c.parent_id, "nullable", False),
        lambda _, child: sa.Index("ix_child_parent", child.c.parent_id),
        lambda parent, _: event.listen(parent, "after_create", sa.DDL("GRANT SELECT ON %(fullname)s TO app")),
    ):
        metadata, parent, child = two_tables()
        change(parent, child)
        changed.append(models_digest(metadata))
    assert len({models_digest(two_tables()[0]), *changed}) == len(changed) + 1
