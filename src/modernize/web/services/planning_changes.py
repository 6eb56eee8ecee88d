"""Changes of the plan: an asset moves in another wave, or goes another way (6R). Whole or not at all.

An asset's wave stands in two places that the database holds together, `assets.migration_wave_id` and
`wave_assignments`; its strategy in two as well, `assets.six_r_strategy` and the accepted assessment.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from modernize.models import Asset, AssetDependency, MigrationWave, SixrAssessment, WaveAssignment
from modernize.models.enums import (
    AssessmentStatus,
    AssetType,
    AssignmentStatus,
    Criticality,
    EffortSize,
    SixrStrategy,
)
from modernize.web.access.caller import Caller, Work
from modernize.web.errors import Conflict, Invalid
from modernize.web.services.ownership import among, own
from modernize.web.services.planning import STAYING, accepted, one_wave, rows
from modernize.web.services.planning_facts import OVER, Change, warnings_of
from modernize.web.services.planning_warnings import PlanWarning
from modernize.web.services.text import LONGEST_NOTE, unfit

SHORTEST_RATIONALE = 40
"""Characters: a sentence that somebody understands in a year."""

_ORDER = (AssetType.NETWORK_DEVICE, AssetType.SERVER, AssetType.DATABASE, AssetType.APPLICATION)
"""What carries others moves first."""

_UNDER_WAY = (AssignmentStatus.IN_PROGRESS, AssignmentStatus.MIGRATED)
_SIZES = ((1.5, EffortSize.XS), (4.0, EffortSize.S), (10.0, EffortSize.M), (25.0, EffortSize.L))

# Where nobody has assessed an asset before, its scores follow from how much hangs on it.
_VALUE = {Criticality.CRITICAL: 90, Criticality.HIGH: 75, Criticality.MEDIUM: 55, Criticality.LOW: 25}
_RISK = {Criticality.CRITICAL: 70, Criticality.HIGH: 50, Criticality.MEDIUM: 35, Criticality.LOW: 15}
_FIT = 60
_MOST = 95


@dataclass(frozen=True, slots=True)
class Decision:
    """Why an asset goes its way, in a person's words.

    Attributes:
        confidence: 0.5 to 0.99. effort_days: of work.
        wave_id: the wave it then moves in; None for no wave, or the one it is in if that remains possible.
    """

    strategy: SixrStrategy
    rationale: str
    confidence: Decimal
    effort_days: Decimal
    wave_id: UUID | None = None


def move(
    caller: Caller, seen: Mapping[UUID, datetime], wave_id: UUID | None, note: str = ""
) -> list[PlanWarning]:
    """Let assets move in a wave, or in none; answers what now speaks against the plan.

    Args:
        seen: asset -> `updated_at` as the person saw it.

    Raises:
        NotFound: no such asset or wave. Conflict: somebody changed one since, it is under way, or the wave is over.
        Invalid: no asset is named, or one is to be retained or retired, or the note cannot be stored.
    """
    with caller.working("planning:write") as work:
        if not seen:
            raise Invalid("No asset is named, expected at least one to move.")
        if problems := unfit("The note", note, LONGEST_NOTE, lines=True):
            raise Invalid(problems[0], problems=tuple(problems))
        _lock_waves(work)
        assets = rows(work, list(seen), lock=True)
        _require_unchanged(assets, seen)
        wave = one_wave(work, wave_id) if wave_id else None
        if wave:
            _require_open(wave)
            _require_moving(assets)
        _require_not_under_way(work, [asset for asset in assets if asset["migration_wave_id"] != wave_id])
        for asset in assets:
            _place(work, asset, wave, note)
        return warnings_of(work, Change(frozenset(seen), wave_id))


def decide(caller: Caller, asset_id: UUID, seen: datetime, decision: Decision) -> list[PlanWarning]:
    """Let an asset go another way: the accepted case is superseded by the person's own, accepted at once.

    What is to be retained or retired leaves its wave.

    Raises:
        NotFound: no such asset or wave. Conflict: somebody changed it since, or it is under way.
        Invalid: what the decision says breaks a rule.
    """
    with caller.working("planning:write") as work:
        _require_sound(decision)
        _lock_waves(work)
        asset = rows(work, [asset_id], lock=True)[0]
        _require_unchanged([asset], {asset_id: seen})
        _require_not_under_way(work, [asset])
        before = accepted(work, asset_id)
        stays = decision.strategy in STAYING
        wave_id = None if stays else decision.wave_id or asset["migration_wave_id"]
        changes = wave_id != asset["migration_wave_id"]
        wave = one_wave(work, wave_id) if wave_id and changes else None
        if wave:
            _require_open(wave)
        elif changes:
            _place(work, asset, None)
        work.connection.execute(
            sa.update(Asset)
            .where(*own(Asset, work), Asset.id == asset_id)
            .values(six_r_strategy=decision.strategy, updated_at=sa.func.clock_timestamp())
        )
        if wave:
            _place(work, asset, wave)
        if before:
            work.connection.execute(
                sa.update(SixrAssessment)
                .where(*own(SixrAssessment, work), SixrAssessment.id == before["id"])
                .values(status=AssessmentStatus.SUPERSEDED)
            )
        work.connection.execute(sa.insert(SixrAssessment).values(_case(work, asset, before, decision)))
        return warnings_of(work, Change(frozenset([asset_id]), wave_id, decision.strategy))


def _lock_waves(work: Work) -> None:
    """Changes of one plan come one after the other, so that places in the order of a move stay without gaps."""
    work.connection.execute(
        sa.select(MigrationWave.id)
        .where(*own(MigrationWave, work))
        .order_by(MigrationWave.id)
        .with_for_update()
    ).all()


def _require_unchanged(assets: Sequence[Mapping[str, Any]], seen: Mapping[UUID, datetime]) -> None:
    for asset in assets:
        if asset["updated_at"] != _in_utc(seen[asset["id"]]):
            raise Conflict(
                f"{asset['name']} was changed by somebody else at {asset['updated_at']:%H:%M:%S} UTC on "
                f"{asset['updated_at']:%d %B %Y}, after you opened it. Look at it again, then decide."
            )


def _require_not_under_way(work: Work, assets: Sequence[Mapping[str, Any]]) -> None:
    names = {asset["id"]: asset["name"] for asset in assets}
    found = work.connection.execute(
        sa.select(WaveAssignment.asset_id, WaveAssignment.status).where(
            *own(WaveAssignment, work),
            among(WaveAssignment.asset_id, list(names)),
            WaveAssignment.status.in_(_UNDER_WAY),
        )
    ).first()
    if found:
        raise Conflict(
            f"The move of {names[found.asset_id]} is {found.status.replace('_', ' ')}; it cannot change now."
        )


def _in_utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _require_open(wave: Mapping[str, Any]) -> None:
    if wave["status"] in OVER:
        raise Conflict(
            f"Wave {wave['sequence']}, {wave['name']}, is {wave['status']}. Choose one still to come."
        )


def _require_moving(assets: Sequence[Mapping[str, Any]]) -> None:
    for asset in assets:
        if asset["six_r_strategy"] in STAYING:
            raise Invalid(
                f"{asset['name']} is to {asset['six_r_strategy']}, so it moves in no wave. Change its strategy first."
            )


def _require_sound(decision: Decision) -> None:
    problems = unfit("The rationale", decision.rationale, LONGEST_NOTE, lines=True)
    if len(decision.rationale.strip()) < SHORTEST_RATIONALE:
        problems.append(
            f"The rationale has {len(decision.rationale.strip())} characters, expected at least {SHORTEST_RATIONALE}."
        )
    if not Decimal("0.5") <= decision.confidence <= Decimal("0.99"):
        problems.append(f"The confidence is {decision.confidence:.0%}, expected 50 % to 99 %.")
    if not 0 < decision.effort_days <= 1000:
        problems.append(f"The effort is {decision.effort_days} days, expected more than 0 and at most 1,000.")
    if problems:
        raise Invalid(problems[0], problems=tuple(problems))


def _place(work: Work, asset: Mapping[str, Any], wave: Mapping[str, Any] | None, note: str = "") -> None:
    """Take an asset out of its wave, closing the gap, and put it into another at the place of its type."""
    wave_id = wave["id"] if wave else None
    here = (*own(WaveAssignment, work), WaveAssignment.asset_id == asset["id"])
    before = (
        work.connection.execute(sa.select(WaveAssignment.__table__).where(*here)).mappings().one_or_none()
    )
    if before and before["migration_wave_id"] == wave_id:
        return
    if before:
        work.connection.execute(sa.delete(WaveAssignment).where(*here))
        _shift(work, before["migration_wave_id"], before["move_order"], -1)
    work.connection.execute(
        sa.update(Asset)
        .where(*own(Asset, work), Asset.id == asset["id"])
        # Not now(), which is the transaction's: of two changes in one second the later one must look later.
        .values(migration_wave_id=wave_id, updated_at=sa.func.clock_timestamp())
    )
    if wave:
        _assign(work, asset, wave, note)


def _assign(work: Work, asset: Mapping[str, Any], wave: Mapping[str, Any], note: str) -> None:
    earlier = _ORDER[: _ORDER.index(asset["asset_type"]) + 1]
    last = work.connection.scalar(
        sa.select(sa.func.max(WaveAssignment.move_order))
        .join(Asset, sa.and_(*own(Asset, work), Asset.id == WaveAssignment.asset_id))
        .where(
            *own(WaveAssignment, work),
            WaveAssignment.migration_wave_id == wave["id"],
            Asset.asset_type.in_(earlier),
        )
    )
    place = (last or 0) + 1
    _shift(work, wave["id"], place - 1, 1)
    work.connection.execute(
        sa.insert(WaveAssignment).values(
            client_account_id=work.identity.client_account_id,
            engagement_id=work.identity.engagement_id,
            migration_wave_id=wave["id"],
            asset_id=asset["id"],
            move_order=place,
            scheduled_on=wave["cutover_starts_at"].date()
            if wave["cutover_starts_at"]
            else wave["planned_start"],
            note=note.strip() or None,
            assigned_by=work.identity.user_id,
        )
    )


def _shift(work: Work, wave_id: UUID, after: int, by: int) -> None:
    """Move every place after one in a wave's order."""
    work.connection.execute(
        sa.update(WaveAssignment)
        .where(
            *own(WaveAssignment, work),
            WaveAssignment.migration_wave_id == wave_id,
            WaveAssignment.move_order > after,
        )
        .values(move_order=WaveAssignment.move_order + by)
    )


def _case(
    work: Work, asset: Mapping[str, Any], before: Mapping[str, Any] | None, decision: Decision
) -> dict[str, Any]:
    """The row of a decision. What was known of the asset stays known; the way it went becomes an alternative."""
    days = decision.effort_days
    costs = (asset["monthly_cost"], asset["cloud_monthly_cost"])
    return {
        "client_account_id": work.identity.client_account_id,
        "engagement_id": work.identity.engagement_id,
        "asset_id": asset["id"],
        "strategy": decision.strategy,
        "status": AssessmentStatus.ACCEPTED,
        "rationale": decision.rationale.strip(),
        "confidence": decision.confidence,
        **_scores(work, asset, before, decision.strategy),
        "effort_days": days,
        "effort_size": next((size for most, size in _SIZES if days <= most), EffortSize.XL),
        "monthly_saving": None if None in costs else costs[0] - costs[1],
        "alternatives": _alternatives(before, decision.strategy),
        "assumptions": [],
        "assessed_by": work.identity.full_name,
        "approved_by": work.identity.user_id,
        "approved_at": sa.func.now(),
    }


def _scores(
    work: Work, asset: Mapping[str, Any], before: Mapping[str, Any] | None, strategy: SixrStrategy
) -> dict[str, int]:
    if before:
        kept = {name: before[name] for name in ("business_value_score", "complexity_score", "risk_score")}
        known = {
            str(other.get("strategy")): other.get("technical_fit_score") for other in before["alternatives"]
        }
        fit = known.get(strategy)
        return {**kept, "technical_fit_score": before["technical_fit_score"] if fit is None else int(fit)}
    edge = AssetDependency
    number = work.connection.scalar(
        sa.select(sa.func.count()).where(
            *own(edge, work), sa.or_(edge.source_asset_id == asset["id"], edge.target_asset_id == asset["id"])
        )
    )
    return {
        "business_value_score": _VALUE[asset["criticality"]],
        "technical_fit_score": _FIT,
        "complexity_score": min(_MOST, 12 + 7 * (number or 0)),
        "risk_score": _RISK[asset["criticality"]],
    }


def _alternatives(before: Mapping[str, Any] | None, strategy: SixrStrategy) -> list[dict[str, Any]]:
    if before is None:
        return []
    former = {"strategy": str(before["strategy"]), "technical_fit_score": before["technical_fit_score"]}
    return [one for one in (former, *before["alternatives"]) if one.get("strategy") != strategy]
