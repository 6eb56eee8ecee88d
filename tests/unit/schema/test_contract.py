"""The contract: what is promised, what is forbidden, and what a breach says."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from modernize.models import metadata as models
from reseed.project import Contract, Project, RequiredColumn
from reseed.schema.contract import Column, breaches, columns_of_models


def promise(**given: str) -> Contract:
    return Contract(required=(RequiredColumn(**{"table": "a", "column": "b", "type": "text", **given}),))


@pytest.mark.parametrize(
    ("contract", "found"),
    [
        (promise(column="c"), ("a.c", "a column", "none")),
        (promise(type="integer"), ("a.b", "type integer", "type text")),
        (promise(default="y"), ("a.b", "default y", "default x")),
        (Contract(forbidden_columns=("b",)), ("a.b", "no column named b", "one")),
    ],
)
def test_a_broken_line_says_what_was_expected_and_found(
    contract: Contract, found: tuple[str, str, str]
) -> None:
    (breach,) = breaches(contract, {("a", "b"): Column("text", "x")})
    assert (breach.column, breach.expected, breach.found) == found


def test_a_kept_contract_breaks_nothing() -> None:
    columns = {("a", "b"): Column("text", "x")}
    assert breaches(promise(), columns) == breaches(promise(default="'x'::text"), columns) == ()


def test_the_models_of_the_application_keep_its_contract(project: Project) -> None:
    assert breaches(project.contract, columns_of_models(models)) == ()


def test_a_column_of_the_models_without_a_default_promises_none() -> None:
    metadata = sa.MetaData()
    sa.Table(
        "t",
        metadata,
        sa.Column("plain", sa.Text),
        sa.Column("computed", sa.Integer, sa.Computed("1 + 1")),
        sa.Column("flag", sa.Boolean, server_default=sa.false()),
        schema="s",
    )
    assert columns_of_models(metadata) == {
        ("s.t", "plain"): Column("text", None),
        ("s.t", "computed"): Column("integer", None),
        ("s.t", "flag"): Column("boolean", "false"),
    }
