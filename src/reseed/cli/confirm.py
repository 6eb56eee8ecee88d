"""Showing a person what a command is about to work on, and having its name typed back."""

from __future__ import annotations

import sys

import typer
from rich.table import Table
from rich.text import Text

from reseed.cli.context import err
from reseed.errors import Refused
from reseed.guard import Measured, Room, Rows, megabytes
from reseed.run import RunContext

_UNKNOWN = "unknown"


def confirm(
    context: RunContext, what: str, seen: Measured | None, *, yes: bool, for_good: bool = False
) -> None:
    """Show the target and what will happen, and let its name be typed back.

    On our own embedded server nothing is asked, except before something is dropped for good.

    Args:
        what: what will happen, a sentence. seen: the target as the guard saw it; None when there is no such database.
        yes: it has been confirmed already.

    Raises:
        Refused: another name was typed, or there is nobody to ask.
    """
    name = context.target.database
    own = context.embedded
    if own and not for_good:
        return
    show(seen, what)
    if yes:
        return
    if own:
        require_somebody()
        if not typer.confirm("Go on?", err=True):
            raise Refused("Nothing was changed.")
        return
    require_typed(name)


def show(seen: Measured | None, what: str) -> None:
    """Print a target and what will happen to it, on stderr."""
    if seen:
        err().print(_table(seen))
    err().print(Text(what), soft_wrap=True)


def require_typed(name: str) -> None:
    """Have a database's name typed, letter by letter.

    Raises:
        Refused: another name was typed, or there is nobody to ask.
    """
    require_somebody()
    err().print(Text(f"Type its name, {printable(name)}, to go on: "), end="", soft_wrap=True)
    typed = sys.stdin.readline()
    if not typed.endswith("\n"):
        err().print()
        raise Refused("The name was not typed, so nothing was changed.")
    if typed.rstrip("\r\n") != name:
        raise Refused(
            f'"{printable(typed.strip())}" was typed, expected "{printable(name)}"; nothing was changed.'
        )


def require_somebody() -> None:
    """Make sure that a person can answer.

    Raises:
        Refused: standard input is no terminal.
    """
    if not sys.stdin.isatty():
        raise Refused("Nobody is there to confirm this; nothing was changed.", "Say so with --yes.")


def printable(text: str) -> str:
    """A name without what would move a terminal's cursor."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)


def _table(seen: Measured) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    lines = [
        ("Host", ", ".join(seen.names) or "local socket"),
        ("Port", str(seen.port)),
        ("Database", seen.database),
        ("PostgreSQL", seen.version[0]),
        ("Size", _UNKNOWN if seen.size is None else megabytes(seen.size)),
        ("Tables", _UNKNOWN if seen.tables is None else f"{seen.tables:,}"),
        ("Rows", _rows(seen.rows)),
        ("Stamped", f"{seen.stamp.environment}, by {seen.stamp.source}" if seen.stamp else "no"),
        *(("Free", _free(room)) for room in seen.rooms),
    ]
    for name, value in lines:
        table.add_row(Text(name), Text(printable(value)))
    return table


def _rows(rows: Rows | None) -> str:
    if rows is None:
        return _UNKNOWN
    return f"{'more than ' if rows.more else ''}{rows.number:,}"


def _free(room: Room) -> str:
    free = _UNKNOWN if room.free is None else megabytes(room.free)
    return f"{free} on {room.place}, at most {megabytes(room.needed)} needed for a copy"
