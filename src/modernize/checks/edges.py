"""The dependency graph of every tenant: edges as numbers, and names only for the few assets that are talked about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt

from reseed.database import Connection, dict_rows, sql, without_row_security
from reseed.site import Site
from reseed.validate import FLAG, ID, circles, components, fixed_columns, numbered, read_queries

SQL = read_queries(Path(__file__).with_name("dependencies.sql"))


@dataclass(frozen=True)
class Edges:
    """Every dependency whose two assets exist.

    Attributes:
        ids: the assets, as bytes of their ids. sources, targets: places in that list, one for each edge.
        demo: whether it is an edge of the demo tenant. intended: whether it is declared as part of a cycle.
    """

    ids: Sequence[bytes]
    sources: npt.NDArray[np.int32]
    targets: npt.NDArray[np.int32]
    demo: npt.NDArray[np.bool_]
    intended: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.sources)

    @cached_property
    def component_of(self) -> npt.NDArray[np.int32]:
        """The strongly connected component of each asset."""
        return components(self.sources, self.targets, len(self.ids))

    @cached_property
    def on_a_cycle(self) -> npt.NDArray[np.bool_]:
        """For each edge, whether it lies on a cycle."""
        found: npt.NDArray[np.bool_] = self.component_of[self.sources] == self.component_of[self.targets]
        return found

    @cached_property
    def cycles(self) -> list[npt.NDArray[np.intp]]:
        """The assets of each cycle, as places in `ids`; two cycles that share an asset are one."""
        return circles(self.sources, self.targets, self.component_of)

    def of_demo(self) -> Edges:
        """The demo tenant's edges alone."""
        return Edges(
            self.ids,
            self.sources[self.demo],
            self.targets[self.demo],
            self.demo[self.demo],
            self.intended[self.demo],
        )


def edges(site: Site, connection: Connection) -> Edges:
    """Every dependency of every tenant, read once for all questions about them."""
    return site.once("edges", lambda: _read(site, connection))


def assets(connection: Connection, known: Edges, places: Iterable[int]) -> dict[int, dict[str, Any]]:
    """Place -> name and wave of some assets."""
    wanted = {UUID(bytes=known.ids[place]): int(place) for place in places}
    found = dict_rows(connection, sql.SQL(SQL["assets"].sql), {"ids": list(wanted)})
    return {wanted[row["id"]]: row for row in found}


def _read(site: Site, connection: Connection) -> Edges:
    with without_row_security(connection):
        found = fixed_columns(
            connection,
            sql.SQL(SQL["edges"].sql),
            {"tenant": site.dataset.tenant_id(0)},
            {"source": ID, "target": ID, "demo": FLAG, "intended": FLAG},
        )
    ids, (sources, targets) = numbered(found["source"], found["target"])
    return Edges(ids, sources, targets, found["demo"].copy(), found["intended"].copy())
