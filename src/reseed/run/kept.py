"""The databases that runs have kept beside the public one, known by their names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from reseed import database, proven
from reseed.database import Target

PREVIOUS = "what a run replaced"
TEMPLATE = "a proven database, kept to be copied"

#: What stands behind the public name -> what such a database is.
_KINDS = {
    "previous": PREVIOUS,
    "new": "what a run built and did not put in place",
    "before": "what an earlier demo left",
    "restored": "what a restore brought back",
}
_TAG = re.compile(r"(previous|new|before|restored)_(\d{8}[-_]\d{6}(?:-[0-9a-f]{4})?(?:_\d+)?)")


@dataclass(frozen=True, slots=True)
class Kept:
    """A database beside the public one. `size`: bytes. `moment`: when its run began, or it was last used; sortable."""

    name: str
    what: str
    moment: str
    size: int


def kept(target: Target) -> tuple[Kept, ...]:
    """Every database that a run of this target has kept, the latest first."""
    with database.maintenance(target) as connection:
        names = connection.execute(
            "SELECT datname, pg_database_size(oid) FROM pg_database WHERE pg_has_role(datdba, 'USAGE')"
        ).fetchall()
    found = []
    for name, size in names:
        tag = name.rpartition("__")[2]
        match = _TAG.fullmatch(tag)
        # A long public name is cut, with a mark of the whole; so the name is made again and compared.
        if match and database.private_name(target.database, tag) == name:
            found.append(Kept(name, _KINDS[match[1]], match[2].replace("_", "-", 1), int(size)))
    return tuple(sorted(found, key=lambda each: (each.moment, each.name), reverse=True))


def kept_templates(target: Target, project: str) -> tuple[Kept, ...]:
    """Every template of a project on the target's server, the latest used first."""
    return tuple(
        Kept(each.name, TEMPLATE, str(each.said.get("used", "")), database.size(target, each.name))
        for each in proven.of_project(target, project)
    )


def to_drop(found: Sequence[Kept], keep: int) -> tuple[Kept, ...]:
    """All but the latest `keep` of those that a run replaced."""
    stay = [each for each in found if each.what == PREVIOUS][:keep]
    return tuple(each for each in found if each not in stay)


def drop_kept(target: Target, going: Sequence[Kept]) -> tuple[str, ...]:
    """Drop them, the oldest first; the names of those that went: a template that is being copied from stays.

    Raises:
        Refused: a run is at work on the target; it may be building one of them.
    """
    with database.claim(target, "reseed prune"):
        return tuple(each.name for each in reversed(going) if _drop(target, each))


def _drop(target: Target, each: Kept) -> bool:
    """Drop it; False for a template that somebody is making copies of."""
    if each.what == TEMPLATE:
        return database.drop_template(target, each.name)
    database.drop(target, each.name)
    return True
