"""`scopes.toml` -> which scopes a role has. The one place that says who may do what."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from modernize.models.enums import AccessLevel, AccountRole

READING = frozenset({"read", "export"})
"""Verbs that change nothing."""

_SCOPE = re.compile(r"[a-z]+:[a-z]+")


@cache
def by_role() -> Mapping[AccountRole, frozenset[str]]:
    """Every role's scopes."""
    return parse(files(__package__).joinpath("scopes.toml").read_text(encoding="utf-8"))


def parse(text: str) -> Mapping[AccountRole, frozenset[str]]:
    """Read and judge the file.

    Raises:
        ValueError: a role is missing or unknown, or something is not `resource:verb`, or is named twice.
    """
    roles = tomllib.loads(text).get("roles", {})
    expected = {role.value for role in AccountRole}
    if set(roles) != expected:
        missing, unknown = sorted(expected - set(roles)), sorted(set(roles) - expected)
        raise ValueError(f"scopes.toml: roles missing: {missing}, unknown: {unknown}.")
    for role, scopes in roles.items():
        malformed = [scope for scope in scopes if not _SCOPE.fullmatch(scope)]
        if malformed or len(set(scopes)) != len(scopes):
            raise ValueError(
                f"scopes.toml: {role}: expected each resource:verb once, found {malformed or scopes}."
            )
    return {AccountRole(role): frozenset(scopes) for role, scopes in roles.items()}


@cache
def known() -> frozenset[str]:
    """Every scope that some role has."""
    return frozenset().union(*by_role().values())


def require_known(scope: str) -> str:
    """The scope itself: a scope no role has is a slip of the pen, not something to be refused quietly.

    Raises:
        ValueError: no role has it.
    """
    if scope not in known():
        raise ValueError(f'No role has the scope "{scope}"; known are {", ".join(sorted(known()))}.')
    return scope


def reads_only(scope: str) -> bool:
    """Whether what the scope allows changes nothing."""
    return scope.partition(":")[2] in READING


def allowed(role: AccountRole, level: AccessLevel | None) -> frozenset[str]:
    """The scopes of a member: those of the role, less what READ_ONLY access to the engagement takes away.

    Args:
        level: access to the engagement; None for an administrator who needs none.
    """
    scopes = by_role()[role]
    if level is not AccessLevel.READ_ONLY:
        return scopes
    return frozenset(scope for scope in scopes if reads_only(scope) or scope.startswith("user:"))
