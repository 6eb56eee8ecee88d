"""One discovery flow: where it stands, why it failed, its phases, and what its agents did and noticed."""

from __future__ import annotations

from uuid import UUID

from fastapi import Request
from nicegui import ui

from modernize.models.enums import DiscoveryPhase, FlowStatus, PhaseStatus
from modernize.web.access.caller import Caller
from modernize.web.errors import NotFound
from modernize.web.look import parts
from modernize.web.look.acting import ask
from modernize.web.look.frame import page
from modernize.web.look.moments import moment
from modernize.web.look.words import took
from modernize.web.pages.flow_crews import crews
from modernize.web.pages.flow_error import failure
from modernize.web.pages.flow_insights import cards
from modernize.web.pages.flow_steps import SIGNS, share, stepper
from modernize.web.services import flows
from modernize.web.services.flow_records import FlowDetail, FlowLine, Phase

STYLE = '<link rel="stylesheet" href="/look/flows.css">'


@page("/flows/{flow_id}")
async def flow(caller: Caller, request: Request) -> None:
    ui.add_head_html(STYLE)
    parts.link("All discovery flows", "/flows")
    detail = await ask(flows.one_flow, caller, _id(request.path_params["flow_id"]))
    ui.page_title(f"{detail.flow.name} · Modernize")
    _head(caller, detail)
    if detail.flow.status is FlowStatus.FAILED:
        failure(detail)
    _phases(detail)
    _insights(caller, detail)
    crews(detail.crews)


def _id(given: str) -> UUID:
    try:
        return UUID(given)
    except ValueError:
        raise NotFound(
            f'The address names the flow "{given}", which is not an id. Choose one of the list.'
        ) from None


def _head(caller: Caller, detail: FlowDetail) -> None:
    line = detail.flow
    with parts.section(line.name, note=line.description or ""):
        with parts.box("div", "flow-head"):
            parts.chip(line.status)
            if line.assessment_ready:
                parts.chip("ready_for_assessment", "good")
            parts.text("span", f"{share(line.progress)} of the phases completed", "share")
        stepper(line.steps, label=f"Phases of {line.name}")
        parts.facts(
            {
                "Started (UTC)": moment(line.started_at),
                "Started by": line.started_by,
                **_end(line),
                "Learning scope": parts.words(detail.learning_scope),
                "Memory isolation": parts.words(detail.memory_isolation_level),
                "Ready for assessment": "Yes" if line.assessment_ready else "No",
            }
        )
        _sources(caller, detail)


def _end(line: FlowLine) -> dict[str, str]:
    if line.completed_at is None:
        return {"Completed (UTC)": "Not yet"}
    seconds = (line.completed_at - line.started_at).total_seconds()
    return {"Completed (UTC)": moment(line.completed_at), "Took": took(seconds)}


def _sources(caller: Caller, detail: FlowDetail) -> None:
    """What went in and what came out, each with its way there."""
    with parts.box("div", "flow-foot"):
        for source in detail.imports:
            with parts.box("p"):
                parts.text("span", "Imported: ", "note")
                parts.link(source.file_name, f"/imports?import_id={source.id}")
                parts.text(
                    "span", f" ({source.total_records:,} rows, {source.failed_records:,} refused)", "note"
                )
        if not detail.imports:
            with parts.box("p"):
                parts.text("span", "No file has been imported into it. ", "note")
                if caller.may("import:create") and detail.flow.waits_for_file:
                    parts.link("Upload one", "/imports")
        if detail.flow.assets:
            with parts.box("p"):
                parts.text("span", "Found: ", "note")
                many = parts.counted(detail.flow.assets, "asset")
                parts.link(many, f"/assets?discovery_flow_id={detail.flow.id}")


def _phases(detail: FlowDetail) -> None:
    with parts.section("Phases", note="Times in UTC"):
        parts.table(
            ("Phase", "Status", "Done", "Records", "Refused", "Started", "Took", "What came of it"),
            [
                (
                    f"{SIGNS[phase.status]} {parts.words(phase.phase)}",
                    _status(phase),
                    share(phase.progress),
                    phase.records_processed if phase.started_at else None,
                    phase.records_rejected if phase.started_at else None,
                    moment(phase.started_at),
                    _took(phase),
                    phase.error_message or phase.summary,
                )
                for phase in detail.phases
            ],
            caption=f"Phases of {detail.flow.name}",
            numbers=(2, 3, 4),
            name="phases",
        )


def _status(phase: Phase) -> object:
    return lambda: parts.chip(phase.status, "neutral" if phase.status is PhaseStatus.PENDING else None)


def _took(phase: Phase) -> str:
    if phase.started_at is None:
        return "–"
    if phase.finished_at is None:
        return "Waits" if phase.status is PhaseStatus.WAITING_FOR_APPROVAL else "Under way"
    return took((phase.finished_at - phase.started_at).total_seconds())


def _insights(caller: Caller, detail: FlowDetail) -> None:
    found = detail.insights
    note = f"What its agents noticed, gravest first: {len(found)}" if found else ""
    mapping = next(phase for phase in detail.phases if phase.phase is DiscoveryPhase.FIELD_MAPPING)
    waits = mapping.status is PhaseStatus.WAITING_FOR_APPROVAL
    way = "Decide on the mappings" if caller.may("mapping:review") else "See the mappings that wait"
    with parts.section(
        "Insights",
        note=note,
        actions=(lambda: parts.link(way, "/mappings?status=pending")) if waits else None,
    ):
        if found:
            cards(found, label=f"Insights of {detail.flow.name}")
        else:
            parts.empty("Nothing noticed yet", "Agents note here what a person should look at.")
