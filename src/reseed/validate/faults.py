"""Faults that a project plants by SQL, through the owner's connection."""

from __future__ import annotations

from reseed import database
from reseed.check import Fault
from reseed.database import Connection
from reseed.errors import ReseedError


def row_fault(name: str, *statements: str) -> Fault:
    """A fault in the rows of any tenant, made in one transaction.

    Args:
        name: what is done, in words: "move a phase before its predecessor".
        statements: changes of rows, and what must go out of their way first. A change that touches no row plants
            nothing and is an error.
    """

    def plant(connection: Connection) -> None:
        with database.change_every_row(connection):
            for statement in statements:
                _run(connection, name, statement)

    return Fault(name, plant)


def _run(connection: Connection, name: str, statement: str) -> None:
    # As bytes a statement holds no placeholders, so that LIKE '%…' means what it says.
    cursor = connection.execute(statement.encode())
    if (cursor.statusmessage or "").startswith(("INSERT", "UPDATE", "DELETE")) and cursor.rowcount == 0:
        raise ReseedError(f'The fault "{name}" found no row to change: {" ".join(statement.split())}')
