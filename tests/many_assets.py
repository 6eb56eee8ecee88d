"""An inventory of 100,000 assets, and the lists that people ask of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from time import perf_counter
from typing import Any
from uuid import UUID

from tests.console import Console

NUMBER = 100_000

_FILL = b"""
INSERT INTO assets (client_account_id, engagement_id, asset_type, name, environment, criticality, hostname, ip_address,
                    os_family, os_name, os_version, business_unit, cpu_cores, memory_gb, monthly_cost, six_r_strategy,
                    readiness_status, readiness_score, migration_wave_id)
SELECT engagement.client_account_id, engagement.id, 'server', 'many-' || lpad(number::text, 6, '0'),
       (enum_range(NULL::environment))[1 + mod(number, array_length(enum_range(NULL::environment), 1))],
       (enum_range(NULL::criticality))[1 + mod(number / 7, array_length(enum_range(NULL::criticality), 1))],
       'srv-' || md5(number::text), '10.128.0.0'::inet + number,
       CASE WHEN mod(number, 3) = 0 THEN 'windows' ELSE 'linux' END::os_family,
       'System ' || mod(number, 9), '1.' || mod(number, 5), 'Unit ' || mod(number, 40),
       1 + mod(number, 64), 2 ^ mod(number, 9), mod(number, 5000),
       'rehost', 'needs_attention', mod(number, 100),
       CASE WHEN mod(number, 10) = 0 THEN waves.ids[1 + mod(number / 10, array_length(waves.ids, 1))] END
FROM engagements engagement, generate_series(1, %(number)s) number,
     (SELECT array_agg(id ORDER BY sequence) AS ids FROM migration_waves WHERE client_account_id = %(account)s) waves
WHERE engagement.client_account_id = %(account)s
"""


@dataclass(frozen=True)
class Asked:
    """One list somebody asks for.

    Attributes:
        fits: how many of the assets added are in it. alone: whether none of those there before can be.
    """

    words: str
    query: dict[str, Any] = field(default_factory=dict)
    fits: int = NUMBER
    alone: bool = False


LISTS = (
    Asked("the first page"),
    Asked("servers of one business unit", {"asset_type": "server", "business_unit": "Unit 7"}, 2_500, True),
    Asked("production, by cost", {"environment": "production", "sort": "-monthly_cost"}, 20_000),
    Asked("a search that finds one", {"search": "many-054321"}, 1, True),
    Asked("a search that finds nothing", {"search": "no such machine"}, 0, True),
    Asked("by operating system", {"sort": "os_name"}),
    Asked("by memory, largest first", {"sort": "-memory_gb"}),
    Asked("by wave", {"sort": "wave"}),
    Asked("the last page", {"offset": NUMBER - 50}),
)


def fill(console: Console, account: UUID) -> None:
    """Add the assets to a tenant, and let the planner know."""
    with console.everything() as connection:
        connection.execute(_FILL, {"number": NUMBER, "account": account})
        connection.execute("ANALYZE assets")


def seconds(client: Any, asked: Asked, times: int = 3, enough: float = 0.0) -> tuple[list[float], int]:
    """How long a list takes each time, and how many rows fit; not asked again once it took less than `enough`."""
    taken = []
    for _ in range(times):
        began = perf_counter()
        answer = client.get("/api/assets", params={"limit": 50, **asked.query})
        taken.append(perf_counter() - began)
        assert answer.status_code == 200, answer.text
        if taken[-1] < enough:
            break
    return taken, answer.json()["total"]
