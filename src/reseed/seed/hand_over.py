"""Task "hand_over_ids": SEEDED_IDS.json, the ids that those who build on the seeded rows refer to by role."""

from __future__ import annotations

import json
from uuid import UUID

from reseed.check import Check
from reseed.database import Connection, dict_rows, sql, without_row_security
from reseed.errors import StorageError
from reseed.records import Finding, Outcome
from reseed.seed.catalog import column_types
from reseed.seed.dataset import Dataset
from reseed.site import Site

FILE = "SEEDED_IDS.json"


def hand_over(site: Site) -> Outcome:
    """Write the ids by kind and role, in the shape the plan gives: `{"flows": {"complete": "…"}}`.

    Raises:
        StorageError: the folder cannot be written.
    """
    dataset: Dataset = site.dataset
    ids = {
        kind: {role: str(id) for role, id in roles.items()} for kind, roles in dataset.seeded_ids().items()
    }
    try:
        site.artifact(FILE).write_text(json.dumps(ids, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise StorageError(f"{site.folder / FILE} cannot be written: {error.strerror}.") from error
    counted = ", ".join(f"{len(roles)} {kind}" for kind, roles in ids.items())
    return Outcome(f"{counted} by role", artifacts=(FILE,))


def _are_in_the_database(site: Site) -> Finding:
    """The file names exactly the dataset's roles, and the database has one row for each id, in the demo tenant."""
    dataset: Dataset = site.dataset
    written = json.loads((site.folder / FILE).read_text(encoding="utf-8"))
    expected = {
        f"{kind}.{role}": str(id)
        for kind, roles in dataset.seeded_ids().items()
        for role, id in roles.items()
    }
    actual = {f"{kind}.{role}": str(id) for kind, roles in written.items() for role, id in roles.items()}
    with site.connect() as connection:
        rows = _rows_with(connection, site, [UUID(id) for id in actual.values()])
    missing = sorted(role for role, id in actual.items() if rows.count(id) != 1)
    return SEEDED_IDS.answer(
        {**expected, "not in the database": []},
        {**actual, "not in the database": missing},
        measured=len(actual),
        rows=tuple({"role": role, "id": actual[role]} for role in missing),
    )


def _rows_with(connection: Connection, site: Site, ids: list[UUID]) -> list[str]:
    """Which of the ids are keys of the demo tenant's rows, once for each row that bears it."""
    dataset: Dataset = site.dataset
    tenant = dataset.tenant_id(0)
    found: list[str] = []
    with without_row_security(connection):
        for table in dataset.definition.rows:
            if {"id", site.project.tenant_column} <= column_types(connection, table).keys():
                query = sql.SQL("SELECT id FROM {} WHERE {} = %s AND id = ANY(%s)").format(
                    sql.Identifier(table), sql.Identifier(site.project.tenant_column)
                )
                found += [str(row["id"]) for row in dict_rows(connection, query, (tenant, ids))]
    return found


SEEDED_IDS = Check(
    "handoff.seeded_ids",
    "Does SEEDED_IDS.json name every flow and import by role, each with one row of the demo tenant in the database?",
    _are_in_the_database,
    scope="run",
)
