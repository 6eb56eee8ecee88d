"""The order in which tables can be loaded."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from modernize.models import metadata as models
from reseed.schema.document import load_order


def graph(*edges: tuple[str, str]) -> sa.MetaData:
    metadata = sa.MetaData()
    for name in sorted({name for edge in edges for name in edge}):
        keys = [
            sa.Column(f"to_{parent}", sa.ForeignKey(f"{parent}.id", name=f"fk_{child}_{parent}"))
            for child, parent in edges
            if child == name
        ]
        sa.Table(name, metadata, sa.Column("id", sa.Integer, primary_key=True), *keys)
    return metadata


def test_every_table_comes_after_those_it_refers_to() -> None:
    order = load_order(models)
    assert sorted(order) == sorted(models.tables)
    for place, name in enumerate(order):
        referred = {key.referred_table.fullname for key in models.tables[name].foreign_key_constraints}
        assert referred <= set(order[: place + 1])


@pytest.mark.parametrize("edges", [(("a", "b"), ("b", "a"), ("c", "a")), (("a", "a"), ("b", "a"))])
def test_a_cycle_leaves_no_table_out(edges: tuple[tuple[str, str], ...]) -> None:
    order = load_order(graph(*edges))
    assert sorted(order) == sorted({name for edge in edges for name in edge})
    assert order.index("a") < order.index(edges[-1][0])
