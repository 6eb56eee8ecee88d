"""The dependency graph: ends that fit, a chain for each application, the intended cycles and no others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from modernize.dataset.definition import CYCLES
from reseed.database import dict_rows, sql, without_row_security
from reseed.site import Site
from reseed.validate import Answer, cycles, none_of, question, read_queries, row_fault

_SQL = read_queries(Path(__file__).with_suffix(".sql"))

_DEPENDENCIES = "SELECT 1 FROM asset_dependencies"

Edge = dict[str, Any]


def edges(site: Site) -> list[Edge]:
    """Every dependency with the names and waves of its ends."""
    with site.connect() as connection, without_row_security(connection):
        return dict_rows(connection, sql.SQL(_SQL["edges"].sql), {"tenant": site.dataset.tenant_id(0)})


def _cycles(site: Site) -> Answer:
    """The demo tenant's cycles by name; and in every tenant an edge is declared exactly where it lies on a cycle."""
    known = edges(site)
    names = {edge[end]: edge[f"{end}_name"] for edge in known for end in ("source", "target")}
    demo = cycles((edge["source"], edge["target"]) for edge in known if edge["demo"])
    everywhere = cycles((edge["source"], edge["target"]) for edge in known)
    found = sorted(sorted(names[member] for member in cycle) for cycle in demo)
    undeclared = [
        {
            "source": edge["source_name"],
            "target": edge["target_name"],
            "declared as intended": edge["intended"],
        }
        for edge in known
        if edge["intended"] != any({edge["source"], edge["target"]} <= cycle for cycle in everywhere)
    ]
    return Answer(
        expected={"cycles": sorted(map(sorted, CYCLES)), "edges declared wrongly": 0},
        actual={"cycles": found, "edges declared wrongly": len(undeclared)},
        measured=len(known),
        rows=undeclared,
        sql=_SQL["edges"].sql,
    )


CHECKS = (
    none_of(
        "dependencies.ends",
        _SQL["ends"],
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
        _SQL["chains"],
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
    ),
)
