"""SQL files with named, commented queries: the form of the query pack and of the checks' own SQL.

-- name: flow_status
-- question: Where does every discovery flow stand?
SELECT …;
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from reseed.errors import ProjectError

_HEADER = re.compile(r"^-- (name|question):\s*(.*\S)\s*$")


@dataclass(frozen=True, slots=True)
class Query:
    """A query of a `.sql` file: its name, the question it answers, and its statement without the last semicolon."""

    name: str
    question: str
    sql: str


def read_queries(file: Path) -> Mapping[str, Query]:
    """The queries of a file by name, in its order.

    Raises:
        ProjectError: unreadable, a query without a name, or two of one name.
    """
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ProjectError(f"The query file {file} cannot be read: {error}.") from error
    queries: dict[str, Query] = {}
    for block in _blocks(lines):
        query = _query(block, file)
        if query.name in queries:
            raise ProjectError(f"{file} has two queries named {query.name}, expected each name once.")
        queries[query.name] = query
    if not queries:
        raise ProjectError(f'{file} holds no query, expected at least one headed "-- name: …".')
    return queries


def _blocks(lines: list[str]) -> list[list[str]]:
    """Lines from one `-- name:` to the next; what stands before the first is the file's introduction."""
    blocks: list[list[str]] = []
    for line in lines:
        if line.startswith("-- name:"):
            blocks.append([])
        if blocks:
            blocks[-1].append(line)
    return blocks


def _query(block: list[str], file: Path) -> Query:
    header = {match[1]: match[2] for line in block if (match := _HEADER.match(line))}
    body = "\n".join(line for line in block if not _HEADER.match(line))
    statement = (body.rpartition(";")[0] or body).strip()
    if "name" not in header or not statement:
        raise ProjectError(f'{file}: the query "{block[0]}" has no name or no statement.')
    return Query(header["name"], header.get("question", ""), statement)
