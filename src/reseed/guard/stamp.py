"""The environment stamp: what a database says it is for, read and set.

It is a line of the database's comment, `reseed.environment=production`. An owner may write it who is no superuser, it
leaves the rest of the comment alone, and it stays with the database when that is renamed. A setting of the same name
counts as well, wherever an administrator has put it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from importlib.resources import files

from reseed import database
from reseed.database import Connection, Target, sql, sqlstate
from reseed.errors import MissingPrivilege, ServerError, SettingsError
from reseed.guard.measured import COMMENT, SETTING, Stamp

NAME = "reseed.environment"
PRODUCTION = "production"

_LINE = re.compile(rf"\s*{re.escape(NAME)}\s*=\s*(.*?)\s*", re.IGNORECASE)
_WORD = re.compile(r"\w(?:[\w .-]{0,61}[\w.-])?")
_QUERY = files(__package__).joinpath("stamp.sql").read_bytes()


def read_stamp(connection: Connection, name: str) -> Stamp | None:
    """The stamp of a database of the connection's server; None when it has none, or when there is no such database."""
    row = connection.execute(_QUERY, (name,)).fetchone()
    return _strongest(_stamps(row[1] or "", row[2])) if row else None


def shown_stamp(target: Target) -> Stamp | None:
    """The stamp of the target's database.

    Raises:
        ServerError: there is no such database.
    """
    with database.maintenance(target) as connection:
        _comment_of(connection, target)
        return read_stamp(connection, target.database)


def stamp(target: Target, environment: str | None) -> Stamp | None:
    """Stamp the target's database, or take the stamp away with None; returns the stamp as it is then.

    Raises:
        SettingsError: the environment is not a word or a few. ServerError: there is no such database.
        MissingPrivilege: the database is not ours, or a setting says otherwise, which only an administrator takes away.
    """
    if environment is not None and not _WORD.fullmatch(environment):
        raise SettingsError(
            f"The environment is {environment!r}, expected a word such as production, staging or demo."
        )
    with database.maintenance(target) as connection:
        comment = rewritten(_comment_of(connection, target), environment)
        name = sql.Identifier(target.database)
        statement = sql.SQL("COMMENT ON DATABASE {} IS {}").format(name, sql.Literal(comment or None))
        try:
            connection.execute(statement)
        except sqlstate.InsufficientPrivilege as error:
            raise MissingPrivilege(
                f'Database "{target.database}" belongs to another role, so ours may not change its comment.',
                f"Let its owner run: {statement.as_string(connection)};",
            ) from error
        reached = read_stamp(connection, target.database)
        if (reached.environment if reached else None) != environment:
            raise MissingPrivilege(
                f'Database "{target.database}" is still stamped {reached and reached.environment} by {SETTING}.',
                f"An administrator takes it away, as with: ALTER DATABASE {name.as_string(connection)} RESET {NAME};",
            )
        return reached


def rewritten(comment: str, environment: str | None) -> str:
    """A comment with this stamp and no other; its other lines stay as they are."""
    others = [line for line in comment.split("\n") if not _LINE.fullmatch(line)]
    if environment is None:
        return "\n".join(others)
    return "\n".join([*(others if comment else []), f"{NAME}={environment}"])


def _comment_of(connection: Connection, target: Target) -> str:
    row = connection.execute(_QUERY, (target.database,)).fetchone()
    if row is None:
        raise ServerError(
            f'Database "{target.database}" does not exist on {target.masked}.',
            "Name another with --database-url.",
        )
    return str(row[1] or "")


def _stamps(comment: str, settings: Iterable[str]) -> tuple[Stamp, ...]:
    lines = (_LINE.fullmatch(line) for line in comment.split("\n"))
    return (
        *(Stamp(line[1], COMMENT) for line in lines if line and line[1]),
        *(Stamp(value.strip(), SETTING) for value in settings if value.strip()),
    )


def _strongest(stamps: Iterable[Stamp]) -> Stamp | None:
    """The first that says production, else the first."""
    found = tuple(stamps)
    return next((each for each in found if each.production), found[0] if found else None)


def strongest(*stamps: Stamp | None) -> Stamp | None:
    """Of stamps found in several places, the one that counts: production wins."""
    return _strongest(each for each in stamps if each)
