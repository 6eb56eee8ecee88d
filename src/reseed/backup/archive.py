"""An archive of pg_dump's, taken apart by pg_restore: its parts as SQL, and what each of them is.

A server before 17 refuses a setting that pg_restore makes since 17, and with it everything. As SQL it can be left out.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile

from reseed.database import Target, tools

#: Processes that dump or restore a large database side by side; more than a few only wait for the same disk.
JOBS = min(4, os.cpu_count() or 1)

LEFT_OUT = ("--no-owner", "--no-tablespaces", "--no-subscriptions")
BEFORE_ROWS = ("--section=pre-data", "--no-acl")
ROWS = ("--section=data", "--no-acl")
# A materialized view is filled as its owner would fill it, under the policies that hold for its owner.
AFTER_ROWS = ("--section=post-data", "--no-acl", "--enable-row-security")

_UNKNOWN_SETTING = b"SET transaction_timeout = 0;\n"
_KNOWN_SINCE = 17

_GRANT = re.compile(r"\d+; \d+ \d+ (DEFAULT )?ACL\b")
_TABLE = re.compile(r"\d+; \d+ \d+ TABLE DATA\b")


def speaks_to(server: int) -> bool:
    """Whether a server of this major version understands all that pg_restore says to it."""
    _, client = tools.version("pg_restore", at_least=server)
    return server >= _KNOWN_SINCE or client < _KNOWN_SINCE


def understood(output: Iterator[bytes], server: int) -> Iterator[bytes]:
    """SQL from pg_dump or pg_restore without what a server of this major version would refuse."""
    unknown = b"" if speaks_to(server) else _UNKNOWN_SETTING
    for number, piece in enumerate(output):
        yield piece.replace(unknown, b"", 1) if unknown and number == 0 else piece


@contextmanager
def as_sql(target: Target, server: int, archive: Path, part: Sequence[str]) -> Iterator[Iterator[bytes]]:
    """A part of an archive as SQL, piece by piece.

    Args:
        part: options that choose it, such as `BEFORE_ROWS`.
    """
    arguments = [*LEFT_OUT, *part, "--file=-", str(archive)]
    with tools.running("pg_restore", arguments, target, at_least=server) as output:
        yield understood(output, server)


@contextmanager
def grants(target: Target, server: int, archive: Path) -> Iterator[tuple[str, ...]]:
    """The part that is its grants and default privileges."""
    entries = _entries(target, server, archive)
    with only([entry for entry in entries if _GRANT.match(entry)]) as part:
        yield part


def shares_of_rows(target: Target, server: int, archive: Path) -> tuple[tuple[str, ...], ...]:
    """The entries of its rows, dealt out to as many jobs as there are; whatever is no table goes to the first."""
    entries = _entries(target, server, archive, *ROWS)
    tables = [entry for entry in entries if _TABLE.match(entry)]
    others = [entry for entry in entries if not _TABLE.match(entry)]
    shares = [tables[first::JOBS] for first in range(JOBS)]
    shares[0] = [*others, *shares[0]]
    return tuple(tuple(share) for share in shares if share)


@contextmanager
def only(entries: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """The part that is these entries."""
    with NamedTemporaryFile("w", encoding="utf-8", prefix="reseed-") as wanted:
        wanted.writelines(f"{entry}\n" for entry in entries)
        wanted.flush()
        yield (f"--use-list={wanted.name}",)


def _entries(target: Target, server: int, archive: Path, *part: str) -> list[str]:
    with tools.running("pg_restore", [*part, "--list", str(archive)], target, at_least=server) as output:
        return b"".join(output).decode(errors="replace").splitlines()
