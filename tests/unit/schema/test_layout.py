"""The written revision looks as ruff would have it, and says what it said before."""

from __future__ import annotations

import ast
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reseed.schema.layout import WIDTH, laid_out, quoted

LONG = "word " * 40

EXPRESSIONS = [
    "op.drop_table('a')",
    f"op.execute({LONG!r})",
    "op.execute('create function f()\\nreturns int')",
    f"sa.Column('a', sa.Text(), nullable=False, comment={LONG!r})",
    "op.create_index(op.f('ix_a_b_c_d_e_f'), 'some_table_name', ['client_account_id', 'engagement_id'], unique=True)",
    f"op.create_index('ix', 'table', {[f'column_{n}' for n in range(30)]!r}, postgresql_where=sa.text('a > 1'))",
    "sa.ForeignKeyConstraint(['a'], ['b.a'], name=op.f('fk_a_b'), deferrable=True, initially='DEFERRED')",
    "op.create_table('a', sa.Column('b', sa.Numeric(precision=5, scale=2), server_default=sa.text(\"'{}'::jsonb\")), "
    "sa.CheckConstraint('b ->> \\'x\\' <> \"y\"', name='c'), comment='quotes \" and \\' and \\\\')",
    f"f(({', '.join(repr(str(n)) for n in range(60))}))",
    "f((1,), [], g(), -1, None, True)",
]


def parsed(source: str) -> ast.expr:
    return ast.parse(source, mode="eval").body


@pytest.mark.parametrize("source", EXPRESSIONS)
def test_the_layout_changes_no_meaning(source: str) -> None:
    assert ast.dump(parsed(laid_out(parsed(source)))) == ast.dump(parsed(source))


@pytest.mark.parametrize("source", EXPRESSIONS)
def test_ruff_would_change_nothing(source: str) -> None:
    text = f"def f() -> None:\n    {laid_out(parsed(source), indent=4)}\n"
    command = [sys.executable, "-m", "ruff", "format", "--isolated", "--line-length", str(WIDTH), "-"]
    assert subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout == text


@given(st.text(st.characters(codec="utf-8", exclude_characters="\r")))
def test_a_literal_stands_for_its_text(text: str) -> None:
    assert ast.literal_eval(quoted(text)) == text


@given(st.text(st.sampled_from("ab '\"\\")), st.integers(0, 100))
def test_a_long_text_is_cut_into_literals_that_join_again(text: str, indent: int) -> None:
    call = ast.Call(ast.Name("f"), [ast.Constant(text), ast.Constant(1)], [])
    assert ast.literal_eval(parsed(laid_out(call, indent=indent)).args[0]) == text  # type: ignore[attr-defined]
