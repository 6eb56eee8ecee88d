"""Types and defaults are compared for what they mean, not for how they are written."""

from __future__ import annotations

import pytest

from reseed.schema.canonical import canonical_default, canonical_type


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
        ('VARCHAR(20) COLLATE "C"', "character varying(20)"),
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
