"""`reseed validate` from outside, on an application that the tool has never heard of."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from reseed import database
from reseed import project as projects
from reseed.database import Target, change_every_row
from tests import shop as shops

from .conftest import Command

SHOP = shops.FILE


@pytest.fixture(scope="module")
def shop_template(server: Target) -> Iterator[Target]:
    """A database with the whole demo shop."""
    with shops.filled(server, projects.load(SHOP)) as target:
        yield target


@pytest.fixture
def shop(server: Target, shop_template: Target) -> Iterator[Target]:
    """A clone of it for each test."""
    with database.scratch(server, "shop", template=shop_template.database) as target:
        yield target


def test_a_sound_database_passes(reseed: Command, shop: Target) -> None:
    done = reseed("validate", "--project", str(SHOP), DATABASE_URL=shop.url())
    assert done.returncode == 0, done.stderr
    assert "PASSED" in done.stdout
    assert "tenancy" in done.stdout


def test_every_planted_fault_is_caught(reseed: Command, shop: Target) -> None:
    done = reseed("validate", "--prove", "--json", "--project", str(SHOP), DATABASE_URL=shop.url())
    assert done.returncode == 0, done.stderr
    proofs = json.loads(done.stdout)
    assert [proof for proof in proofs if not proof["passed"]] == []
    assert {proof["check"] for proof in proofs} >= {
        "rows.Orders",
        "rows.orders.repeated",
        "seeded.people",
        "dataset.digest",
        "integrity.soft_references",
        "tenancy.writes_refused",
        "pages.numbers",
    }


def test_a_fault_is_named_with_exit_code_1(reseed: Command, shop: Target) -> None:
    with database.connect(shop) as connection, change_every_row(connection):
        connection.execute('UPDATE "Orders" SET repeats_order_id = 99 WHERE id = 4')
    done = reseed("validate", "--project", str(SHOP), DATABASE_URL=shop.url())
    assert done.returncode == 1
    assert "integrity.soft_references" in done.stdout
    assert "checks failed on" in done.stderr
    report = json.loads(reseed("validate", "--json", "--project", str(SHOP), DATABASE_URL=shop.url()).stdout)
    (finding,) = [each for each in report["findings"] if each["check"] == "integrity.soft_references"]
    assert finding["actual"] == 1
    assert finding["rows"][0]["repeats_order_id"] == 99


def test_another_database_is_named_by_a_flag(reseed: Command, shop: Target) -> None:
    with database.scratch(shop, "other", template=shop.database) as other:
        with database.connect(other) as connection, change_every_row(connection):
            connection.execute('DELETE FROM "Orders"')
        done = reseed(
            "validate", "--database", other.database, "--project", str(SHOP), DATABASE_URL=shop.url()
        )
    assert done.returncode == 1
    assert f"checks failed on {other.database}" in done.stderr
    assert "rows.Orders" in done.stdout
