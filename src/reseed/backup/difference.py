"""How a database differs from what was backed up: in rows, sequences, large objects and definitions.

Definitions are compared as text: a dump of what a dump was restored to reads like the dump itself. That asks nothing
of any kind of object, so it holds for those that nobody here has heard of.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import TypeAlias

from reseed import database
from reseed.backup import dump, manifest
from reseed.backup.restore import replay
from reseed.database import Contents, Position, Target
from reseed.records import JSON, Backup

#: What an object is called -> its statements; where several are called the same, in order of their text.
Definitions: TypeAlias = Mapping[str, list[str]]

_OBJECT = re.compile(
    r"^--\n-- Name: (?P<name>.*?); Type: (?P<type>.*?); Schema: (?P<schema>.*?); Owner: -.*\n--\n", re.M
)
# New for every dump, or of its own: the key that keeps psql from obeying commands hidden in names, the versions at
# work, head and tail.
_OF_THE_DUMP = re.compile(
    r"^(\\(un)?restrict .*|-- Dumped (from|by) .*|SET transaction_timeout = 0;"
    r"|--\n-- PostgreSQL database dump( complete)?\n--)\n",
    re.M,
)
_GRANT = re.compile(r"(DEFAULT )?ACL\b")
_LENGTH = 400


def differences(backup: Backup, folder: Path, target: Target) -> tuple[Mapping[str, JSON], ...]:
    """How the target's database differs from a backup; empty where it is the same.

    Args:
        backup: of the folder, verified.

    Returns:
        one mapping for each table, sequence, view or definition: what it is, `backed up` and `restored`.

    Raises:
        ServerError and its kin: the database cannot be read, or no scratch database can be made beside it.
    """
    with database.connect(target) as connection:
        server = connection.info.server_version // 10000
        actual = database.contents(connection)
        positions = database.sequences(connection)
    return (
        *_rows(backup, actual),
        *_unequal("materialized view", _filled(backup.views), _filled(actual.views)),
        *_positions(backup, positions),
        *_unequal("large objects", backup.large_objects, actual.large_objects),
        *_definitions(folder, target, server),
    )


def _rows(backup: Backup, actual: Contents) -> Iterator[Mapping[str, JSON]]:
    for table in sorted({*backup.rows, *actual.rows}):
        before, after = backup.rows.get(table), actual.rows.get(table)
        if before != after:
            yield {"table": table, "backed up": before, "restored": after}
        elif backup.digests.get(table) != actual.digests.get(table):
            yield {
                "table": table,
                "backed up": f"{before} rows, digest {backup.digests.get(table)}",
                "restored": f"{after} rows, digest {actual.digests.get(table)}",
            }


def _filled(views: Mapping[str, bool]) -> dict[str, JSON]:
    return {name: "populated" if filled else "not populated" for name, filled in views.items()}


def _unequal(
    what: str, before: Mapping[str, JSON], after: Mapping[str, JSON]
) -> Iterator[Mapping[str, JSON]]:
    for name in sorted({*before, *after}):
        if before.get(name) != after.get(name):
            yield {what: name, "backed up": before.get(name), "restored": after.get(name)}


def _positions(backup: Backup, actual: Mapping[str, Position]) -> Iterator[Mapping[str, JSON]]:
    for name in sorted({*backup.sequences, *actual}):
        known, found = backup.sequences.get(name), actual.get(name)
        if known is None or found is None or not _between(known, found):
            yield {
                "sequence": name,
                "backed up": None if known is None else list(known[-1]),
                "restored": None if found is None else list(found),
            }


def _between(known: Sequence[Sequence[int | bool]], found: Position) -> bool:
    """A sequence that went on during the dump is in the dump as it was at some moment between."""
    before, after = known
    if before == after:
        return list(found) == list(after)
    return min(before[0], after[0]) <= found[0] <= max(before[0], after[0])


def _definitions(folder: Path, target: Target, server: int) -> Iterator[Mapping[str, JSON]]:
    before = (folder / manifest.SCHEMA).read_text(encoding="utf-8")
    after = dump.schema_text(target, server)
    if _without_marks(before) == _without_marks(after):
        return
    known, found = _split(before), _split(after)
    different = [name for name in sorted({*known, *found}) if known.get(name) != found.get(name)]
    if not different:
        return
    reworded = _reworded(folder, target, server)
    for name in different:
        if name in known and name in found and not _GRANT.match(name) and found[name] == reworded.get(name):
            continue
        yield {"definition": name, **_lines(known.get(name), found.get(name))}


def _reworded(folder: Path, target: Target, server: int) -> Definitions:
    """The backup's definitions in the words of the target's server.

    A server reads `status IN ('open')` and writes something longer, which it reads once more and writes differently
    again; another major version has other words still. So what differs as text may yet be what this server makes of
    the backup's own words, in a database where nothing else is. Grants are taken at their word: one that a server
    ignores with a warning would be missing in both.
    """
    with database.scratch(target, target.database, like=target.database) as second:
        replay(folder / manifest.SCHEMA, second, server)
        return _split(dump.schema_text(second, server))


def _without_marks(text: str) -> str:
    return _OF_THE_DUMP.sub("", text)


def _split(text: str) -> Definitions:
    found = defaultdict(list)
    heads = list(_OBJECT.finditer(text := _without_marks(text)))
    for head, following in zip_longest(heads, heads[1:]):
        body = text[head.end() : following.start() if following else None].strip()
        place = "" if head["schema"] == "-" else f" in {head['schema']}"
        found[f"{head['type']} {head['name']}{place}"].append(body)
    return {name: sorted(bodies) for name, bodies in found.items()}


def _lines(before: list[str] | None, after: list[str] | None) -> dict[str, JSON]:
    """The first lines that only one of the two has."""
    known, found = ("\n".join(bodies or ()).splitlines() for bodies in (before, after))
    return {
        "backed up": None
        if before is None
        else "\n".join(line for line in known if line not in found)[:_LENGTH],
        "restored": None
        if after is None
        else "\n".join(line for line in found if line not in known)[:_LENGTH],
    }
