"""Whose rows a run shows. A run rebuilds the whole database, but the rows in it are those of one client account.

Only two kinds of members may open runs at all (`run:read`), and only in the account whose data the run makes: its
files hold that account's import files and query results. Members of other accounts see no run. What a finding says
about a row of another account, of a leak for example, is withheld here, and the reports that repeat it are not offered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from modernize.models.base import TENANT


def seeded_account() -> UUID:
    """The client account whose rows this project's runs make."""
    # Part of the dataset, whose libraries take a second to import; the console needs nothing else of it.
    from modernize.dataset.definition import DEMO_CLIENT_ID

    return DEMO_CLIENT_ID


def is_foreign(row: Mapping[str, Any], account: UUID) -> bool:
    """Whether an offending row names another client account than this one."""
    return any(_names_another(value, account) for key, value in row.items() if TENANT in key)


def own_rows(rows: Sequence[Mapping[str, Any]], account: UUID) -> tuple[tuple[Mapping[str, Any], ...], str]:
    """The rows that may be shown, and a sentence about those that are not."""
    own = tuple(row for row in rows if not is_foreign(row, account))
    hidden = len(rows) - len(own)
    if not hidden:
        return own, ""
    return own, f"{hidden} of {len(rows)} rows name another client account and are not shown."


def _names_another(value: object, account: UUID) -> bool:
    if value is None:
        return False
    try:
        return UUID(str(value)) != account
    except ValueError:
        return True
