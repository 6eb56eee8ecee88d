"""Who a tenant is: the words that only it has, for any range of tenants at once.

Every word is a pure function of the seed and the tenant's number, so tenants can be named in any order, some at a time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from modernize.dataset import story
from reseed.seed import Stream

DEMO = 0
"""Number of the demo tenant."""


@dataclass(frozen=True, slots=True)
class Company:
    """Who a tenant is. `code` begins its host names, `network` its addresses (`10.20`), `site` its data centres."""

    name: str
    slug: str
    code: str
    domain: str
    industry: str
    headquarters: str
    site: str
    network: str


WORDS = tuple(Company.__slots__)

DEMO_COMPANY = Company(
    name="DemoCorp",
    slug="democorp",
    code="dmc",
    domain="democorp.com",
    industry="Retail and logistics",
    headquarters="Columbus, Ohio",
    site="Columbus",
    network="10.20",
)


def companies(seed: int, tenants: range) -> list[Company]:
    """The companies of some tenants. No two have the same name: a tenant's number, scrambled, is read as three words.

    Codes have three letters and networks five characters each, so that what is measured in bytes (the place of a fault
    in a file) is the same for all.
    """
    words = story.people().others
    cities = Stream(seed, "client_accounts", "headquarters").choice(tenants, words.cities)
    industries = Stream(seed, "client_accounts", "industry").choice(tenants, words.industries)
    networks = Stream(seed, "client_accounts", "network").integers(tenants, 21, 98)
    return [
        DEMO_COMPANY if number == DEMO else _company(number, city, industry, int(network))
        for number, city, industry, network in zip(tenants, cities, industries, networks, strict=True)
    ]


def people(seed: int, purpose: str, tenants: range, own: str) -> list[str]:
    """The name of one person of each tenant.

    Args:
        purpose: what names are drawn for, such as `head of FIN`. own: the person at the demo tenant.
    """
    others = story.people().others
    given = Stream(seed, "people", f"given name of {purpose}").choice(tenants, others.given)
    family = Stream(seed, "people", f"family name of {purpose}").choice(tenants, others.family)
    return [
        own if number == DEMO else f"{first} {last}"
        for number, first, last in zip(tenants, given, family, strict=True)
    ]


def persons() -> Mapping[str, str]:
    """Purpose -> the demo tenant's person, for everybody whom rows name."""
    named = {f"member {member.key}": member.name for member in story.members()}
    for department in story.people().departments.values():
        named[f"head of {department.code}"] = department.head
        named[f"systems of {department.code}"] = department.systems
    return named


def variants(seed: int, tenants: range, variants: int) -> Sequence[int]:
    """Which variant of the story each tenant lives: 0 for the demo tenant, 1 to `variants` for the others."""
    drawn = Stream(seed, "client_accounts", "variant").integers(tenants, 1, variants)
    return [DEMO if number == DEMO else int(variant) for number, variant in zip(tenants, drawn, strict=True)]


def _company(number: int, city: str, industry: str, network: int) -> Company:
    words = story.people().others
    firsts, seconds, forms = words.first_words, words.second_words, words.legal_forms
    combinations = len(firsts) * len(seconds) * len(forms)
    # 7919 is prime and no factor of the number of combinations, so the scrambling is one to one.
    round_, place = divmod(number - 1, combinations)
    rest, first = divmod(place * 7919 % combinations, len(firsts))
    form, second = divmod(rest, len(seconds))
    stem = f"{firsts[first]} {seconds[second]}"
    name = f"{stem} {forms[form]}" + (f" {round_ + 1}" if round_ else "")
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    return Company(
        name=name,
        slug=slug,
        code=stem.replace(" ", "")[:3].lower(),
        domain=f"{slug}.example",
        industry=industry,
        headquarters=city,
        site=city.split(",")[0],
        network=f"10.{network}",
    )
