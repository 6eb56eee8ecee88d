"""The guard's rules: what was seen and what is allowed, to reasons why not. They look at nothing themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from shlex import quote

from reseed import database
from reseed.errors import Refused
from reseed.guard.managed import managed_by, matches
from reseed.guard.measured import COMMENT, Measured
from reseed.guard.terms import Terms


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason against a command: a sentence without its full stop, and what to do now."""

    reason: str
    next_step: str


def refused(refusals: Sequence[Refusal]) -> Refused:
    """The error that tells every reason."""
    if len(refusals) == 1:
        return Refused(f"{refusals[0].reason}; refusing.", refusals[0].next_step)
    told = "".join(f"\n  {each.reason}. {each.next_step}" for each in refusals)
    return Refused(f"Refusing, for {len(refusals)} reasons:{told}")


def by_place(name: str, server: str, names: Sequence[str], terms: Terms) -> Iterator[Refusal]:
    """What can be said of a database that may not exist yet.

    Args:
        server: host and port, for people. names: names that the server goes by.
    """
    label = f'Database "{name}" on {server}'
    if name in database.SYSTEM_DATABASES:
        yield Refusal(
            f"{label} is the server's own and is never reset",
            "Name the application's database in --database-url.",
        )
    patterns = terms.rules.allowed_databases
    if patterns and not any(fnmatchcase(name, pattern) for pattern in patterns):
        yield Refusal(
            f"{label} is not among the allowed databases ({', '.join(patterns)})",
            "Name another in --database-url, or allow it in reseed.toml, [guard] allowed_databases.",
        )
    if not terms.ours:
        yield from _hosts(label, names, terms.rules.allowed_hosts)
        yield from consent(name, server, terms)


def _hosts(label: str, names: Sequence[str], patterns: Sequence[str]) -> Iterator[Refusal]:
    outside = [name for name in names if not _is_allowed(name, patterns)]
    services = [service for service in map(managed_by, outside) if service]
    if patterns and outside:
        yield Refusal(
            f"{label}: host {outside[0]} is not among the allowed hosts ({', '.join(patterns)})",
            "Name another in --database-url, or allow it in reseed.toml, [guard] allowed_hosts.",
        )
    elif services:
        yield Refusal(
            f"{label} is run by {services[0]}, and no managed server is reset that is not allowed by name",
            f'Allow it in reseed.toml, [guard] allowed_hosts = ["{outside[0]}"].',
        )


def _is_allowed(name: str, patterns: Sequence[str]) -> bool:
    """`localhost` stands for every way to this machine: sockets and loopback addresses."""
    return matches(name, patterns) or (database.is_near(name) and matches("localhost", patterns))


def consent(name: str, server: str, terms: Terms) -> Iterator[Refusal]:
    """What an AI agent needs beside everything else: somebody's word for this one database."""
    if terms.agent is None or terms.consent == name or terms.ours:
        return
    given = f"RESEED_CONSENT names {terms.consent}" if terms.consent else "RESEED_CONSENT is not set"
    yield Refusal(
        f'{terms.agent.name} is at work here ({terms.agent.variable} is set) on database "{name}" on {server}, '
        f"and {given}",
        f"Let whoever answers for that database set: RESEED_CONSENT={quote(name)}",
    )


def by_look(seen: Measured, terms: Terms) -> Iterator[Refusal]:
    """What can be said of a database before its rows are counted."""
    yield from by_place(seen.database, seen.server, seen.names, terms)
    label = f'Database "{seen.database}" on {seen.server}'
    if seen.template and seen.database not in database.SYSTEM_DATABASES:
        yield Refusal(
            f"{label} is a template, from which others are made",
            "Name another, or let its owner run: ALTER DATABASE … IS_TEMPLATE false;",
        )
    if seen.stamp and seen.stamp.production:
        yield Refusal(
            f"{label} is stamped {seen.stamp.environment} by {seen.stamp.source}",
            "To reset it all the same, its owner runs: reseed protect --remove"
            if seen.stamp.source == COMMENT
            else "To reset it all the same, an administrator takes that setting away.",
        )
    if seen.own_state:
        yield Refusal(f"{label} {seen.own_state}", "Name the application's database in --database-url.")
    if seen.standby:
        yield Refusal(
            f"{label} is a replica, which only follows another server", "Name the primary in --database-url."
        )
    elif seen.read_only:
        yield Refusal(
            f"{label} is read only by default (default_transaction_read_only is on)",
            "Name one that can be written to, or let its owner set that to off.",
        )
    yield from _needs(label, seen)


def _needs(label: str, seen: Measured) -> Iterator[Refusal]:
    server, major = seen.version
    if seen.client and seen.client[1] < major:
        yield Refusal(
            f"{label}: the server is version {server}, newer than our pg_dump, which is {seen.client[0]}",
            f"Install the client programs of PostgreSQL {major} and put them on PATH.",
        )
    for room in seen.rooms:
        if room.free is not None and room.free < room.needed:
            yield Refusal(
                f"{label}: {room.place} has {megabytes(room.free)} free, "
                f"and a copy of the database needs {megabytes(room.needed)}",
                f"Free space there, or name another folder with {room.named_by}."
                if room.named_by
                else "Free space there.",
            )


def by_contents(seen: Measured, terms: Terms) -> Iterator[Refusal]:
    """What can be said once rows are counted and tenants looked for."""
    label = f'Database "{seen.database}" on {seen.server}'
    if terms.rules.maximum_rows is not None and seen.rows and seen.rows.more:
        yield Refusal(
            f"{label} has more than {terms.rules.maximum_rows:,} rows, which is the most that may be reset",
            "Name another, or raise maximum_rows in reseed.toml, [guard].",
        )
    if seen.tenants:
        yield Refusal(
            f"{label} holds {_listed(seen.tenants)}, which must never be reset",
            "Name another, or take the tenant from forbidden_tenants in reseed.toml, [guard].",
        )


def _listed(tenants: Sequence[str]) -> str:
    return f"tenant{'s' if len(tenants) > 1 else ''} {', '.join(tenants)}"


def megabytes(size: int) -> str:
    """Bytes for people."""
    return f"{size / 1e6:,.1f} MB"
