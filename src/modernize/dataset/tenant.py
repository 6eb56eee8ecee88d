"""One tenant: its number, its clock, its ids, its random values, and who it is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import TypeVar
from uuid import UUID

from modernize.dataset import definition, story
from reseed.seed import Stream, stable_id

Value = TypeVar("Value")

DEMO = 0
ROWS_PER_TENANT = 4096
"""Each tenant has this many row numbers in every stream, so no tenant's values depend on another's size."""

_DEMO_USERS = {
    "manager": definition.DEMO_USER_ID,
    "analyst": definition.ANALYST_USER_ID,
    "viewer": definition.VIEWER_USER_ID,
    "admin": definition.CLIENT_ADMIN_USER_ID,
}


@dataclass(frozen=True, slots=True)
class Company:
    """Who a tenant is. `code` begins its host names, `network` its addresses
    (`10.20`), `site` its data centres."""

    name: str
    slug: str
    code: str
    domain: str
    industry: str
    employees: int
    headquarters: str
    site: str
    network: str


@dataclass(frozen=True)
class Tenant:
    """Tenant `number` of the dataset; 0 is the demo tenant."""

    seed: int
    as_of: datetime
    number: int

    @property
    def is_demo(self) -> bool:
        return self.number == DEMO

    @cached_property
    def account_id(self) -> UUID:
        return definition.DEMO_CLIENT_ID if self.is_demo else stable_id("client_accounts", self.number)

    @cached_property
    def engagement_id(self) -> UUID:
        return definition.DEMO_ENGAGEMENT_ID if self.is_demo else self.id("engagements", "main")

    def user_id(self, role: str) -> UUID:
        """Id of the user with a role: `manager`, `analyst`, `viewer` or `admin`."""
        return _DEMO_USERS[role] if self.is_demo else self.id("users", role)

    def id(self, table: str, *natural_key: str | int) -> UUID:
        """Id of a row of this tenant."""
        return stable_id(table, str(self.account_id), *natural_key)

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
        """This tenant's row numbers 0..`count`-1 in any stream."""
        if count > ROWS_PER_TENANT:
            raise ValueError(f"a tenant has {ROWS_PER_TENANT} row numbers, {count} asked for")
        first = self.number * ROWS_PER_TENANT
        return range(first, first + count)

    def pick(self, table: str, column: str, options: Sequence[Value]) -> Value:
        """One option for the tenant as a whole."""
        return self.stream(table, column).choice(self.rows(1), options)[0]

    def between(self, table: str, column: str, low: int, high: int) -> int:
        """One integer in `[low, high]` for the tenant as a whole."""
        return int(self.stream(table, column).integers(self.rows(1), low, high)[0])

    @cached_property
    def company(self) -> Company:
        return _DEMO_COMPANY if self.is_demo else _company(self)


_DEMO_COMPANY = Company(
    name="DemoCorp",
    slug="democorp",
    code="dmc",
    domain="democorp.com",
    industry="Retail and logistics",
    employees=4200,
    headquarters="Columbus, Ohio",
    site="Columbus",
    network="10.20",
)


def _company(tenant: Tenant) -> Company:
    """A company whose name no other tenant has: the tenant's number, scrambled, read as three digits of words."""
    words = story.people().others
    firsts, seconds, forms = words.first_words, words.second_words, words.legal_forms
    combinations = len(firsts) * len(seconds) * len(forms)
    # 7919 is prime and no factor of the number of combinations, so the scrambling is one to one.
    round_, place = divmod(tenant.number - 1, combinations)
    rest, first = divmod(place * 7919 % combinations, len(firsts))
    form, second = divmod(rest, len(seconds))
    stem = f"{firsts[first]} {seconds[second]}"
    name = f"{stem} {forms[form]}" + (f" {round_ + 1}" if round_ else "")
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    city = tenant.pick("client_accounts", "headquarters", words.cities)
    return Company(
        name=name,
        slug=slug,
        code=stem.replace(" ", "")[:3].lower(),
        domain=f"{slug}.example",
        industry=tenant.pick("client_accounts", "industry", words.industries),
        employees=tenant.between("client_accounts", "employee_count", 300, 12000),
        headquarters=city,
        site=city.split(",")[0],
        network=f"10.{tenant.between('client_accounts', 'network', 16, 199)}",
    )
