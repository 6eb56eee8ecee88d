"""What was measured and what it is held against: the lines of the table, and whether each keeps its limit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was measured.

    Attributes:
        name: what it is. values: one for each repeat; none where it could not be measured, and `note` says why.
        unit: `s`, `rows/s`, `MB`, or what is counted.
        compared: the number that is judged, a ratio to the line named `to`; the median itself where `to` is empty.
        limit: what `compared` is to be at most, or at least; None where nothing is demanded.
        note: how it was done, or why not.
    """

    name: str
    values: tuple[float, ...]
    unit: str
    compared: float | None = None
    to: str = ""
    limit: float | None = None
    at_least: bool = False
    note: str = ""

    @property
    def median(self) -> float | None:
        """The middle one of the values, None without values."""
        return median(self.values) if self.values else None

    @property
    def met(self) -> bool | None:
        """Whether the limit is kept; None where there is none, or nothing to judge."""
        if self.limit is None or self.compared is None:
            return None
        return self.compared >= self.limit if self.at_least else self.compared <= self.limit


@dataclass(frozen=True, slots=True)
class Chapter:
    """Lines that belong together. `failure` says in a sentence why lines are missing; empty where none are."""

    title: str
    lines: tuple[Line, ...]
    failure: str = ""


def times(name: str, seconds: Sequence[float], note: str = "") -> Line:
    """How long something took, each time."""
    return Line(name, tuple(seconds), "s", note=note)


def rates(name: str, rows: int, seconds: Sequence[float], note: str = "") -> Line:
    """Rows a second, from the time that so many rows took."""
    return Line(name, tuple(rows / each for each in seconds), "rows/s", note=note)


def missing(name: str, why: str) -> Line:
    """Something that could not be measured here."""
    return Line(name, (), "", note=why)


def against(line: Line, base: Line, limit: float | None = None, *, at_least: bool = False) -> Line:
    """The line with its ratio to another one, of medians; without it where one of them was not measured.

    Raises:
        ValueError: they are measured in different units.
    """
    if line.median is None or not base.median:
        return replace(line, to=base.name, limit=limit, at_least=at_least)
    if line.unit != base.unit:
        raise ValueError(
            f"{line.name} is in {line.unit}, {base.name} in {base.unit}, expected the same unit."
        )
    return replace(line, compared=line.median / base.median, to=base.name, limit=limit, at_least=at_least)


def at_most(line: Line, limit: float, *, always: bool = False) -> Line:
    """The line with a limit of its own unit for its median, or for every value."""
    return replace(line, compared=max(line.values, default=None) if always else line.median, limit=limit)
