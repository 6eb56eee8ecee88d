"""Everything a database consists of, as canonical facts that can be compared and fingerprinted.

A fact is one object: its kind, its name, and its definition as PostgreSQL itself writes it. Two databases of one
server have equal facts when nothing but data, owners and the position of columns tells them apart. The queries, and
what they leave out, are in `facts.sql`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Literal

from reseed.database import Connection, named_statements, take_turns

VERSION_TABLE = "alembic_version"

# What decides how the server writes names and constants, set as pg_dump sets it.
_CANONICAL_SETTINGS = {
    "search_path": "",
    "quote_all_identifiers": "off",
    "datestyle": "ISO",
    "intervalstyle": "postgres",
    "timezone": "UTC",
    "bytea_output": "hex",
    "extra_float_digits": "3",
}


@dataclass(frozen=True, order=True, slots=True)
class Key:
    """What a fact is about: a kind and a name, schema included: `index public.ix_assets_flow_id`."""

    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


@dataclass(frozen=True)
class Facts(Mapping[Key, str]):
    """The facts of one database: key -> canonical definition, in the order of the keys."""

    definitions: Mapping[Key, str]

    def __getitem__(self, key: Key) -> str:
        return self.definitions[key]

    def __iter__(self) -> Iterator[Key]:
        return iter(self.definitions)

    def __len__(self) -> int:
        return len(self.definitions)

    @cached_property
    def fingerprint(self) -> str:
        """sha256 over all facts, 64 hex digits."""
        digest = hashlib.sha256()
        for key, definition in self.definitions.items():
            for text in (key.kind, key.name, definition):
                digest.update(text.encode())
                digest.update(b"\0")
        return digest.hexdigest()

    def of(self, *kinds: str) -> tuple[Key, ...]:
        """The keys of some kinds: `facts.of("table", "view")`."""
        return tuple(key for key in self if key.kind in kinds)


@dataclass(frozen=True, slots=True)
class Difference:
    """One fact in which two databases differ.

    Attributes:
        key: the object.
        change: `missing` from the database that was measured, `extra` in it, or `changed`.
        expected, found: the two definitions; empty where the object is not there.
    """

    key: Key
    change: Literal["missing", "extra", "changed"]
    expected: str
    found: str

    def __str__(self) -> str:
        texts = {
            "missing": f"expected {self.expected}",
            "extra": f"found {self.found}",
            "changed": f"expected {self.expected}; found {self.found}",
        }
        return f"{self.change} {self.key}: {texts[self.change]}"


def read_facts(connection: Connection, *, ignored: frozenset[str] = frozenset({VERSION_TABLE})) -> Facts:
    """The facts of the database behind a connection.

    Args:
        connection: any role that may connect; the catalog is readable by all.
        ignored: names of tables left out with everything that hangs on them; by default Alembic's own.
    """
    definitions: dict[Key, str] = {}
    with canonical(connection):
        for kind, relation, name, definition in connection.execute(_query()):
            if relation is None or _bare(relation) not in ignored:
                definitions[Key(kind, name)] = definition
    return Facts(dict(sorted(definitions.items())))


@contextmanager
def canonical(connection: Connection) -> Iterator[None]:
    """Inside the block the server writes definitions the same for everybody, every name with its schema.

    The block is for reading: it is rolled back on purpose, so that the settings end with it, whatever the caller's
    transaction is.
    """
    with connection.transaction(force_rollback=True):
        take_turns(connection)
        connection.execute(
            "select set_config(name, value, true) from unnest(%s::text[], %s::text[]) setting(name, value)",
            (list(_CANONICAL_SETTINGS), list(_CANONICAL_SETTINGS.values())),
        )
        yield


def fingerprint(connection: Connection) -> str:
    """sha256 over the facts of the database behind a connection."""
    return read_facts(connection).fingerprint


def compare(expected: Facts, found: Facts) -> tuple[Difference, ...]:
    """What differs in `found`, in the order of the keys; empty when the two are equal."""
    differences = []
    for key in sorted(expected.keys() | found.keys()):
        if key not in found:
            differences.append(Difference(key, "missing", expected[key], ""))
        elif key not in expected:
            differences.append(Difference(key, "extra", "", found[key]))
        elif expected[key] != found[key]:
            differences.append(Difference(key, "changed", expected[key], found[key]))
    return tuple(differences)


def _bare(relation: str) -> str:
    """`public.alembic_version` -> `alembic_version`."""
    return relation.rpartition(".")[2]


@cache
def _query() -> bytes:
    """The statements of `facts.sql` as one, behind the common table expressions of `scope`."""
    named = dict(named_statements(__package__, "facts.sql"))
    scope = named.pop("scope")
    return scope + b"\n" + b"\nunion all\n".join(b"(" + query + b"\n)" for query in named.values())
