"""Task 1.6: what those who seed must know about the schema, as Markdown.

Structure is read from the models, which the checks of the same task prove equal to the database; that the tables are
there is read from the database itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.schema import sort_tables_and_constraints

from reseed.errors import SchemaError
from reseed.files import write_atomically
from reseed.records import Outcome
from reseed.schema.facts import Facts, Key, read_facts
from reseed.schema.recording import DIALECT
from reseed.schema.scripts import stands_at
from reseed.schema.templates import template
from reseed.site import Site

FILE = "SCHEMA_READY.md"


@dataclass(frozen=True, slots=True)
class Order:
    """Which tables can be loaded after which.

    Attributes:
        tables: every table, referenced ones first.
        late: foreign keys that close a cycle, `table.name`: rows go in without them first.
        own: tables that refer to themselves: parents before children.
    """

    tables: tuple[str, ...]
    late: tuple[str, ...]
    own: tuple[str, ...]


def load_order(metadata: sa.MetaData) -> tuple[str, ...]:
    """Tables so that every one comes after those it refers to; foreign keys that close a cycle apart."""
    return _order(metadata).tables


def hand_over(site: Site) -> Outcome:
    """Write the body of `SCHEMA_READY.md`; the run puts the measured head on it."""
    text = schema_markdown(site)
    write_atomically(site.artifact(FILE), text)
    tables = len(site.project.load_metadata().tables)
    return Outcome(
        summary=f"{FILE}: {tables} tables for those who seed", artifacts=(FILE,), facts={"tables": tables}
    )


def schema_markdown(site: Site) -> str:
    """The schema of `site.database` for those who seed: tables, key columns, notes, diagram, time.

    Raises:
        SchemaError: a table of the models is not in the database.
    """
    metadata = site.project.load_metadata()
    with site.connect() as connection:
        facts = read_facts(connection)
    with site.engine().connect() as connected:
        revisions = stands_at(connected)
    _require_tables(site, metadata, facts)
    order = _order(metadata)
    return template("schema_ready.md.jinja").render(
        project=site.project,
        database=site.database,
        facts=facts,
        revisions=revisions,
        written=f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC",
        order=order,
        tables=[_table(metadata.tables[name], facts) for name in order.tables],
        enums={key.name.removeprefix("public."): facts[key] for key in facts.of("enum")},
        tenant_tables=[
            name for name in order.tables if site.project.tenant_column in metadata.tables[name].columns
        ],
        secured=sum(facts[key].startswith("enabled") for key in facts.of("row security")),
        diagram=list(_diagram(metadata, order)),
    )


def _require_tables(site: Site, metadata: sa.MetaData, facts: Facts) -> None:
    missing = [name for name, table in metadata.tables.items() if _key("table", table) not in facts]
    if missing:
        raise SchemaError(
            f"Database {site.database} lacks {len(missing)} of {len(metadata.tables)} tables of the models: "
            f"{', '.join(sorted(missing)[:5])}.",
            "Upgrade it first: task 1.5.",
        )


def _order(metadata: sa.MetaData) -> Order:
    tables: list[str] = []
    late: list[str] = []
    for table, keys in sort_tables_and_constraints(metadata.tables.values()):  # type: ignore[no-untyped-call]
        if table is not None:
            tables.append(table.fullname)
        else:
            late += [f"{key.table.fullname}.{key.name}" for key in keys]
    own = [
        name
        for name in tables
        if any(
            key.referred_table is metadata.tables[name]
            for key in metadata.tables[name].foreign_key_constraints
        )
    ]
    return Order(tuple(tables), tuple(sorted(late)), tuple(own))


def _table(table: sa.Table, facts: Facts) -> Mapping[str, object]:
    security = facts.get(_key("row security", table), "disabled")
    keys = sorted(table.foreign_key_constraints, key=lambda key: str(key.name))
    return {
        "name": table.fullname,
        "comment": table.comment or "",
        "primary_key": [column.name for column in table.primary_key.columns],
        "row_security": security,
        "references": [
            {
                "columns": list(key.column_keys),
                "table": key.referred_table.fullname,
                "targets": [element.column.name for element in key.elements],
            }
            for key in keys
        ],
        "columns": [_column(column) for column in table.columns],
    }


def _column(column: sa.Column[object]) -> Mapping[str, object]:
    return {
        "name": column.name,
        "type": column.type.compile(dialect=DIALECT).lower(),
        "is_key": column.primary_key or bool(column.foreign_keys),
        "required": not column.nullable,
        "default": _default(column),
        "comment": column.comment or "",
    }


def _default(column: sa.Column[object]) -> str:
    if column.computed is not None:
        return "computed"
    if column.identity is not None:
        return "identity"
    default = column.server_default
    if not isinstance(default, sa.DefaultClause):
        return ""
    if isinstance(default.arg, str):
        return f"'{str.__str__(default.arg)}'"
    return str(default.arg.compile(dialect=DIALECT, compile_kwargs={"literal_binds": True}))


def _diagram(metadata: sa.MetaData, order: Order) -> Iterator[str]:
    """Lines of a Mermaid entity-relationship diagram: tables with their keys, one edge for each pair of tables."""
    for name in order.tables:
        yield f"{_entity(name)} {{"
        for column in metadata.tables[name].columns:
            marks = [
                mark
                for mark, is_so in (("PK", column.primary_key), ("FK", bool(column.foreign_keys)))
                if is_so
            ]
            if marks:
                kind = column.type.compile(dialect=DIALECT).lower().split("(")[0].replace(" ", "_")
                yield f"    {kind} {_entity(column.name)} {', '.join(marks)}"
        yield "}"
    edges: dict[tuple[str, str], list[str]] = {}
    for name in order.tables:
        for key in metadata.tables[name].foreign_key_constraints:
            own = [column for column in key.columns if not column.primary_key] or list(key.columns)
            edges.setdefault((key.referred_table.fullname, name), []).append(own[-1].name)
    for (parent, child), columns in sorted(edges.items()):
        yield f'{_entity(parent)} ||--o{{ {_entity(child)} : "{", ".join(sorted(columns))}"'


def _entity(name: str) -> str:
    return "".join(character if character.isalnum() else "_" for character in name)


def _key(kind: str, table: sa.Table) -> Key:
    names = DIALECT.identifier_preparer
    return Key(kind, f"{names.quote(table.schema or 'public')}.{names.quote(table.name)}")
