"""Rows of the dataset's tenants as the tests look at them, with documents read from their text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import UUID

import numpy as np
import pyarrow as pa
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from modernize.dataset import demo_dataset

AS_OF = datetime(2026, 1, 15, 9, tzinfo=UTC)
DATASET = demo_dataset(20260115, AS_OF)

Row = dict[str, Any]


@cache
def rows(table: str, tenant: int) -> tuple[Row, ...]:
    """All rows of a table for one tenant; not to be changed."""
    batch = DATASET.batch(table, range(tenant, tenant + 1))
    documents = [field.name for field in batch.schema if isinstance(field.type, pa.JsonType)]
    found: list[Row] = batch.to_pylist()
    for row in found:
        row.update({name: json.loads(row[name]) for name in documents if row[name] is not None})
    return tuple(found)


def by_id(tenant: int) -> Mapping[UUID, Row]:
    """A tenant's assets by id."""
    return {row["id"]: row for row in rows("assets", tenant)}


def edges(tenant: int, *types: str) -> list[Row]:
    """A tenant's dependencies, of some types or all."""
    return [row for row in rows("asset_dependencies", tenant) if not types or row["dependency_type"] in types]


def cycles(tenant: int) -> list[set[str]]:
    """Strongly connected components of more than one asset by the assets' names, small ones first."""
    assets, known = rows("assets", tenant), edges(tenant)
    place = {row["id"]: number for number, row in enumerate(assets)}
    ends = [[place[edge[f"{end}_asset_id"]] for edge in known] for end in ("source", "target")]
    graph = coo_matrix((np.ones(len(known)), (ends[0], ends[1])), shape=(len(assets), len(assets)))
    _, labels = connected_components(graph, directed=True, connection="strong")
    groups: dict[int, set[str]] = {}
    for row, label in zip(assets, labels, strict=True):
        groups.setdefault(int(label), set()).add(row["name"])
    return sorted((group for group in groups.values() if len(group) > 1), key=len)
