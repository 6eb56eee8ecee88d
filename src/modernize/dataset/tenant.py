"""One tenant: its number, its clock, its ids, its random values, and who it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import TypeVar
from uuid import UUID

import numpy as np

from modernize.dataset import definition
from modernize.dataset.identity import DEMO, DEMO_COMPANY, Company, companies, people, persons, variants
from modernize.dataset.marks import marks
from reseed.seed import Stream, stable_id

Value = TypeVar("Value")

MOST_VARIANTS, _FEWEST_VARIANTS = 32, 4
USUAL_ASSETS = 60
"""Assets of the demo tenant."""

MOST_ASSETS = 10_000
"""More machines than addresses would be there beyond that."""

ROWS_PER_VARIANT = 2**20
"""Each variant has this many row numbers in every stream, so no variant's values depend on another's size."""

ACCOUNT = ("client_accounts",)
"""Natural key of a tenant's own id, which those of all its rows are made from."""

FIXED_IDS = {
    ACCOUNT: definition.DEMO_CLIENT_ID,
    ("engagements", "main"): definition.DEMO_ENGAGEMENT_ID,
    ("users", "manager"): definition.DEMO_USER_ID,
    ("users", "analyst"): definition.ANALYST_USER_ID,
    ("users", "viewer"): definition.VIEWER_USER_ID,
    ("users", "admin"): definition.CLIENT_ADMIN_USER_ID,
}
"""Ids of the demo tenant that people know by heart, by natural key."""


# Sizes of another tenant's machines, and how likely each is.
_QUARTERS = (2, 3, 4, 6, 8)
_LIKELY = (1, 1, 2, 1, 1)


def variant_count(assets: int | None) -> int:
    """How many ways the story goes for tenants other than the demo tenant: fewer where each of them is long."""
    return max(_FEWEST_VARIANTS, MOST_VARIANTS * USUAL_ASSETS // max(USUAL_ASSETS, assets or 0))


def account_id(tenant: int) -> UUID:
    """Id of a tenant's client account."""
    return FIXED_IDS[ACCOUNT] if tenant == DEMO else stable_id(*ACCOUNT, tenant)


@dataclass(frozen=True)
class Tenant:
    """Tenant `number` of the dataset; 0 is the demo tenant.

    What it runs and how that went is its variant of the story, which it shares with some others: sizes, counts, costs,
    findings. Who it is, is its own: ids, names, people, addresses.

    Attributes:
        assets: how many assets a tenant other than the demo tenant has; the story's own number when None.
    """

    seed: int
    as_of: datetime
    number: int
    assets: int | None = None

    @cached_property
    def variant(self) -> int:
        return variants(self.seed, self._alone, variant_count(self.assets))[0]

    @property
    def is_demo(self) -> bool:
        """Whether it lives the story as written, without variation."""
        return self.variant == DEMO

    @cached_property
    def account_id(self) -> UUID:
        return account_id(self.number)

    @cached_property
    def engagement_id(self) -> UUID:
        return self.id("engagements", "main")

    def user_id(self, role: str) -> UUID:
        """Id of the user with a role: `manager`, `analyst`, `viewer` or `admin`."""
        return self.id("users", role)

    def id(self, table: str, *natural_key: str | int) -> UUID:
        """Id of a row of this tenant."""
        if self.number == DEMO and (fixed := FIXED_IDS.get((table, *map(str, natural_key)))):
            return fixed
        return stable_id(table, str(self.account_id), *natural_key)

    def mark(self, form: str, kind: str, *natural_key: str | int) -> str:
        """A text in one of the forms of `modernize.dataset.marks`, of a thing that the world outside has marked."""
        key = np.frombuffer(self.id(kind, *natural_key).bytes, np.uint8)
        return str(marks(form, key.reshape(1, 16))[0])

    def person(self, purpose: str) -> str:
        """The name of one of its people, by a purpose of `modernize.dataset.identity.persons`."""
        return people(self.seed, purpose, self._alone, persons()[purpose])[0]

    @cached_property
    def company(self) -> Company:
        return companies(self.seed, self._alone)[0]

    def as_demo(self, name: str) -> str:
        """A name as the demo tenant has it, so that no order and no id depends on who the tenant is."""
        own = f"{self.company.code}-"
        return f"{DEMO_COMPANY.code}-{name.removeprefix(own)}" if name.startswith(own) else name

    @cached_property
    def quarters(self) -> int:
        """The size of its machines, in quarters of the demo tenant's."""
        return self.stream("assets", "size").weighted(self.rows(1), _QUARTERS, _LIKELY)[0]

    def before(self, minutes: float) -> datetime:
        """An instant so many minutes before the as-of time."""
        return self.as_of - timedelta(minutes=minutes)

    @cached_property
    def monday(self) -> date:
        """The Monday of the as-of week, which plans count from."""
        today = self.as_of.date()
        return today - timedelta(days=today.weekday())

    def stream(self, table: str, column: str) -> Stream:
        return Stream(self.seed, table, column)

    def rows(self, count: int) -> range:
        """Row numbers 0..`count`-1 of its variant in any stream."""
        if count > ROWS_PER_VARIANT:
            raise ValueError(f"a variant has {ROWS_PER_VARIANT} row numbers, {count} asked for")
        first = self.variant * ROWS_PER_VARIANT
        return range(first, first + count)

    def pick(self, table: str, column: str, options: Sequence[Value]) -> Value:
        """One option for the variant as a whole."""
        return self.stream(table, column).choice(self.rows(1), options)[0]

    def between(self, table: str, column: str, low: int, high: int) -> int:
        """One integer in `[low, high]` for the variant as a whole."""
        return int(self.stream(table, column).integers(self.rows(1), low, high)[0])

    @property
    def _alone(self) -> range:
        return range(self.number, self.number + 1)
