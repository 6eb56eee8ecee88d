"""What the inventory adds up to: by business unit, end of support, cost now and in the cloud, and import quality."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from modernize.models import Asset, DataImport
from modernize.models.enums import AssetType, OsFamily, SixrStrategy
from modernize.web.access.caller import Caller, Work
from modernize.web.services.import_quality import Quality, latest
from modernize.web.services.ownership import own, today_of

_GROUPS, _IMPORTS = 200, 25
"""Groups of one kind, and imports, that are told apart at most; the largest and the latest ones."""


@dataclass(frozen=True, slots=True)
class Costs:
    """US dollars a month.

    Attributes:
        assets: that are meant. known: those among them whose cost today is known.
        now: cost today of these. estimated: those that have an estimate for the cloud as well.
        estimated_now, cloud: what these cost today, and after the move. saving: the difference.
    """

    assets: int
    known: int
    now: float
    estimated: int
    estimated_now: float
    cloud: float
    saving: float


@dataclass(frozen=True, slots=True)
class Unit:
    """A business unit; None for assets that belong to none."""

    name: str | None
    by_type: dict[AssetType, int]
    costs: Costs


@dataclass(frozen=True, slots=True)
class Strategy:
    """A 6R strategy; None for assets that nobody has decided on."""

    strategy: SixrStrategy | None
    costs: Costs


@dataclass(frozen=True, slots=True)
class Support:
    """Assets with one operating system, by the vendor's support. `unknown`: its last day is not known."""

    os_family: OsFamily | None
    os_name: str
    assets: int
    ended: int
    ending: int
    supported: int
    unknown: int


@dataclass(frozen=True, slots=True)
class Reason:
    """Why rows were refused, in all imports; a row can have several reasons."""

    code: str
    rows: int


@dataclass(frozen=True, slots=True)
class Analysis:
    """Everything that the page shows.

    Attributes:
        out_of_support: assets whose vendor's support ended before `today`; of `with_support` whose last day is known.
        today: the day in UTC that support is judged by. horizon: twelve months later; support that ends from
            `today` on and before it is `ending`.
        records, records_refused: of all imports, those that are not listed in `imports` as well.
    """

    today: date
    horizon: date
    total: Costs
    out_of_support: int
    with_support: int
    units: list[Unit]
    strategies: list[Strategy]
    systems: list[Support]
    records: int
    records_refused: int
    import_count: int
    imports: list[Quality]
    reasons: list[Reason]


def analysis(caller: Caller) -> Analysis:
    """The engagement's inventory and imports, added up by the database, as of today."""
    with caller.working("analytics:read") as work:
        today = today_of(work)
        horizon = a_year_after(today)
        strategies = _strategies(work)
        last_day = Asset.os_end_of_life
        support = work.connection.execute(
            sa.select(
                sa.func.count().filter(last_day < today).label("ended"),
                sa.func.count(last_day).label("known"),
            ).where(*own(Asset, work))
        ).one()
        read = work.connection.execute(
            sa.select(
                sa.func.count().label("imports"),
                sa.func.coalesce(sa.func.sum(DataImport.total_records), 0).label("records"),
                sa.func.coalesce(sa.func.sum(DataImport.failed_records), 0).label("refused"),
            ).where(*own(DataImport, work))
        ).one()
        return Analysis(
            today=today,
            horizon=horizon,
            # Every asset has one strategy or none, so their costs add up to those of all.
            total=_sum([each.costs for each in strategies]),
            out_of_support=support.ended,
            with_support=support.known,
            units=_units(work),
            strategies=strategies,
            systems=_systems(work, today, horizon),
            records=read.records,
            records_refused=read.refused,
            import_count=read.imports,
            imports=latest(work, _IMPORTS),
            reasons=_reasons(work),
        )


def a_year_after(day: date) -> date:
    """The same day of the next year; the 28th for a 29th of February."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)


def _cost_columns() -> tuple[sa.ColumnElement[Any], ...]:
    now, cloud = Asset.monthly_cost, Asset.cloud_monthly_cost
    both = sa.and_(now.is_not(None), cloud.is_not(None))
    return (
        sa.func.count().label("assets"),
        sa.func.count(now).label("known"),
        _total(now).label("now"),
        sa.func.count().filter(both).label("estimated"),
        _total(now, both).label("estimated_now"),
        _total(cloud, both).label("cloud"),
    )


def _total(amount: Any, where: sa.ColumnElement[bool] | None = None) -> sa.ColumnElement[Any]:
    added = sa.func.sum(amount)
    return sa.func.coalesce(added if where is None else added.filter(where), 0)


def _costs(row: Any) -> Costs:
    return Costs(
        assets=row.assets,
        known=row.known,
        now=float(row.now),
        estimated=row.estimated,
        estimated_now=float(row.estimated_now),
        cloud=float(row.cloud),
        saving=float(row.estimated_now - row.cloud),
    )


def _sum(costs: Sequence[Costs]) -> Costs:
    return Costs(
        assets=sum(each.assets for each in costs),
        known=sum(each.known for each in costs),
        now=round(sum(each.now for each in costs), 2),
        estimated=sum(each.estimated for each in costs),
        estimated_now=round(sum(each.estimated_now for each in costs), 2),
        cloud=round(sum(each.cloud for each in costs), 2),
        saving=round(sum(each.saving for each in costs), 2),
    )


def _strategies(work: Work) -> list[Strategy]:
    found = work.connection.execute(
        sa.select(Asset.six_r_strategy, *_cost_columns())
        .where(*own(Asset, work))
        .group_by(Asset.six_r_strategy)
        .order_by(Asset.six_r_strategy)
    )
    return [Strategy(row.six_r_strategy, _costs(row)) for row in found]


def _units(work: Work) -> list[Unit]:
    kinds = [sa.func.count().filter(Asset.asset_type == kind).label(f"of_{kind.value}") for kind in AssetType]
    found = work.connection.execute(
        sa.select(Asset.business_unit, *_cost_columns(), *kinds)
        .where(*own(Asset, work))
        .group_by(Asset.business_unit)
        .order_by(sa.func.count().desc(), Asset.business_unit)
        .limit(_GROUPS)
    )
    return [
        Unit(row.business_unit, {kind: getattr(row, f"of_{kind.value}") for kind in AssetType}, _costs(row))
        for row in found
    ]


def _systems(work: Work, today: date, horizon: date) -> list[Support]:
    last_day, count = Asset.os_end_of_life, sa.func.count
    found = work.connection.execute(
        sa.select(
            Asset.os_family,
            Asset.os_name,
            count().label("assets"),
            count().filter(last_day < today).label("ended"),
            count().filter(last_day >= today, last_day < horizon).label("ending"),
            count().filter(last_day >= horizon).label("supported"),
            count().filter(last_day.is_(None)).label("unknown"),
        )
        .where(*own(Asset, work), Asset.os_name.is_not(None))
        .group_by(Asset.os_family, Asset.os_name)
        .order_by(count().desc(), Asset.os_name)
        .limit(_GROUPS)
    )
    return [Support(**row) for row in found.mappings()]


def _reasons(work: Work) -> list[Reason]:
    """What the imports' own metrics say; a check holds these against the rows."""
    by_reason = DataImport.processing_metrics["rejected_by_reason"]
    entry = sa.func.jsonb_each_text(
        sa.case((sa.func.jsonb_typeof(by_reason) == "object", by_reason), else_=sa.text("'{}'::jsonb"))
    ).table_valued("key", "value")
    rows = sa.func.sum(sa.cast(entry.c.value, sa.Integer))
    found = work.connection.execute(
        sa.select(entry.c.key.label("code"), rows.label("rows"))
        .select_from(DataImport)
        .join(entry, sa.true())
        .where(*own(DataImport, work))
        .group_by(entry.c.key)
        .order_by(rows.desc(), entry.c.key)
    )
    return [Reason(**row) for row in found.mappings()]
