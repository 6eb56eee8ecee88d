"""Filling a database with the dataset: part by part in a run, and the tenants beside the demo tenant at its end.

The demo tenant's parts are tasks of their own, in place. The other tenants come all at once with the last part, by a
bulk load, and what the database consists of must be the same before and after.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from reseed import schema, seed
from reseed.database import Connection, Target, connect, sql, sqlstate
from reseed.project import Project
from reseed.records import Outcome
from reseed.seed import Dataset, Order, bulk, ledger
from reseed.seed.ledger import Pending
from reseed.seed.load import DEMO
from reseed.seed.password import demo_password
from reseed.site import Site

#: How often a run is told how far a load is.
_EVERY_SECONDS = 5.0


def seed_part(site: Site, part: str) -> Outcome:
    """Load one part of the demo tenant, and with the last one every other tenant of the project.

    Rows that came with a copy of a proven database stay, where they measure the same, all tenants together.

    What an earlier attempt left of the part, and of later ones, goes first; a load of the other tenants that was
    interrupted goes on.

    Raises:
        SeedError: the dataset has no such part, or its rows do not fit the tables.
        SchemaError: the load has changed something else than rows.
    """
    if there := seed.came_with_copy(site, part):
        return there
    if site.project.tenants == 1:
        return seed.seed(site, part)
    dataset: Dataset = site.dataset
    asked = order(
        site.project,
        site.target.on(site.database),
        dataset,
        NowAndThen(site.tell),
        demo_password(site.folder),
    )
    others = range(1, site.project.tenants)
    if part != dataset.parts[-1].name:
        _without_others(asked, others, part)
        return seed.seed(site, part)
    if _interrupted(asked, others):
        summary, facts = "the demo tenant was there", {}
    else:
        _without_others(asked, others, part)
        outcome = seed.seed(site, part)
        summary, facts = outcome.summary, dict(outcome.facts)
    load = bulk.load_dataset(asked, others)
    told = (
        f"{summary}; {sum(load.rows.values()):,} rows of {len(others)} other tenants in {load.seconds:.0f} s"
    )
    return Outcome(told, facts={**facts, "part": part, "other tenants": dict(load.rows)})


def order(
    project: Project,
    target: Target,
    dataset: Dataset | None = None,
    tell: Callable[[str], None] = lambda line: None,
    password: str = "",
) -> Order:
    """What is asked of a bulk load into a target's database."""
    return Order(project, dataset or project.load_dataset(), target, describe, tell, password)


def pending(target: Target) -> Pending | None:
    """The load of a database that has begun and not ended; None when there is none."""
    with connect(target) as connection:
        return ledger.find(connection)


def is_loading(target: Target) -> bool:
    """Whether a load has begun that lacks partitions."""
    with connect(target, autocommit=True) as connection:
        try:
            return ledger.find(connection) is not None and not ledger.standing(connection).complete
        except sqlstate.UndefinedTable:
            # It ended between the two questions.
            return False


def wanted(order: Order, begun: Pending | None) -> range:
    """The tenants that are to be loaded so that the database has all of the project's: those of a load that has begun
    and whose end is the same, all but the demo tenant where that is there, otherwise all of them."""
    tenants = order.project.tenants
    if begun:
        return range(begun.inputs.first, tenants)
    others = range(1, tenants)
    return others if others and bulk.present(order, DEMO) else range(tenants)


def describe(connection: Connection) -> Mapping[str, str]:
    """Everything that a database consists of: object -> definition."""
    return {str(key): definition for key, definition in schema.read_facts(connection).items()}


@dataclass
class NowAndThen:
    """Hands a line on when some seconds have passed since the last one."""

    tell: Callable[[str], None]
    every: float = _EVERY_SECONDS
    _last: float = 0.0

    def __call__(self, line: str) -> None:
        now = time.monotonic()
        if now - self._last >= self.every:
            self._last = now
            self.tell(line)


def _interrupted(order: Order, others: range) -> bool:
    """Whether a load of these tenants has begun and not ended."""
    begun = pending(order.target)
    return begun is not None and begun.inputs == order.inputs(others)


def _without_others(order: Order, others: range, part: str) -> None:
    """Take the other tenants out, which an earlier attempt has loaded; the demo tenant has its earlier parts again.

    A load that has not ended is given up first, so that everything is there again.
    """
    bulk.give_up(order)
    if not bulk.present(order, others):
        return
    dataset = order.dataset
    names = [each.name for each in dataset.parts]
    with connect(order.target) as connection:
        if not _emptied(connection, order.tables):
            seed.clear(connection, dataset, names[0])
        seed.load_tenants(connection, dataset, DEMO, names[: names.index(part)], order.password)


def _emptied(connection: Connection, tables: tuple[str, ...]) -> bool:
    """Empty the tables at once; False when a table that is not among them refers to one, and nothing is done."""
    try:
        with connection.transaction():
            connection.execute(sql.SQL("TRUNCATE {}").format(sql.SQL(", ").join(map(sql.Identifier, tables))))
    except sqlstate.FeatureNotSupported:
        return False
    return True
