"""The application's checks: what their SQL files declare is asked, and asked in words."""

from __future__ import annotations

from pathlib import Path

import pytest

import modernize.checks
from modernize.checks import CHECKS
from reseed.validate import read_queries

FOLDER = Path(modernize.checks.__file__).parent
# Asked of by checks that judge rows in Python.
READ_BY_CHECKS = {"assets", "edges", "systems", "tenants"}


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.sql")), ids=lambda file: file.stem)
def test_every_query_is_the_question_of_a_check(file: Path) -> None:
    asked = {check.question for check in CHECKS}
    silent = [query.name for query in read_queries(file).values() if query.question not in asked]
    assert set(silent) <= READ_BY_CHECKS


def test_what_is_no_question_is_read_by_a_check() -> None:
    source = "".join(file.read_text(encoding="utf-8") for file in FOLDER.glob("*.py"))
    assert {name for name in READ_BY_CHECKS if f'SQL["{name}"]' not in source} == set()


def test_every_check_has_a_family_a_question_and_a_fault() -> None:
    names = [check.name for check in CHECKS]
    assert len(set(names)) == len(names) >= 30
    assert all("." in name for name in names)
    assert [check.name for check in CHECKS if not check.question.endswith("?") or not check.faults] == []
