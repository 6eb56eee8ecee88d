"""`reseed run` of the demo tenant, without a browser, against the bare tools it cannot do without, each timed alone.

The floor is two pg_dumps of the old database, the restore of one of them, the four databases that takes (one for the
restored backup, the new one, one to go down and up again, one made by `create_all`), Alembic up, down and up, the
`create_all`, and psql's COPY of the demo tenant's rows. It proves nothing and asks nothing.
"""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from alembic import command
from alembic.config import Config
from benchmarks import raw
from benchmarks.lines import Chapter, Line, against, at_most, times
from benchmarks.place import Place
from benchmarks.process import Spent, reseed
from benchmarks.raw import Rows

from reseed import database
from reseed.database import Target

OVER_FLOOR = 2.0
MEMORY_MB = 600
_DATABASES = ("floor_restored", "floor_new", "floor_round_trip", "floor_created")


def measure(place: Place, repeats: int) -> Chapter:
    """The run and its floor, in turns."""
    with legacy(place) as (old, migrations), TemporaryDirectory(dir=place.folder) as folder:
        rows = _demo_rows(place, Path(folder))
        runs: list[Spent] = []
        floors: list[dict[str, float]] = []
        for number in range(repeats):
            place.checkpoint()
            floors.append(_floor(place, old, Path(folder), rows))
            runs.append(_on_a_copy(place, old, migrations, Path(folder) / str(number)))
    names = list(floors[0])
    parts = [times(f"floor: {name}", [floor[name] for floor in floors]) for name in names]
    floor = times("the floor, all of it", [sum(each.values()) for each in floors])
    again = times("reseed run, the demo tenant", [spent.seconds for spent in runs])
    memory = Line("its peak memory", tuple(spent.peak / 1e6 for spent in runs), "MB")
    memory = at_most(memory, MEMORY_MB, always=True)
    return Chapter("The whole run", (*parts, floor, against(again, floor, OVER_FLOOR), memory))


@contextmanager
def legacy(place: Place) -> Iterator[tuple[Target, Path]]:
    """The messy database that a demo starts from, and its migrations."""
    old, migrations = place.server.on("legacy"), place.folder / "legacy"
    place.project.load_legacy()(old, migrations)
    try:
        yield old, migrations
    finally:
        database.drop(place.server, "legacy")


def run(target: Target, migrations: Path, state: Path, templates: int = 0) -> Spent:
    """`reseed run` on a database.

    Args:
        templates: how many proven databases are kept, and may be copied instead of being built.
    """
    migrations = Path(shutil.copytree(migrations, state / "migrations", dirs_exist_ok=True))
    return reseed(
        target,
        state,
        *("run", "--yes", "--migrations", str(migrations)),
        settings={"RESEED_TEMPLATES": str(templates)},
    )


def drop_family(place: Place, name: str) -> None:
    """Drop a database and those that a run made beside it."""
    with database.maintenance(place.server) as connection:
        found = connection.execute(
            "SELECT datname FROM pg_database WHERE datname = %s OR starts_with(datname, %s)",
            (name, f"{name}__"),
        ).fetchall()
    for (each,) in found:
        database.drop(place.server, each)


def _on_a_copy(place: Place, old: Target, migrations: Path, state: Path) -> Spent:
    target = database.clone(place.server, old.database, "whole_run")
    try:
        place.checkpoint()
        return run(target, migrations, state)
    finally:
        drop_family(place, "whole_run")


def _demo_rows(place: Place, folder: Path) -> Rows:
    with place.fresh("demo", place.tables) as target:
        reseed(target, place.state, "seed", "--tenants", "1", "--yes")
        return raw.written(place, target, folder)


def _floor(place: Place, old: Target, folder: Path, rows: Rows) -> dict[str, float]:
    """Seconds of each part."""
    clock = _Clock()
    whole, definitions = folder / "whole.sql", folder / "definitions.sql"
    for file, options in ((whole, ()), (definitions, ("--schema-only",))):
        file.unlink(missing_ok=True)
        database.tools.run("pg_dump", options, old, stdout=file)
    clock.lap("two pg_dumps")
    for name in _DATABASES:
        database.create(place.server, name)
    clock.lap("four databases")
    try:
        raw.psql(place, place.server.on("floor_restored"), whole.read_text())
        clock.lap("restore")
        _alembic(place, place.server.on("floor_round_trip"), "up", "down", "up")
        clock.lap("Alembic up, down, up")
        engine = database.engine(place.server.on("floor_created"))
        place.project.load_metadata().create_all(engine)
        engine.dispose()
        clock.lap("create_all")
        raw.psql(place, place.server.on("floor_new"), raw.bare_tables(place))
        clock.forget()
        raw.psql(place, place.server.on("floor_new"), raw.copies(rows))
        clock.lap("COPY of the demo tenant")
    finally:
        for name in _DATABASES:
            database.drop(place.server, name)
    return clock.laps


def _alembic(place: Place, target: Target, *ways: str) -> None:
    engine = database.engine(target)
    with engine.connect() as connection:
        config = Config(stdout=io.StringIO(), output_buffer=io.StringIO())
        config.set_main_option("script_location", str(place.project.migrations))
        config.attributes["connection"] = connection
        for way in ways:
            if way == "up":
                command.upgrade(config, "head")
            else:
                command.downgrade(config, "base")
            connection.commit()
    engine.dispose()


class _Clock:
    """Seconds from one lap to the next."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._since = perf_counter()

    def lap(self, name: str) -> None:
        self.laps[name] = perf_counter() - self._since
        self._since = perf_counter()

    def forget(self) -> None:
        self._since = perf_counter()
