"""Waves and 6R: everything placed once, in time, within capacity, for a reason; cycles moved together; readiness."""

from __future__ import annotations

from pathlib import Path

from modernize.checks.edges import assets, edges
from reseed.database import without_row_security
from reseed.site import Site
from reseed.validate import Answer, none_of, question, read_queries, row_fault

_SQL = read_queries(Path(__file__).with_suffix(".sql"))
_READINESS = read_queries(Path(__file__).with_name("readiness.sql"))

_ASSETS = "SELECT 1 FROM assets"
_WAVES = "SELECT 1 FROM migration_waves"
_ASSIGNMENTS = "SELECT 1 FROM wave_assignments"

# An assignment follows its asset, so it steps aside while the asset moves.
_MOVE_ONE_OF_A_CYCLE = (
    "DELETE FROM wave_assignments WHERE asset_id ="
    " (SELECT source_asset_id FROM asset_dependencies WHERE is_intended_cycle ORDER BY 1 LIMIT 1)",
    "UPDATE assets a SET migration_wave_id = (SELECT w.id FROM migration_waves w"
    " WHERE w.client_account_id = a.client_account_id AND w.sequence = 1)"
    " WHERE id = (SELECT source_asset_id FROM asset_dependencies WHERE is_intended_cycle ORDER BY 1 LIMIT 1)",
)


def _cycles_together(site: Site) -> Answer:
    with site.connect() as connection, without_row_security(connection):
        known = edges(site, connection)
        members = assets(connection, known, (place for cycle in known.cycles for place in cycle))
    split = [
        {
            "cycle": sorted(members[place]["name"] for place in cycle),
            "waves": len({members[place]["wave"] for place in cycle}),
        }
        for cycle in known.cycles
        if len({members[place]["wave"] for place in cycle}) > 1
    ]
    return Answer(0, len(split), len(known.cycles), split)


CHECKS = (
    none_of(
        "waves.in_time",
        _SQL["waves_in_time"],
        _WAVES,
        (
            row_fault(
                "let the last wave start before the first",
                "UPDATE migration_waves SET planned_start = planned_start - 365 WHERE sequence = 4",
            ),
            row_fault(
                "take the owner from a wave",
                "UPDATE migration_waves SET owner_user_id = NULL WHERE sequence = 2",
            ),
        ),
    ),
    none_of(
        "waves.capacity",
        _SQL["capacity"],
        _WAVES,
        (
            row_fault(
                "halve the team of a wave",
                "UPDATE migration_waves SET capacity = 1 WHERE sequence = 3",
            ),
        ),
    ),
    none_of(
        "waves.every_asset_placed",
        _SQL["every_asset_placed"],
        _ASSETS,
        (
            row_fault("lose an assignment", "DELETE FROM wave_assignments WHERE move_order = 1"),
            row_fault(
                "leave a retained asset without a strategy",
                "UPDATE assets SET six_r_strategy = NULL WHERE six_r_strategy = 'retain'",
            ),
        ),
    ),
    none_of(
        "waves.move_order",
        _SQL["move_order"],
        _ASSIGNMENTS,
        (
            row_fault(
                "let two assets move at the same place",
                "UPDATE wave_assignments SET move_order = 1 WHERE move_order = 2",
            ),
        ),
    ),
    question(
        "waves.cycles_together",
        "Does every circle of assets move in one wave?",
        _cycles_together,
        (row_fault("move one of a circle in another wave", *_MOVE_ONE_OF_A_CYCLE),),
        rows_only=True,
    ),
    none_of(
        "sixr.cases",
        _SQL["sixr_cases"],
        _ASSETS,
        (
            row_fault(
                "rehost what is to be refactored",
                "UPDATE assets SET six_r_strategy = 'rehost' WHERE six_r_strategy = 'refactor'",
            ),
            row_fault(
                "give no reason", "UPDATE sixr_assessments SET rationale = '' WHERE strategy = 'retire'"
            ),
            row_fault("lose cases", "DELETE FROM sixr_assessments WHERE strategy = 'repurchase'"),
        ),
    ),
    none_of(
        "sixr.savings",
        _SQL["savings"],
        "SELECT 1 FROM sixr_assessments",
        (
            row_fault(
                "promise more than the costs say",
                "UPDATE sixr_assessments SET monthly_saving = monthly_saving + 0.01 WHERE strategy = 'rehost'",
            ),
        ),
    ),
    none_of(
        "assets.readiness",
        _READINESS["readiness"],
        _ASSETS,
        (
            row_fault(
                "call a blocked asset ready",
                "UPDATE assets SET readiness_status = 'ready', readiness_score = 95, blockers = '[]'"
                " WHERE readiness_status = 'blocked'",
            ),
            row_fault(
                "add a point of readiness",
                "UPDATE assets SET readiness_score = readiness_score - 1 WHERE readiness_status = 'ready'",
            ),
            row_fault(
                "let support end in the past",
                "UPDATE assets SET os_end_of_life = '2020-01-01' WHERE asset_type = 'server' AND os_family = 'linux'",
            ),
        ),
    ),
)
