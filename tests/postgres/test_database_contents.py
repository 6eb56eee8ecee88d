"""Contents have one digest whoever asks, and another as soon as anything differs."""

from __future__ import annotations

import pytest

from reseed import database
from reseed.database import Contents, Target

TABLE = """
    CREATE TABLE shop (id integer, t text, at timestamptz, took interval, ratio double precision, raw bytea,
                       price money, day date, kind regclass);
    INSERT INTO shop VALUES
        (1, 'x', '2026-01-15 09:00+00', '1 day 02:03:04', 0.1, '\\x00ff', 1234.5, '2026-02-01', 'shop'),
        (2, 'x', NULL, NULL, 'NaN', '', NULL, 'infinity', NULL),
        (2, 'x', NULL, NULL, 'NaN', '', NULL, 'infinity', NULL);
    SELECT lo_from_bytea(1, convert_to(repeat('a', 3000000), 'UTF8')), lo_from_bytea(2, '');
"""

OTHER_WORDS = """
    SET datestyle = 'SQL, DMY'; SET timezone = 'Asia/Tokyo'; SET intervalstyle = 'iso_8601';
    SET bytea_output = 'escape';
    SET extra_float_digits = -10; SET lc_monetary = 'C.UTF-8'; SET search_path = ''; SET quote_all_identifiers = on;
    SET statement_timeout = '1h'
"""


@pytest.fixture
def shop(empty_database: Target) -> Target:
    with database.connect(empty_database) as connection:
        connection.execute(TABLE)
    return empty_database


def measured(target: Target, before: str = "") -> Contents:
    with database.connect(target) as connection:
        if before:
            connection.execute(before.encode())
        return database.contents(connection)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE shop SET at = at + interval '1 microsecond' WHERE id = 1",
        "UPDATE shop SET ratio = 0.1 + 1e-17 * 2 WHERE id = 1",
        "UPDATE shop SET raw = NULL WHERE id = 2",
        "UPDATE shop SET t = t || ' ' WHERE id = 1",
        "DELETE FROM shop WHERE ctid = (SELECT max(ctid) FROM shop)",
        "INSERT INTO shop SELECT * FROM shop",
    ],
)
def test_a_difference_of_rows(shop: Target, change: str) -> None:
    before = measured(shop)
    with database.connect(shop) as connection:
        connection.execute(change.encode())
    assert measured(shop).digests != before.digests
    assert measured(shop).large_objects == before.large_objects


@pytest.mark.parametrize(
    "change",
    [
        "SELECT lo_put(1, 2999999, 'b')",
        "SELECT lo_put(1, 1048576, 'b')",
        "SELECT lo_put(2, 0, 'b')",
        "SELECT lo_create(3)",
        "SELECT lo_unlink(2)",
        "GRANT SELECT ON LARGE OBJECT 2 TO PUBLIC",
    ],
)
def test_a_difference_of_large_objects(shop: Target, change: str) -> None:
    before = measured(shop)
    with database.connect(shop) as connection:
        connection.execute(change.encode())
    assert measured(shop).large_objects != before.large_objects
    assert measured(shop).digests == before.digests


def test_neither_order_nor_settings_matter(shop: Target) -> None:
    before = measured(shop)
    assert measured(shop, OTHER_WORDS) == before
    with database.connect(shop) as connection:
        connection.execute("CREATE INDEX by_id ON shop (id DESC); CLUSTER shop USING by_id")
    assert measured(shop) == before


def test_the_session_keeps_its_settings(shop: Target) -> None:
    with database.connect(shop) as connection:
        connection.execute("SET timezone = 'Asia/Tokyo'")
        database.contents(connection)
        assert connection.execute("SHOW timezone").fetchone() == ("Asia/Tokyo",)
        assert connection.execute("SHOW search_path").fetchone() == ('"$user", public',)
