"""How many rows the references of the models name: each table is read once, whatever the number of its references."""

from __future__ import annotations

from collections.abc import Sequence

from reseed.database import Connection
from reseed.validate.follow import Pairs, namings
from reseed.validate.references import Reference


def count_named(connection: Connection, followed: Sequence[tuple[Reference, Pairs]]) -> int:
    """How often a row names another one, through the pairs given with each reference, all of them when empty."""
    total = 0
    for table in dict.fromkeys(reference.table for reference, _ in followed):
        of_table = [(reference, pairs) for reference, pairs in followed if reference.table == table]
        (numbers,) = connection.execute(namings(table, of_table)).fetchall()
        total += sum(map(int, numbers))
    return total
