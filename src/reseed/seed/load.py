"""Loading: a part of the dataset goes into its tables by COPY, in one transaction, and may be loaded again."""

from __future__ import annotations

import secrets
import time
from collections import Counter
from collections.abc import Collection

from reseed.database import Connection, change_every_row, sql
from reseed.errors import SeedError
from reseed.records import Load, Outcome
from reseed.seed.dataset import Completion, Dataset, slices
from reseed.seed.partitions import with_volatile, without_completed
from reseed.seed.password import demo_password
from reseed.seed.rows import complete, copy_rows, reset
from reseed.site import Site

DEMO = range(1)
"""Tenant 0, the demo tenant."""


def seed(site: Site, part: str) -> Outcome:
    """Load one part of the demo tenant; what an earlier attempt left of it, and of later parts, goes first.

    Raises:
        SeedError: the dataset has no such part, or its rows do not fit the tables.
    """
    dataset: Dataset = site.dataset
    password = demo_password(site.folder)
    with site.connect() as connection:
        clear(connection, dataset, part)
        load = load_tenants(connection, dataset, DEMO, (part,), password)
    counted = ", ".join(f"{rows} {table}" for table, rows in load.rows.items())
    return Outcome(summary=counted, facts={"part": part, "rows": dict(load.rows)})


def clear(connection: Connection, dataset: Dataset, part: str) -> None:
    """Take the rows of a part and of all later parts out of the database, for every tenant, last loaded first."""
    doomed = dataset.parts[_place(dataset, part) :]
    with change_every_row(connection):
        for step in reversed([step for each in doomed for step in each.steps]):
            if isinstance(step, Completion):
                reset(connection, step)
            else:
                connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(step)))


def load_tenants(
    connection: Connection,
    dataset: Dataset,
    tenants: range,
    parts: Collection[str] | None = None,
    password: str | None = None,
) -> Load:
    """Add the rows of some tenants through an owner's connection, inside its transaction.

    Args:
        parts: names of the parts to load, in the dataset's order; all when not given.
        password: what the users' password hashes are made from; one that nobody knows when not given.
    """
    began = time.monotonic()
    chosen = dataset.parts if parts is None else [dataset.parts[_place(dataset, name)] for name in parts]
    secret = password or secrets.token_urlsafe()
    rows: Counter[str] = Counter()
    with change_every_row(connection):
        # A tenant's rows refer to no other tenant's, so some tenants can be complete before the next are begun.
        for some in slices(tenants):
            for step in [step for part in chosen for step in part.steps]:
                if isinstance(step, Completion):
                    complete(connection, step, dataset.batch(step.table, some))
                else:
                    rows[step] += _fill(connection, dataset, step, some, secret)
    return Load("+".join(part.name for part in chosen), dict(rows), time.monotonic() - began)


def _fill(connection: Connection, dataset: Dataset, table: str, tenants: range, password: str) -> int:
    batch = with_volatile(dataset, table, dataset.batch(table, tenants), password)
    copy_rows(connection, table, without_completed(dataset, table, batch))
    return int(batch.num_rows)


def _place(dataset: Dataset, part: str) -> int:
    names = [each.name for each in dataset.parts]
    if part not in names:
        raise SeedError(
            f'The dataset has no part "{part}", expected one of {", ".join(names)}.',
            "Correct the task's arguments in plan.toml.",
        )
    return names.index(part)
