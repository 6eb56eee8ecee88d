"""Rows of fixed width arrive in numpy as they are, and what is not of fixed width is refused."""

from __future__ import annotations

from uuid import UUID

import numpy as np
import pytest

from reseed import database
from reseed.database import Target, sql
from reseed.errors import ReseedError
from reseed.validate import FLAG, ID, fixed_columns, numbered

COLUMNS = {"id": ID, "flag": FLAG, "number": np.dtype(">i4")}
ROWS = "SELECT x.id, x.n > %(least)s, x.n FROM (VALUES {}) AS x (id, n)"


def query(values: str) -> sql.SQL:
    return sql.SQL(ROWS.replace("{}", values))


def test_values_arrive_as_they_are(server: Target) -> None:
    values = ", ".join(f"('{UUID(int=number)}'::uuid, {number})" for number in (7, 2**31 - 1, 7))
    with database.connect(server) as connection:
        found = fixed_columns(connection, query(values), {"least": 7}, COLUMNS)
    assert found["number"].tolist() == [7, 2**31 - 1, 7]
    assert found["flag"].tolist() == [False, True, False]
    ids, (places,) = numbered(found["id"])
    assert (ids, places.tolist()) == ([UUID(int=7).bytes, UUID(int=2**31 - 1).bytes], [0, 1, 0])


def test_no_rows_are_no_error(server: Target) -> None:
    nothing = sql.SQL("SELECT gen_random_uuid(), true, 1 WHERE %(least)s > 0")
    with database.connect(server) as connection:
        found = fixed_columns(connection, nothing, {"least": 0}, COLUMNS)
    assert len(found) == 0
    assert numbered(found["id"], found["id"])[0] == []


@pytest.mark.parametrize("number", ["NULL::integer", "1::bigint"])
def test_a_value_that_is_missing_or_of_another_width_is_refused(server: Target, number: str) -> None:
    with database.connect(server) as connection, pytest.raises(ReseedError, match="expected"):
        fixed_columns(connection, query(f"(gen_random_uuid(), {number})"), {"least": 0}, COLUMNS)
