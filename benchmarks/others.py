"""The other ways to fill such a database beside `reseed seed`, in rows a second."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib import import_module
from time import perf_counter

import sqlalchemy as sa
from benchmarks.lines import Chapter, Line, against, missing, rates
from benchmarks.peers import drizzle, tenant
from benchmarks.place import Place
from benchmarks.process import CommandFailed

from reseed import database
from reseed.database import Target

Fill = Callable[[sa.Engine, range], None]

_NAMES: Mapping[str, tuple[str, float | None]] = {
    "sqlalchemy_orm": ("SQLAlchemy ORM", 20),
    "sqlalchemy_core": ("SQLAlchemy Core", 8),
    "with_factory_boy": ("factory_boy", 60),
    "with_polyfactory": ("polyfactory", None),
    "mimesis_core": ("mimesis + Core", None),
}
"""Module -> what people call it, and how many times as fast ours is to be."""


def measure(place: Place, ours: Line, rows: int, repeats: int) -> Chapter:
    """Every peer with about `rows` rows, in turns; ours is what the whole load came to."""
    tenants = max(1, round(rows / tenant.TOTAL))
    seconds: dict[str, list[float]] = {module: [] for module in _NAMES}
    absent: dict[str, str] = {}
    for _ in range(repeats):
        for module in (module for module in _NAMES if module not in absent):
            try:
                seconds[module].append(
                    filled(place, import_module(f"benchmarks.peers.{module}").fill, tenants)
                )
            except ImportError as error:
                absent[module] = f"{error.name} is not installed; make bench installs it"
    lines = [ours]
    for module, (name, limit) in _NAMES.items():
        peer = (
            missing(name, absent[module])
            if module in absent
            else rates(name, tenants * tenant.TOTAL, seconds[module])
        )
        lines.append(_times_as_fast(ours, peer, limit))
    lines.append(_times_as_fast(ours, drizzle.measure(place, rows, repeats), None))
    return Chapter(
        f"Other ways to fill it: about {rows:,} rows of nine tables, indexes and foreign keys in place",
        tuple(lines),
    )


def _times_as_fast(ours: Line, peer: Line, limit: float | None) -> Line:
    """The peer's line, with how many times as fast ours is."""
    return replace(
        peer, compared=against(ours, peer).compared, to="as fast is ours", limit=limit, at_least=True
    )


def filled(place: Place, fill: Fill, tenants: int) -> float:
    """Seconds that it took to fill a fresh database.

    Raises:
        CommandFailed: it did not end up with all the rows.
    """
    with place.fresh("peer", place.tables) as target:
        engine = database.engine(past_row_security(target))
        try:
            began = perf_counter()
            fill(engine, range(tenants))
            seconds = perf_counter() - began
            _require_all(engine, {table: rows * tenants for table, rows in tenant.ROWS.items()})
        finally:
            engine.dispose()
        return seconds


def past_row_security(target: Target) -> Target:
    """The same database as the superuser: peers know nothing of row-level security, and are spared it."""
    return replace(database.embedded.administrator(target), database=target.database)


def _require_all(engine: sa.Engine, expected: Mapping[str, int]) -> None:
    with engine.connect() as connection:
        found = {
            table: connection.scalar(sa.select(sa.func.count()).select_from(sa.table(table)))
            for table in expected
        }
    if found != expected:
        raise CommandFailed(f"A peer filled {found}, expected {expected}.")
