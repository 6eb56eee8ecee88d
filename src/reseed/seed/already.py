"""Rows that came with a copy of a proven database: measured, found equal, and not loaded again.

What the copy held is written into the run folder when it is made. A part is there when the generator still makes what
it made then, and the part's tables hold what they held then. Salted password hashes are the one thing that changes:
they are made anew from this run's password.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reseed import database
from reseed.database import Connection, change_every_row
from reseed.files import write_atomically
from reseed.project import Project
from reseed.records import JSON, Outcome
from reseed.seed.catalog import column_types
from reseed.seed.dataset import Completion, Dataset, Part, slices
from reseed.seed.inputs import DatasetInputs, dataset_inputs
from reseed.seed.partitions import with_volatile
from reseed.seed.password import demo_password
from reseed.seed.rows import complete
from reseed.site import Site

FILE = "cloned_from.json"


@dataclass(frozen=True, slots=True)
class Proven:
    """What a copy of a proven database held when it was made.

    Attributes:
        run: id of the run that proved it. head, tables: the dataset's inputs. rows: table -> rows and their digest.
    """

    run: str
    head: Mapping[str, Any]
    tables: Mapping[str, str]
    rows: Mapping[str, tuple[int, str]]


def note_copy(site: Site, connection: Connection, run: str, inputs: DatasetInputs) -> None:
    """Write down what the database, a copy of what a run has proved, holds now."""
    rows = measured_rows(connection, site.dataset, inputs.tables)
    said: dict[str, Any] = {
        "run": run,
        **inputs.as_json(),
        "rows": {table: list(each) for table, each in rows.items()},
    }
    write_atomically(site.artifact(FILE), json.dumps(said, indent=1) + "\n")


def forget_copy(folder: Path) -> None:
    """The run's database is no copy, or no longer."""
    (folder / FILE).unlink(missing_ok=True)


def came_with_copy(site: Site, part: str) -> Outcome | None:
    """A part that is there for every tenant, because it came with a copy; None where it has to be loaded.

    Raises:
        SeedError: there is no demo password.
    """
    chosen = next((each for each in site.dataset.parts if each.name == part), None)
    if chosen is None or not (site.folder / FILE).is_file():
        return None
    with site.connect() as connection:
        proven = _there_already(site, connection, chosen)
        if proven is None:
            return None
        renew_volatile(connection, site.project, site.dataset, chosen, demo_password(site.folder))
    rows: dict[str, JSON] = {table: proven.rows[table][0] for table in chosen.tables}
    counted = ", ".join(f"{number} {table}" for table, number in rows.items())
    return Outcome(
        summary=f"already there, cloned from the proven database of run {proven.run}: {counted}",
        facts={"part": part, "rows": rows},
    )


def _there_already(site: Site, connection: Connection, part: Part) -> Proven | None:
    """The proven database that the rows of a part came from; None where they are not as they were."""
    noted = _noted(site.folder)
    if noted is None or not set(part.tables) <= set(noted.rows):
        return None
    now = dataset_inputs(site.project, site.dataset, part.tables)
    same_inputs = dict(now.head) == dict(noted.head) and all(
        noted.tables[table] == digest for table, digest in now.tables.items()
    )
    if not same_inputs:
        return None
    held = measured_rows(connection, site.dataset, part.tables)
    return noted if all(held[table] == noted.rows[table] for table in part.tables) else None


def measured_rows(
    connection: Connection, dataset: Dataset, tables: Mapping[str, str] | tuple[str, ...]
) -> dict[str, tuple[int, str]]:
    """Table -> its rows and a digest over them, volatile columns left out."""
    volatile = dataset.volatile
    columns = {
        table: [name for name in column_types(connection, table) if (table, name) not in volatile]
        for table in tables
    }
    return database.column_digests(connection, columns)


def renew_volatile(
    connection: Connection, project: Project, dataset: Dataset, part: Part, password: str
) -> None:
    """Make the volatile columns of a part's rows anew, from a password."""
    with change_every_row(connection):
        for table in part.tables:
            columns = tuple(sorted(column for owner, column in dataset.volatile if owner == table))
            for some in slices(range(project.tenants)) if columns else ():
                batch = with_volatile(dataset, table, dataset.batch(table, some), password)
                complete(connection, Completion(table, columns, after=table), batch)


def _noted(folder: Path) -> Proven | None:
    file = folder / FILE
    if not file.is_file():
        return None
    said = json.loads(file.read_text(encoding="utf-8"))
    rows = {table: (int(count), str(digest)) for table, (count, digest) in said["rows"].items()}
    return Proven(said["run"], said["head"], said["tables"], rows)
