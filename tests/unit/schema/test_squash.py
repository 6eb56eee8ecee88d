"""The one revision: a function of the models, complete, and readable."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event
from sqlalchemy.dialects import postgresql

from modernize.models import metadata as models
from reseed.errors import SchemaError
from reseed.schema.rendering import executable
from reseed.schema.squash import file_name, revision_id, squash_text

MESSAGE = "initial_clean_schema"

_PRINT = f"""
from modernize.models import metadata
from reseed.schema import squash_text
print(squash_text(metadata, {MESSAGE!r}), end="")
"""


@pytest.fixture
def metadata() -> sa.MetaData:
    return sa.MetaData(
        naming_convention={"ck": "ck_%(table_name)s_%(constraint_name)s", "pk": "pk_%(table_name)s"}
    )


def squashed(metadata: sa.MetaData) -> str:
    return squash_text(metadata, MESSAGE)


def test_the_same_models_give_the_same_bytes_in_every_process() -> None:
    def print_revision(seed: str) -> bytes:
        environment = os.environ | {"PYTHONHASHSEED": seed}
        return subprocess.run(
            [sys.executable, "-c", _PRINT], env=environment, capture_output=True, check=True
        ).stdout

    assert print_revision("1") == print_revision("2") == squashed(models).encode()


def test_the_id_follows_the_content(metadata: sa.MetaData) -> None:
    sa.Table("a", metadata, sa.Column("id", sa.Integer, primary_key=True))
    before = squashed(metadata)
    sa.Index("ix_a_id", metadata.tables["a"].c.id)
    after = squashed(metadata)
    assert len(revision_id(before)) == 12
    assert revision_id(before) != revision_id(after)
    assert file_name(after, MESSAGE) == f"{revision_id(after)}_initial_clean_schema.py"


def test_ruff_would_change_nothing() -> None:
    command = [sys.executable, "-m", "ruff", "format", "--isolated", "--line-length", "110", "-"]
    text = squashed(models)
    assert subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout == text


def test_the_revision_of_the_models_is_valid_and_of_a_readable_length() -> None:
    text = squashed(models)
    compile(text, "revision.py", "exec")
    assert len(text.splitlines()) < 2000
    assert max(map(len, text.splitlines())) <= 120


def test_tables_stand_by_area_and_are_made_in_order_of_reference() -> None:
    text = squashed(models)
    areas = [line.split()[1] for line in text.splitlines() if line.startswith("# ") and line.endswith("---")]
    assert sorted(areas) == ["access", "assets", "discovery", "imports", "planning", "tenancy"]
    upgrade = text[text.index("def upgrade") : text.index("def downgrade")]
    assert upgrade.index("create_client_accounts()") < upgrade.index("create_engagements()")


def test_an_enum_type_of_two_tables_is_made_once(metadata: sa.MetaData) -> None:
    for name in ("a", "b"):
        sa.Table(
            name, metadata, sa.Column("kind", sa.Enum("x", "y", name="kind")), sa.Column("id", sa.Integer)
        )
    text = squashed(metadata)
    assert text.count('enum("kind", "x", "y")') == 1
    assert text.count('sa.Column("kind", kind)') == 2
    assert text.count("postgresql.CreateEnumType(type_)") == text.count("postgresql.DropEnumType(type_)") == 1


def test_an_array_of_an_enum_and_a_domain_name_their_types(metadata: sa.MetaData) -> None:
    kind = sa.Enum("x", name="kind")
    percent = postgresql.DOMAIN("percent", sa.Integer(), check="VALUE <= 100", not_null=True, default="50")
    sa.Table("a", metadata, sa.Column("kinds", postgresql.ARRAY(kind)), sa.Column("share", percent))
    text = squashed(metadata)
    assert 'sa.Column("kinds", postgresql.ARRAY(kind))' in text
    assert 'sa.Column("share", percent)' in text
    assert "op.execute(postgresql.CreateDomainType(percent))" in text
    declared = text[text.index("percent = postgresql.DOMAIN(") :].split(")\n\n")[0]
    for part in ('check="VALUE <= 100"', "not_null=True", 'default="50"', "create_type=False"):
        assert part in declared


def test_a_python_word_as_the_name_of_a_type(metadata: sa.MetaData) -> None:
    sa.Table(
        "a", metadata, sa.Column("kind", sa.Enum("x", name="class")), sa.Column("op", sa.Enum("y", name="op"))
    )
    text = squashed(metadata)
    compile(text, "revision.py", "exec")
    assert 'class_ = enum("class", "x")' in text
    assert 'op_ = enum("op", "y")' in text


def test_names_that_would_clash_are_kept_apart(metadata: sa.MetaData) -> None:
    kind = sa.Enum("x", name="create_types")
    sa.Table("types", metadata, sa.Column("kind", kind), sa.Column("other", sa.Enum("y", name="a.b")))
    sa.Table("a_b", metadata, sa.Column("id", sa.Integer, primary_key=True))
    sa.Table("b", metadata, sa.Column("id", sa.Enum("z", name="b", schema="a")), schema="a")
    event.listen(metadata, "before_create", sa.DDL("SELECT 1"))
    event.listen(metadata, "after_create", sa.DDL("SELECT 2"))
    text = squashed(metadata)
    names = [line.split("(")[0] for line in text.splitlines() if line.startswith("def ")]
    declared = [line.split(" = ")[0] for line in text.splitlines() if " = enum(" in line]
    assert len(names + declared) == len(set(names + [f"def {name}" for name in declared]))


def test_foreign_keys_of_a_cycle_come_last(metadata: sa.MetaData) -> None:
    for name, other in (("a", "b"), ("b", "a")):
        key = sa.ForeignKey(f"{other}.id", name=f"fk_{name}")
        sa.Table(
            name, metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("other", sa.Integer, key)
        )
    text = squashed(metadata)
    assert "ForeignKeyConstraint" not in text
    assert text.count("op.create_foreign_key(") == 2
    upgrade = text[text.index("def upgrade") : text.index("def downgrade")]
    assert upgrade.split()[-1] == "add_foreign_keys()"
    downgrade = text[text.index("def downgrade") :]
    assert downgrade.index('op.drop_constraint("fk_a"') < downgrade.index('op.drop_table("a")')


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE VIEW a AS SELECT '12:30'::time AS noon, 'a:b' AS pair",
        "COMMENT ON TABLE a IS '100 %'",
        "CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$\n    SELECT 'a' || E'\\n' || \"b\"\n$$",
        "GRANT SELECT ON a TO " + "very_" * 40 + "long",
    ],
)
def test_an_attached_statement_is_carried_with_its_exact_text(metadata: sa.MetaData, statement: str) -> None:
    sa.Table("a", metadata, sa.Column("id", sa.Integer))
    event.listen(metadata, "after_create", sa.DDL(statement.replace("%", "%%")))
    module: dict[str, object] = {}
    executed: list[str] = []
    exec(squashed(metadata), module)  # noqa: S102 -- the text under test
    module["op"] = type("Op", (), {"execute": executed.append})
    module["complete"]()  # type: ignore[operator]
    assert [sent(given) for given in executed] == [statement]


@given(st.text(st.sampled_from("ab1_$: '%\\")))
def test_any_sql_is_sent_as_it_is(sql: str) -> None:
    assert sent(eval(executable(sql))) == sql  # noqa: S307 -- the expression under test


def sent(given: str | sa.DDL) -> str:
    """What Alembic's `op.execute` sends to the server: a string becomes a text clause."""
    clause = sa.text(given) if isinstance(given, str) else given
    return str(clause.compile(dialect=postgresql.dialect(paramstyle="named")))


def test_a_type_of_the_application_is_written_as_what_the_database_stores(metadata: sa.MetaData) -> None:
    class Secret(sa.types.TypeDecorator[str]):
        impl = sa.String(64)
        cache_ok = True

    class Point(sa.types.UserDefinedType[object]):
        cache_ok = True

        def get_col_spec(self) -> str:
            return "point"

        def __repr__(self) -> str:
            return "Point()"

    sa.Table("a", metadata, sa.Column("secret", Secret), sa.Column("place", Point))
    text = squashed(metadata)
    assert 'sa.Column("secret", sa.String(length=64))' in text
    assert f"import {__name__}\n" in text
    assert f'sa.Column("place", {__name__}.Point())' in text


def test_a_default_that_holds_a_quote_stays_one_value(metadata: sa.MetaData) -> None:
    sa.Table(
        "a",
        metadata,
        sa.Column("b", sa.Text, server_default="it's"),
        sa.Column("c", sa.Text, server_default="'"),
    )
    text = squashed(metadata)
    assert """sa.Column("b", sa.Text(), server_default="it's")""" in text
    assert """sa.Column("c", sa.Text(), server_default="'")""" in text


def test_a_default_that_is_a_member_of_an_enum_is_its_value() -> None:
    assert (
        'sa.Column("learning_scope", learning_scope, server_default="engagement", nullable=False)'
        in squashed(models)
    )


def test_a_table_of_many_columns_is_written_like_any_other(metadata: sa.MetaData) -> None:
    sa.Table("wide", metadata, *(sa.Column(f"c{number:03}", sa.Integer) for number in range(300)))
    assert [line.strip() for line in squashed(metadata).splitlines() if "sa.Column(" in line] == [
        f'sa.Column("c{number:03}", sa.Integer()),' for number in range(300)
    ]


def test_a_text_that_is_no_squashed_revision_has_no_id() -> None:
    with pytest.raises(SchemaError, match="no squashed revision"):
        revision_id("revision = 'abc'")
