"""What each chart of Analytics draws, and where each of its pieces leads."""

from __future__ import annotations

from urllib.parse import urlencode

from modernize.importing.reasons import title
from modernize.models.enums import AssetType
from modernize.web.look import parts
from modernize.web.look.bars import Bar, Bars
from modernize.web.look.charts import COLOURS
from modernize.web.services.analytics import Analysis, Costs

_GOOD, _WARN, _BAD = "var(--c1)", "var(--c6)", "var(--bad)"
_UNKNOWN = "var(--c5)"
_PLAIN, _NOW, _CLOUD = "var(--c4)", "var(--c4)", "var(--c1)"


def units(found: Analysis) -> Bars:
    """Assets of each business unit, by type."""
    plural = {kind: f"{parts.words(kind)}s" for kind in AssetType}
    bars = [
        Bar(
            unit.name or "No business unit",
            [
                (number, _assets(_of_unit(unit.name), asset_type=kind))
                for kind, number in unit.by_type.items()
            ],
            href=_assets(_of_unit(unit.name)),
            after=(parts.number(unit.costs.assets),),
        )
        for unit in found.units
    ]
    series = [(plural[kind], colour) for kind, colour in zip(AssetType, COLOURS, strict=False)]
    return Bars("Assets by business unit and type", "Business unit", series, bars, after=("All",))


def support(found: Analysis) -> Bars:
    """Assets by operating system and by how long the vendor supports it."""
    today, horizon = found.today.isoformat(), found.horizon.isoformat()
    with_unknown = any(each.unknown for each in found.systems)
    bars = []
    for each in found.systems:
        name = {"os_name": each.os_name, **({"os_family": each.os_family} if each.os_family else {})}
        pieces = [
            (each.ended, _assets(name, end_of_life_before=today)),
            (each.ending, _assets(name, end_of_life_from=today, end_of_life_before=horizon)),
            (each.supported, _assets(name, end_of_life_from=horizon)),
            *([(each.unknown, _assets(name, without="os_end_of_life"))] if with_unknown else []),
        ]
        bars.append(Bar(each.os_name, pieces, href=_assets(name), after=(parts.number(each.assets),)))
    series = [
        ("Out of support", _BAD),
        ("Ends within 12 months", _WARN),
        ("Supported longer", _GOOD),
        *([("Not known", _UNKNOWN)] if with_unknown else []),
    ]
    label = f"Assets by operating system and end of support, as of {today}"
    return Bars(label, "Operating system", series, bars, after=("All",))


def strategy_costs(found: Analysis) -> Bars:
    """Cost now and in the cloud by 6R strategy, the dearest first."""
    groups = [
        (
            parts.words(each.strategy) if each.strategy else "Undecided",
            _assets({"six_r_strategy": each.strategy} if each.strategy else {"without": "six_r_strategy"}),
            each.costs,
        )
        for each in found.strategies
    ]
    return _costs("Cost a month now and in the cloud, by 6R strategy", "6R strategy", groups)


def unit_costs(found: Analysis) -> Bars:
    """Cost now and in the cloud by business unit, the dearest first."""
    groups = [
        (each.name or "No business unit", _assets(_of_unit(each.name)), each.costs) for each in found.units
    ]
    return _costs("Cost a month now and in the cloud, by business unit", "Business unit", groups)


def quality(found: Analysis) -> Bars:
    """Rows of each import: accepted, refused, not read yet."""
    with_unread = any(each.unread for each in found.imports)
    bars = []
    for each in found.imports:
        whole = f"/imports?import_id={each.id}"
        pieces: list[tuple[float, str]] = [
            (each.accepted, f"{whole}&result=valid#records"),
            (each.refused, f"{whole}&result=refused#records"),
            *([(float(each.unread), whole)] if with_unread else []),
        ]
        share = f"{each.refused / each.total:.1%}" if each.total else "–"
        bars.append(Bar(each.name, pieces, href=whole, after=(parts.number(each.total), share)))
    series = [
        ("Accepted", _GOOD),
        ("Refused", _BAD),
        *([("Not read yet", _UNKNOWN)] if with_unread else []),
    ]
    return Bars(
        "Rows accepted and refused, by import", "Import", series, bars, after=("All", "Refused share")
    )


def reasons(found: Analysis) -> Bars:
    """How many rows each reason refused."""
    bars = []
    for each in found.reasons:
        href = f"/imports?{urlencode({'result': 'refused', 'reason': each.code})}#records"
        bars.append(Bar(title(each.code), [(each.rows, href)], href=href))
    return Bars("Rows refused, by reason", "Reason", [("Rows", _PLAIN)], bars)


def _costs(label: str, of: str, groups: list[tuple[str, str, Costs]]) -> Bars:
    dearest = sorted(groups, key=lambda group: -group[2].estimated_now)
    bars = [
        Bar(
            name,
            [(costs.estimated_now, href), (costs.cloud, href)],
            href=href,
            after=(parts.money(costs.saving), parts.number(costs.estimated)),
        )
        for name, href, costs in dearest
    ]
    series = [("Now", _NOW), ("In the cloud", _CLOUD)]
    return Bars(label, of, series, bars, stacked=False, unit="money", after=("Saving", "Assets"))


def _of_unit(name: str | None) -> dict[str, str]:
    return {"business_unit": name} if name else {"without": "business_unit"}


def _assets(filters: dict[str, str], **more: str) -> str:
    return f"/assets?{urlencode({**filters, **more})}"
