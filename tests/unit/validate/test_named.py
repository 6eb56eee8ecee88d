"""Query files: names, questions, statements; and what is wrong with one, in a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from reseed.errors import ProjectError
from reseed.validate import Query, read_queries

PACK = """\
-- What people ask.

-- name: flows
-- question: Where does every flow stand?
SELECT name -- of the flow
FROM flows
WHERE note <> ';';

-- name: assets
SELECT count(*) FROM assets
"""


def test_queries_are_read_in_order_without_their_last_semicolon(tmp_path: Path) -> None:
    file = tmp_path / "pack.sql"
    file.write_text(PACK, encoding="utf-8")
    assert list(read_queries(file).values()) == [
        Query(
            "flows",
            "Where does every flow stand?",
            "SELECT name -- of the flow\nFROM flows\nWHERE note <> ';'",
        ),
        Query("assets", "", "SELECT count(*) FROM assets"),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("SELECT 1;\n", "holds no query"),
        ("-- name: a\nSELECT 1;\n-- name: a\nSELECT 2;\n", "two queries named a"),
        ("-- name: a\n-- question: What?\n", "no name or no statement"),
        ("-- name:\nSELECT 1;\n", "no name or no statement"),
    ],
)
def test_a_wrong_file_is_refused_by_name(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "pack.sql"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ProjectError, match=said) as refused:
        read_queries(file)
    assert str(file) in str(refused.value)


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match=r"absent\.sql cannot be read"):
        read_queries(tmp_path / "absent.sql")
