"""The dependency graph: ends that fit, a chain for each application, the intended cycles and no others."""

from __future__ import annotations

import numpy as np

from modernize.checks.edges import SQL, assets, edges
from modernize.dataset.definition import CYCLES
from reseed.database import without_row_security
from reseed.site import Site
from reseed.validate import Answer, none_of, question, row_fault

_DEPENDENCIES = "SELECT 1 FROM asset_dependencies"

_SHOWN = 100
"""How many edges that are declared wrongly are looked up, to show the first of them."""


def _cycles(site: Site) -> Answer:
    """The demo tenant's cycles by name; and in every tenant an edge is declared exactly where it lies on a cycle."""
    with site.connect() as connection, without_row_security(connection):
        known = edges(site, connection)
        demo = known.of_demo().cycles
        wrong = np.flatnonzero(known.intended != known.on_a_cycle)
        shown = wrong[:_SHOWN]
        talked_of = {
            *known.sources[shown],
            *known.targets[shown],
            *(place for cycle in demo for place in cycle),
        }
        named = {place: asset["name"] for place, asset in assets(connection, known, talked_of).items()}
    undeclared = [
        {
            "source": named[known.sources[edge]],
            "target": named[known.targets[edge]],
            "declared as intended": bool(known.intended[edge]),
        }
        for edge in shown
    ]
    return Answer(
        expected={"cycles": sorted(map(sorted, CYCLES)), "edges declared wrongly": 0},
        actual={
            "cycles": sorted(sorted(named[place] for place in cycle) for cycle in demo),
            "edges declared wrongly": len(wrong),
        },
        measured=len(known),
        rows=undeclared,
        sql=SQL["edges"].sql,
    )


CHECKS = (
    none_of(
        "dependencies.ends",
        SQL["ends"],
        _DEPENDENCIES,
        (
            row_fault(
                "let an application run on a database",
                "UPDATE asset_dependencies SET dependency_type = 'runs_on' WHERE dependency_type = 'stores_data_in'",
            ),
        ),
    ),
    none_of(
        "dependencies.chains",
        SQL["chains"],
        "SELECT 1 FROM assets WHERE asset_type = 'application'",
        (
            row_fault(
                "take the database from an application",
                "DELETE FROM asset_dependencies WHERE id = (SELECT id FROM asset_dependencies"
                " WHERE dependency_type = 'stores_data_in' LIMIT 1)",
            ),
            row_fault(
                "take the server from under the databases",
                "DELETE FROM asset_dependencies WHERE dependency_type = 'hosted_on'",
            ),
        ),
    ),
    question(
        "dependencies.cycles",
        "Are the circular dependencies the intended ones, and no others?",
        _cycles,
        (
            row_fault(
                "let a database need its application",
                "INSERT INTO asset_dependencies (client_account_id, engagement_id, source_asset_id, target_asset_id,"
                " dependency_type) SELECT client_account_id, engagement_id, target_asset_id, source_asset_id, 'calls'"
                " FROM asset_dependencies WHERE dependency_type = 'stores_data_in'",
            ),
            row_fault("open every circle", "DELETE FROM asset_dependencies WHERE is_intended_cycle"),
            row_fault(
                "no longer declare the circles",
                "UPDATE asset_dependencies SET is_intended_cycle = false WHERE is_intended_cycle",
            ),
        ),
        rows_only=True,
    ),
)
