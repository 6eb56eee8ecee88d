"""What a dataset is made from, measured as it is now: equal for two moments at which it makes the same rows.

A few tenants are generated and digested whole. Where there are more, some of them stand for all, together with a digest
of the source that makes them: the rows of a tenant depend on its number alone, by the same code.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from reseed.project import Project
from reseed.records import JSON
from reseed.seed.canonical import joined
from reseed.seed.dataset import Dataset
from reseed.seed.digest import expected_table
from reseed.seed.sources import sources_digest

WHOLE = 3
"""So many tenants are measured whole; of more than that, the first two and the last."""


@dataclass(frozen=True, slots=True)
class DatasetInputs:
    """The inputs of a dataset.

    Attributes:
        head: what it is asked for (seed, clock, size), and the source where not every tenant is measured.
        tables: table -> digest of the measured tenants' rows, as the generator makes them.
    """

    head: Mapping[str, JSON]
    tables: Mapping[str, str]

    def as_json(self) -> dict[str, JSON]:
        return {"head": dict(self.head), "tables": dict(self.tables)}


def dataset_inputs(project: Project, dataset: Dataset, tables: Iterable[str] | None = None) -> DatasetInputs:
    """The inputs, measured on all tables of the dataset or on some."""
    some = measured_tenants(project.tenants)
    head: dict[str, JSON] = {
        "seed": dataset.seed,
        "as_of": dataset.as_of.isoformat(),
        "tenants": project.tenants,
        "options": dict(sorted(project.dataset_options.items())),
        "sources": sources_digest(project) if len(some) < project.tenants else "",
    }
    names = dataset.definition.rows if tables is None else tables
    digests = {
        table: joined(expected_table(dataset, table, range(n, n + 1)) for n in some).hexdigest
        for table in names
    }
    return DatasetInputs(head, digests)


def measured_tenants(tenants: int) -> tuple[int, ...]:
    """Numbers of the tenants that are generated to measure a dataset of so many."""
    return tuple(range(tenants)) if tenants <= WHOLE else (0, 1, tenants - 1)
