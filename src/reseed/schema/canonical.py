"""One form for types and defaults, which models, catalog and people write differently.

`NUMERIC(5, 2)` is `numeric(5,2)`, `'engagement'::text` is `engagement`.
"""

from __future__ import annotations

import re

_ALIASES = {
    "bool": "boolean",
    "decimal": "numeric",
    "float": "double precision",
    "float4": "real",
    "float8": "double precision",
    "int": "integer",
    "int2": "smallint",
    "int4": "integer",
    "int8": "bigint",
    "timestamptz": "timestamp with time zone",
    "timestamp": "timestamp without time zone",
    "time": "time without time zone",
    "timetz": "time with time zone",
    "varchar": "character varying",
    "char": "character",
}


def canonical_type(name: str) -> str:
    """A type as PostgreSQL's `format_type` writes it: `NUMERIC(5, 2)` -> `numeric(5,2)`, `timestamptz` in full."""
    text = re.sub(r"\s*([(),])\s*", r"\1", " ".join(name.lower().split())).removeprefix("public.")
    text = re.sub(r' ?collate "[^"]*"', "", text)
    base, modifier, rest = re.match(r"([^(\[]*)(\([^)]*\))?(.*)", text).groups("")  # type: ignore[union-attr]
    return f"{_ALIASES.get(base.strip(), base.strip())}{modifier}{' ' * rest[:1].isalpha()}{rest}"


def canonical_default(expression: str) -> str:
    """The value of a default where it is a constant, else the expression: `'a'::public.kind` -> `a`, `now()`."""
    text = expression.strip()
    while text.startswith("(") and text.endswith(")") and _is_wrapped(text):
        text = text[1:-1].strip()
    constant = re.fullmatch(r"'((?:[^']|'')*)'(?:::[\w\s.\"\[\](),]+)?", text)
    if constant:
        return constant[1].replace("''", "'")
    return re.sub(r"::[\w\s.\"]+$", "", text).lower()


def _is_wrapped(text: str) -> bool:
    """Whether the first parenthesis closes with the last: `(1)`, not `(1) + (2)`."""
    depth = 0
    for place, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if depth == 0:
            return place == len(text) - 1
    return False
