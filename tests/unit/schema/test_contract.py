"""The contract compares what models and catalog mean, not how they write it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from modernize.models import metadata as models
from reseed.project import Contract, Project, RequiredColumn
from reseed.schema.contract import Column, breaches, canonical_default, canonical_type, columns_of_models


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("NUMERIC(5, 2)", "numeric(5,2)"),
        ("decimal(5,2)", "numeric(5,2)"),
        ("timestamptz", "timestamp with time zone"),
        ("TIMESTAMP WITH TIME ZONE", "timestamp with time zone"),
        ("timestamp", "timestamp without time zone"),
        ("VARCHAR(20)", "character varying(20)"),
        ("int4", "integer"),
        ("int[]", "integer[]"),
        ("public.flow_status", "flow_status"),
        ("UUID", "uuid"),
    ],
)
def test_a_type_has_one_canonical_form(written: str, canonical: str) -> None:
    assert canonical_type(written) == canonical


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("'engagement'::text", "engagement"),
        ("'engagement'::public.learning_scope", "engagement"),
        ("'a'::character varying(20)", "a"),
        ("'{}'::jsonb", "{}"),
        ("'it''s'::text", "it's"),
        ("'READ_ONLY'::public.access_level", "READ_ONLY"),
        ("(0)", "0"),
        ("'-1'::integer", "-1"),
        ("0::numeric", "0"),
        ("FALSE", "false"),
        ("now()", "now()"),
        ("(1) + (2)", "(1) + (2)"),
        ("nextval('public.a_seq'::regclass)", "nextval('public.a_seq'::regclass)"),
    ],
)
def test_a_default_has_one_canonical_form(written: str, canonical: str) -> None:
    assert canonical_default(written) == canonical


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
