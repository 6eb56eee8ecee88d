"""The load itself: psql's COPY of the same bytes, bare and deferred, and `reseed seed` with all that it does.

Ours is the whole command, from the start of its process to its end: it makes the rows, loads them, builds indexes and
foreign keys again, analyzes, and compares the schema with what it was. The floor only copies files that are there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from benchmarks import digest, raw
from benchmarks.lines import Chapter, Line, against, at_most, missing, times
from benchmarks.phases import Phases
from benchmarks.place import Place
from benchmarks.process import CommandFailed, Spent, reseed
from benchmarks.raw import Rows

from reseed.database import Target

OVER_DEFERRED = 1.35
GROWTH = 1.25
MEMORY_MB = 600
VALIDATION = 0.5
_SAMPLE = range(1, 101)


@dataclass
class Size:
    """Everything measured with one number of tenants.

    Attributes:
        ours, phases, bare, deferred: one for each repeat. digest: of what `reseed seed` has loaded.
        validation: what `reseed validate` took; none where it failed, and `no_validation` says why.
    """

    tenants: int
    rows: Rows
    digest: str
    ours: list[Spent] = field(default_factory=list)
    phases: list[Mapping[str, float]] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)
    deferred: list[Mapping[str, float]] = field(default_factory=list)
    validation: list[Spent] = field(default_factory=list)
    no_validation: str = ""

    @property
    def words(self) -> str:
        return f"{self.rows.total / 1e6:.1f}M rows" if self.rows.total >= 1e5 else f"{self.rows.total:,} rows"

    @property
    def seconds(self) -> Line:
        seconds = [spent.seconds for spent in self.ours]
        return times(f"reseed seed, {self.words}", seconds, _parts(self.phases))


def tenants_of(place: Place, rows: int) -> int:
    """How many tenants have about so many rows."""
    dataset = place.project.load_dataset()
    sample: int = sum(dataset.batch(table, _SAMPLE).num_rows for table in dataset.definition.rows)
    return max(1, round(rows * len(_SAMPLE) / sample))


def measure(place: Place, tenants: int, repeats: int) -> Size:
    """Measure one size. The contestants take turns, so none of them always comes after the same other one."""
    size, again = _first(place, tenants), range(repeats)
    for number in again:
        if number:
            with _loaded(place, tenants) as (_, spent, phases):
                size.ours.append(spent)
                size.phases.append(phases)
        size.bare.append(raw.bare(place, size.rows)["copy"])
        size.deferred.append(raw.deferred(place, size.rows))
    return size


def seed(place: Place, target: Target, tenants: int) -> Spent:
    """`reseed seed` of so many tenants into a database that has the tables."""
    place.checkpoint()
    return reseed(target, place.state, "seed", "--tenants", str(tenants), "--yes")


def chapters(small: Size, large: Size) -> tuple[Chapter, ...]:
    """The lines about load, growth, memory and validation."""
    return (
        _load(small, OVER_DEFERRED if small is large else None),
        *(() if small is large else (_load(large, OVER_DEFERRED), _growth(small, large))),
        _memory([small] if small is large else [small, large]),
        _validation(large),
    )


def _first(place: Place, tenants: int) -> Size:
    with _loaded(place, tenants) as (target, spent, phases):
        found = digest.digest(target, place.project.load_dataset())
        size = Size(tenants, raw.written(place, target, place.folder), found, [spent], [phases])
        try:
            place.checkpoint()
            size.validation.append(
                reseed(target, place.state, "validate", settings={"RESEED_TENANTS": str(tenants)})
            )
        except CommandFailed as error:
            size.no_validation = str(error)
    return size


@contextmanager
def _loaded(place: Place, tenants: int) -> Iterator[tuple[Target, Spent, Mapping[str, float]]]:
    with place.fresh("ours", place.tables) as target:
        phases = Phases(target)
        phases.start()
        try:
            spent = seed(place, target, tenants)
        finally:
            seconds = phases.end()
        yield target, spent, seconds


def _load(size: Size, limit: float | None) -> Chapter:
    deferred = times(
        f"psql COPY, then indexes and keys, {size.words}",
        [each["total"] for each in size.deferred],
        _parts(size.deferred),
    )
    bare = times(f"psql COPY into bare tables, {size.words}", size.bare)
    return Chapter(
        f"Load of {size.rows.total:,} rows of {size.tenants:,} tenants, {size.rows.size / 1e6:,.0f} MB",
        (bare, against(deferred, bare), against(size.seconds, deferred, limit)),
    )


def _parts(repeats: Sequence[Mapping[str, float]]) -> str:
    last = repeats[-1]
    return ", ".join(f"{name} {seconds:.1f} s" for name, seconds in last.items() if name != "total")


def _growth(small: Size, large: Size) -> Chapter:
    per_row = [
        Line(
            f"reseed seed, {size.words}",
            tuple(1e6 * s.seconds / size.rows.total for s in size.ours),
            "µs a row",
        )
        for size in (small, large)
    ]
    return Chapter("Growth: cost of a row", (per_row[0], against(per_row[1], per_row[0], GROWTH)))


def _memory(sizes: Sequence[Size]) -> Chapter:
    lines = [
        at_most(
            Line(f"reseed seed, {s.words}", tuple(o.peak / 1e6 for o in s.ours), "MB"), MEMORY_MB, always=True
        )
        for s in sizes
    ]
    lines += [
        at_most(
            Line(f"reseed validate, {s.words}", tuple(v.peak / 1e6 for v in s.validation), "MB"),
            MEMORY_MB,
            always=True,
        )
        for s in sizes
    ]
    return Chapter("Peak memory of the command and every process it starts", tuple(lines))


def _validation(size: Size) -> Chapter:
    name = f"reseed validate, {size.words}"
    line = times(name, [spent.seconds for spent in size.validation])
    if not size.validation:
        line = missing(name, size.no_validation)
    load = replace(size.seconds, note="")
    return Chapter("Validation", (load, against(line, load, VALIDATION)), size.no_validation)
