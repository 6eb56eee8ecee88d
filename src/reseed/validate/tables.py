"""Which tables of the models the dataset fills, and which it leaves to the application at work."""

from __future__ import annotations

import sqlalchemy as sa

from reseed.errors import ProjectError
from reseed.project import Project
from reseed.seed import Dataset


def seeded_tables(project: Project) -> tuple[sa.Table, ...]:
    """Tables that the dataset fills, in load order. Every other one is declared to be unseeded.

    Raises:
        ProjectError: a table is neither seeded nor declared unseeded, or is both, or a declared one does not exist.
    """
    metadata = project.load_metadata()
    dataset: Dataset = project.load_dataset()
    seeded, left = set(dataset.definition.rows), set(project.unseeded)
    where = f"{project.root / 'reseed.toml'}: dataset.unseeded"
    if unknown := sorted(left - set(metadata.tables)):
        raise ProjectError(
            f"{where} names {', '.join(unknown)}, which the models do not have.", "Correct the name."
        )
    if both := sorted(left & seeded):
        raise ProjectError(
            f"{where} names {', '.join(both)}, which the dataset fills.",
            "Take it out of the list, or out of the dataset.",
        )
    if neither := sorted(set(metadata.tables) - seeded - left):
        raise ProjectError(
            f"The dataset has no rows for {', '.join(neither)}, expected rows for every table of the models.",
            f"Add them, or name tables that only the application at work fills in {where}.",
        )
    return tuple(table for table in metadata.sorted_tables if table.fullname in seeded)
