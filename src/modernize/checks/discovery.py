"""Discovery flows: one in each state, and phases, progress, crews and insights that tell the same story."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from reseed.seed import Dataset
from reseed.validate import none_of, read_queries, row_fault, tally

_SQL = read_queries(Path(__file__).with_suffix(".sql"))

_FLOWS = "SELECT 1 FROM discovery_flows"
_PHASES = "SELECT 1 FROM flow_phases"
_CREWS = "SELECT 1 FROM crew_states"


def _flows(dataset: Dataset) -> Mapping[str, object]:
    return dataset.seeded_ids()["flows"]


CHECKS = (
    tally(
        "flows.states",
        _SQL["states"],
        _flows,
        (
            row_fault(
                "let the flow that has just started wait",
                "UPDATE discovery_flows SET status = 'paused' WHERE status = 'initialized'",
            ),
            row_fault(
                "say that the complete flow is not ready for assessment",
                "UPDATE discovery_flows SET assessment_ready = false WHERE assessment_ready",
            ),
        ),
    ),
    none_of(
        "flows.phases_in_order",
        _SQL["phases_in_order"],
        _PHASES,
        (
            row_fault(
                "begin a phase before the one before it",
                "UPDATE flow_phases SET started_at = started_at - interval '30 days'"
                " WHERE phase = 'dependency_analysis' AND status = 'completed'",
            ),
            row_fault(
                "complete a phase that nothing leads to",
                "UPDATE flow_phases SET status = 'completed', progress = 100, started_at = now(), finished_at = now()"
                " WHERE phase = 'tech_debt_assessment' AND status = 'pending'",
            ),
            row_fault(
                "leave out the last phase",
                "DELETE FROM flow_phases WHERE phase = 'tech_debt_assessment' AND status = 'pending'",
            ),
        ),
    ),
    none_of(
        "flows.status_follows",
        _SQL["status_follows"],
        _FLOWS,
        (
            row_fault(
                "let a flow be ahead of its phases",
                "UPDATE discovery_flows SET current_phase = 'data_cleansing' WHERE current_phase = 'field_mapping'",
            ),
            row_fault(
                "blame another phase for a failure",
                "UPDATE discovery_flows SET error_phase = 'data_cleansing' WHERE status = 'failed'",
            ),
        ),
    ),
    none_of(
        "flows.progress_follows",
        _SQL["progress_follows"],
        _FLOWS,
        (
            row_fault(
                "add one percent of progress",
                "UPDATE discovery_flows SET progress = progress + 1 WHERE status = 'running'",
            ),
        ),
    ),
    none_of(
        "flows.isolation",
        _SQL["isolation"],
        _FLOWS,
        (
            row_fault(
                "let a flow learn across engagements",
                "UPDATE discovery_flows SET learning_scope = 'client' WHERE status = 'initialized'",
            ),
            row_fault(
                "open the memory of a flow",
                "UPDATE discovery_flows SET memory_isolation_level = 'open' WHERE status = 'completed'",
            ),
        ),
    ),
    none_of(
        "flows.failure_explained",
        _SQL["failure_explained"],
        "SELECT 1 FROM discovery_flows WHERE status = 'failed'",
        (
            row_fault(
                "say only that something went wrong",
                "UPDATE discovery_flows SET error_message = 'Import failed.' WHERE status = 'failed'",
            ),
            row_fault(
                "forget which rows were wrong",
                "UPDATE discovery_flows SET error_details = error_details - 'rows' WHERE status = 'failed'",
            ),
        ),
    ),
    none_of(
        "crews.fit_phases",
        _SQL["crews_fit"],
        _CREWS,
        (
            row_fault(
                "let a crew work on in a phase that is over",
                "UPDATE crew_states SET status = 'running', finished_at = NULL WHERE phase = 'data_import'"
                " AND status = 'completed'",
            ),
            row_fault(
                "take the crew from a phase that has begun",
                "DELETE FROM crew_states WHERE phase = 'tech_debt_assessment'",
            ),
        ),
    ),
    none_of(
        "crews.worked",
        _SQL["crews_worked"],
        _CREWS,
        (
            row_fault(
                "let a crew work for nothing",
                "UPDATE crew_states SET prompt_tokens = 0, completion_tokens = 0, total_tokens = 0"
                " WHERE phase = 'data_cleansing'",
            ),
            row_fault(
                "let a crew's duration contradict its times",
                "UPDATE crew_states SET duration_ms = duration_ms + 1000 WHERE status = 'completed'",
            ),
        ),
    ),
    none_of(
        "insights.fit_phases",
        _SQL["insights_fit"],
        "SELECT 1 FROM agent_insights",
        (
            row_fault(
                "let an agent notice something in a phase to come",
                "UPDATE agent_insights SET phase = 'tech_debt_assessment' WHERE phase = 'field_mapping'"
                " AND discovery_flow_id IN (SELECT id FROM discovery_flows WHERE status = 'running')",
            ),
        ),
    ),
)
