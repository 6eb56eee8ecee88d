"""Task 1.3: the contract, the intended schema in `reseed.toml`, against the models and against a database.

Types and defaults of all three are brought to one canonical form before they are compared.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from importlib.resources import files
from typing import TypeAlias

import sqlalchemy as sa

from reseed import database
from reseed.check import Check
from reseed.database import Connection
from reseed.files import write_atomically
from reseed.project import Contract, Project
from reseed.records import Finding, Outcome
from reseed.schema.canonical import canonical_default, canonical_type
from reseed.schema.drift import count_drift
from reseed.schema.facts import canonical
from reseed.schema.faults import breaking_the_contract
from reseed.schema.recording import DIALECT
from reseed.site import Site


@dataclass(frozen=True, slots=True)
class Column:
    """What the contract can ask of a column: its type and default in canonical form; None where there is no default."""

    type: str
    default: str | None


Columns: TypeAlias = Mapping[tuple[str, str], Column]


@dataclass(frozen=True, slots=True)
class Breach:
    """One line of the contract that is not kept."""

    column: str
    expected: str
    found: str


def breaches(contract: Contract, columns: Columns) -> tuple[Breach, ...]:
    """Every line of the contract that some columns do not keep; empty when all are kept."""
    return (*_missing(contract, columns), *_forbidden(contract, columns))


def columns_of_models(metadata: sa.MetaData) -> Columns:
    """Table and column -> what the models declare; tables of a schema are named with it."""
    return {
        (table.fullname, column.name): Column(
            canonical_type(column.type.compile(dialect=DIALECT)), _default_of(column.server_default)
        )
        for table in metadata.tables.values()
        for column in table.columns
    }


def columns_of_database(connection: Connection) -> Columns:
    """Table and column -> what the catalog says; tables of the schema `public` are named without it."""
    query = files(__package__).joinpath("contract.sql").read_bytes()
    with canonical(connection):
        rows = connection.execute(query).fetchall()
    return {
        (table, column): Column(
            canonical_type(type_), None if default is None else canonical_default(default)
        )
        for table, column, type_, default in rows
    }


def align(site: Site) -> Outcome:
    """Hold the models against the contract, and tell how far the old database is from both.

    Writes `contract.json` and `contract.md`. The models must keep the contract; the old database need not, its distance
    is the reason for the reset.
    """
    contract, metadata = site.project.contract, site.project.load_metadata()
    of_models = breaches(contract, columns_of_models(metadata))
    with _old_database(site) as old:
        with old.connect() as connection:
            of_public = breaches(contract, columns_of_database(connection))
        drift = count_drift(old)
    told = {
        "lines": _lines(contract),
        "models": [asdict(breach) for breach in of_models],
        "old database": [asdict(breach) for breach in of_public],
        "drift of the old database": {
            "missing": drift.missing,
            "extra": drift.extra,
            "changed": drift.changed,
        },
    }
    write_atomically(site.artifact("contract.json"), json.dumps(told, indent=2) + "\n")
    write_atomically(site.artifact("contract.md"), _markdown(contract, of_models, of_public, drift.count))
    return Outcome(
        summary=f"models keep {_lines(contract) - len(of_models)} of {_lines(contract)} lines of the contract; the old "
        f"database breaks {len(of_public)} and differs from the models in {drift.count} facts",
        artifacts=("contract.json", "contract.md"),
        facts={"models": len(of_models), "old_database": len(of_public), "drift": drift.count},
    )


@contextmanager
def _old_database(site: Site) -> Iterator[Site]:
    """The old database; where it was dropped in place, its definitions as the backup has them."""
    if database.exists(site.target, site.public):
        yield site.on(site.public)
        return
    with database.scratch(site.target, f"{site.public}__old") as made:
        definitions = site.folder / "backup" / "schema_only.sql"
        database.tools.run(
            "psql", ("--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1"), made, stdin=definitions
        )
        yield site.on(made.database)


def checks(project: Project) -> tuple[Check, ...]:
    """The checks of the contract; none of the database where the project promises nothing."""
    contract = project.contract
    if not _lines(contract):
        return (MODELS,)
    return (MODELS, replace(DATABASE, faults=tuple(breaking_the_contract(contract, project.load_metadata()))))


def _lines(contract: Contract) -> int:
    return len(contract.required) + len(contract.forbidden_columns)


def _missing(contract: Contract, columns: Columns) -> Iterator[Breach]:
    for wanted in contract.required:
        name = f"{wanted.table}.{wanted.column}"
        found = columns.get((wanted.table, wanted.column))
        if found is None:
            yield Breach(name, "a column", "none")
            continue
        if found.type != canonical_type(wanted.type):
            yield Breach(name, f"type {canonical_type(wanted.type)}", f"type {found.type}")
        if wanted.default is not None and found.default not in (
            wanted.default,
            canonical_default(wanted.default),
        ):
            yield Breach(name, f"default {wanted.default}", f"default {found.default}")


def _forbidden(contract: Contract, columns: Columns) -> Iterator[Breach]:
    for table, column in columns:
        if column in contract.forbidden_columns:
            yield Breach(f"{table}.{column}", f"no column named {column}", "one")


def _default_of(default: sa.FetchedValue | None) -> str | None:
    if not isinstance(default, sa.DefaultClause):
        return None
    if isinstance(default.arg, str):
        return str.__str__(default.arg)
    literal = default.arg.compile(dialect=DIALECT, compile_kwargs={"literal_binds": True})
    return canonical_default(str(literal))


def _measure(check: Check, contract: Contract, columns: Columns) -> Finding:
    found = breaches(contract, columns)
    measured = len(columns) if _lines(contract) else 0
    return check.answer(0, len(found), measured=measured, rows=tuple(asdict(breach) for breach in found))


def _models_keep_it(site: Site) -> Finding:
    return _measure(MODELS, site.project.contract, columns_of_models(site.project.load_metadata()))


def _database_keeps_it(site: Site) -> Finding:
    with site.connect() as connection:
        return _measure(DATABASE, site.project.contract, columns_of_database(connection))


def _markdown(
    contract: Contract, of_models: tuple[Breach, ...], of_public: tuple[Breach, ...], drift: int
) -> str:
    parts = [f"# The contract: {_lines(contract)} lines\n"]
    for title, found in (("The models", of_models), ("The old database", of_public)):
        parts.append(f"## {title}: {len(found)} lines broken\n")
        if found:
            rows = [f"| {breach.column} | {breach.expected} | {breach.found} |" for breach in found]
            parts.append("\n".join(["| column | expected | found |", "|---|---|---|", *rows]) + "\n")
    parts.append(f"The old database differs from the models in {drift} facts of its catalog.\n")
    return "\n".join(parts)


MODELS = Check(
    name="contract.models",
    question="Do the models have every column of the contract, with type and default, and no forbidden one?",
    measure=_models_keep_it,
    scope="run",
)

DATABASE = Check(
    name="contract.database",
    question="Does the database have every column of the contract, with type and default, and no forbidden one?",
    measure=_database_keeps_it,
)
