"""The hand-written part of the demo data, one TOML file a subject, read into typed and checked records."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any

from modernize.dataset.story.records import (
    Application,
    Crew,
    Defects,
    Flow,
    Infrastructure,
    Insight,
    Mapping,
    Member,
    Others,
    People,
    Platforms,
    SurveyRow,
    Wave,
)


@cache
def applications() -> tuple[Application, ...]:
    """The portfolio, the demo tenant's ten first."""
    return tuple(Application(**entry) for entry in _read("applications")["applications"])


@cache
def infrastructure() -> Infrastructure:
    """Directory servers and network devices."""
    return Infrastructure(**_read("infrastructure"))


@cache
def platforms() -> Platforms:
    """Operating systems, database products and hardware."""
    return Platforms(**_read("platforms"))


@cache
def waves() -> tuple[Wave, ...]:
    """The migration waves, in sequence."""
    return tuple(Wave(**entry) for entry in _read("waves")["waves"])


@cache
def people() -> People:
    """Departments and who is who, and the words that other tenants are named with."""
    return People(**_read("people"))


@cache
def members() -> tuple[Member, ...]:
    """Who may sign in."""
    return tuple(Member(**entry) for entry in _read("members")["members"])


@cache
def defects() -> Defects:
    """The invalid rows of each import."""
    return Defects(**_read("defects"))


@cache
def survey() -> tuple[SurveyRow, ...]:
    """The valid rows of the hand-filled spreadsheet."""
    return tuple(SurveyRow(**entry) for entry in _read("survey")["rows"])


@cache
def mappings(source: str) -> tuple[Mapping, ...]:
    """The field mappings of an import, in the order of its columns."""
    return tuple(Mapping(**entry) for entry in _read("mappings")[source])


@cache
def flows() -> tuple[Flow, ...]:
    """The discovery flows."""
    return tuple(Flow(**entry) for entry in _read("flows")["flows"])


@cache
def crews() -> tuple[Crew, ...]:
    """The crews of all phases, in the order of the phases."""
    return tuple(Crew(**entry) for entry in _read("flows")["crews"])


@cache
def insights() -> tuple[Insight, ...]:
    """What the agents noticed."""
    return tuple(Insight(**entry) for entry in _read("insights")["insights"])


def _read(name: str) -> dict[str, Any]:
    text = resources.files(__package__).joinpath(f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


__all__ = [
    "Application",
    "Crew",
    "Defects",
    "Flow",
    "Infrastructure",
    "Insight",
    "Mapping",
    "Member",
    "Others",
    "People",
    "Platforms",
    "SurveyRow",
    "Wave",
    "applications",
    "crews",
    "defects",
    "flows",
    "infrastructure",
    "insights",
    "mappings",
    "members",
    "people",
    "platforms",
    "survey",
    "waves",
]
