"""The case for each asset's 6R strategy: rationale, confidence, scores, effort, saving, and what else was weighed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal

from modernize.dataset import dependencies
from modernize.dataset.columns import Row
from modernize.dataset.costs import monthly_costs
from modernize.dataset.inventory import Inventory, Item
from modernize.dataset.rationale import rationale
from modernize.dataset.readiness import readiness
from modernize.dataset.tenant import Tenant
from modernize.models.enums import AssessmentStatus, AssetType, Criticality, EffortSize, SixrStrategy

_ASSESSED_MINUTES_AGO, _APPROVED_MINUTES_AGO = 320, 200
_VALUE = {Criticality.CRITICAL: 92, Criticality.HIGH: 76, Criticality.MEDIUM: 55, Criticality.LOW: 22}
_RISK = {Criticality.CRITICAL: 68, Criticality.HIGH: 52, Criticality.MEDIUM: 35, Criticality.LOW: 15}
_RISK_OF_BLOCKERS = 15
_MOST = 95

_DAYS = {
    AssetType.APPLICATION: 15.0,
    AssetType.SERVER: 3.0,
    AssetType.DATABASE: 8.0,
    AssetType.NETWORK_DEVICE: 5.0,
}
_EFFORT = {
    SixrStrategy.REHOST: 1.0,
    SixrStrategy.REPLATFORM: 1.6,
    SixrStrategy.REFACTOR: 3.0,
    SixrStrategy.REPURCHASE: 2.0,
    SixrStrategy.RETIRE: 0.4,
    SixrStrategy.RETAIN: 0.2,
}
_SIZES = ((1.5, EffortSize.XS), (4.0, EffortSize.S), (10.0, EffortSize.M), (25.0, EffortSize.L))

# What was weighed against each strategy, the better one first.
_ALTERNATIVES = {
    SixrStrategy.REHOST: (SixrStrategy.REPLATFORM, SixrStrategy.RETAIN),
    SixrStrategy.REPLATFORM: (SixrStrategy.REHOST, SixrStrategy.REFACTOR),
    SixrStrategy.REFACTOR: (SixrStrategy.REPLATFORM, SixrStrategy.REHOST),
    SixrStrategy.REPURCHASE: (SixrStrategy.REHOST, SixrStrategy.REFACTOR),
    SixrStrategy.RETIRE: (SixrStrategy.RETAIN, SixrStrategy.REHOST),
    SixrStrategy.RETAIN: (SixrStrategy.REHOST, SixrStrategy.RETIRE),
}
_ASSUMPTIONS = {
    SixrStrategy.REHOST: ["The vendor supports the same version in the cloud."],
    SixrStrategy.REPLATFORM: ["The managed service offers the version and extensions in use."],
    SixrStrategy.REFACTOR: [
        "The team keeps its size until the move is done.",
        "Sessions can be lost once, at night.",
    ],
    SixrStrategy.REPURCHASE: ["Data can be exported and imported by the new vendor's tools."],
    SixrStrategy.RETIRE: ["Nobody opens it for a month after it is switched to read-only."],
    SixrStrategy.RETAIN: ["The data centre's lease runs at least until the last wave is over."],
}


def rows(tenant: Tenant, inventory: Inventory) -> list[Row]:
    """Rows of `sixr_assessments`: one accepted assessment for each asset."""
    degrees: Counter[str] = Counter()
    for edge in dependencies.edges(inventory):
        degrees.update((edge.source, edge.target))
    costs = monthly_costs(tenant, inventory)
    spread = tenant.stream("sixr_assessments", "business_value_score").integers(
        tenant.rows(len(inventory.items)), -4, 4
    )
    return [
        _row(tenant, inventory, item, degrees[item.key], costs[item.key], int(offset))
        for item, offset in zip(inventory.items, spread, strict=True)
    ]


def _row(
    tenant: Tenant,
    inventory: Inventory,
    item: Item,
    degree: int,
    costs: tuple[Decimal, Decimal],
    offset: int,
) -> Row:
    blocked = bool(readiness(inventory, item, tenant.as_of.date()).blockers)
    complexity = min(_MOST, 12 + 7 * degree + (15 if item.type is AssetType.APPLICATION else 0))
    days = round(_DAYS[item.type] * _EFFORT[item.strategy], 1)
    assessed = tenant.before(_ASSESSED_MINUTES_AGO)
    approved = tenant.before(_APPROVED_MINUTES_AGO)
    return {
        "client_account_id": tenant.account_id,
        "engagement_id": tenant.engagement_id,
        "id": tenant.id("sixr_assessments", item.key),
        "asset_id": tenant.id("assets", item.key),
        "strategy": item.strategy,
        "status": AssessmentStatus.ACCEPTED,
        "rationale": rationale(inventory, item, tenant.as_of.date()),
        # The more hangs on an asset, the less sure one can be.
        "confidence": Decimal(95 - complexity // 4).scaleb(-2),
        "business_value_score": _VALUE[item.criticality] + offset,
        "technical_fit_score": item.fit,
        "complexity_score": complexity,
        "risk_score": min(_MOST, _RISK[item.criticality] + (_RISK_OF_BLOCKERS if blocked else 0)),
        "effort_size": next((size for most, size in _SIZES if days <= most), EffortSize.XL),
        "effort_days": Decimal(str(days)),
        "monthly_saving": costs[0] - costs[1],
        "alternatives": _alternatives(item),
        "assumptions": _ASSUMPTIONS[item.strategy],
        "assessed_by": "6R Strategist",
        "approved_by": tenant.user_id("manager"),
        "approved_at": approved,
        "created_at": assessed,
        "updated_at": approved,
    }


def _alternatives(item: Item) -> list[Mapping[str, object]]:
    """The next best two with their technical fit, always below that of the strategy chosen."""
    first, second = _ALTERNATIVES[item.strategy]
    return [
        {"strategy": first.value, "technical_fit_score": item.fit * 3 // 4},
        {"strategy": second.value, "technical_fit_score": item.fit // 2},
    ]
