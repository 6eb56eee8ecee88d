"""Every import of every tenant with its mappings and rows, read once, one tenant after the other."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from reseed.database import Connection, sql
from reseed.validate import read_queries

_SQL = read_queries(Path(__file__).with_name("records.sql"))


class FieldMapping(NamedTuple):
    """How a column of a file becomes a column of assets; `rule` is JSON text, or None."""

    source: str
    target: str
    kind: str
    rule: str | None
    approved: bool


class Record(NamedTuple):
    """A row of a file, and what was decided about it."""

    number: int
    accepted: bool
    raw: Mapping[str, Any]
    cleansed: Mapping[str, Any] | None
    errors: list[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Import:
    """What was read from one file. `kind`: cmdb, cloud_inventory or manual."""

    name: str
    kind: str
    mappings: list[FieldMapping] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)


def imports(connection: Connection) -> Iterator[Import]:
    """Every import, in the order of tenants, read with the rows of all tenants visible."""
    # COPY lets the server work on the next tenants while these are looked at.
    statement = sql.SQL("COPY ({}) TO STDOUT (FORMAT BINARY)").format(sql.SQL(_SQL["tenants"].sql))
    with connection.cursor() as cursor, cursor.copy(statement) as stream:
        stream.set_types(["text"] * 3)
        for of_tenant, mappings, records in stream.rows():
            yield from _of_tenant(json.loads(of_tenant), mappings, records)


def _of_tenant(listed: list[list[Any]], mappings: str | None, records: str | None) -> Iterator[Import]:
    found = {identity: Import(name, kind) for identity, name, kind in listed}
    nowhere: dict[str, Import] = defaultdict(lambda: Import("", ""))
    for identity, *columns in json.loads(mappings or "[]"):
        (found.get(identity) or nowhere[identity]).mappings.append(FieldMapping(*columns))
    for identity, *columns in json.loads(records or "[]"):
        (found.get(identity) or nowhere[identity]).records.append(Record(*columns))
    return iter(found.values())


def known_systems(connection: Connection) -> tuple[str, ...]:
    """Names with versions of the systems that the inventory knows."""
    return tuple(system for (system,) in connection.execute(sql.SQL(_SQL["systems"].sql)))
