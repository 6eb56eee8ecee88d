"""Python expressions laid out for people: one line where it fits, else one argument a line, as ruff would have it."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

WIDTH = 110
STEP = 4


def laid_out(expression: ast.expr, *, indent: int = 0, before: str = "", after: str = "") -> str:
    """The text of an expression, its first line without indentation.

    Args:
        indent: columns in front of the line it stands in. before, after: what stands around it in that line.
    """
    flat = _flat(expression)
    if _hugs(expression) or ("\n" not in flat and indent + len(before) + len(flat) + len(after) <= WIDTH):
        return flat
    if isinstance(expression, ast.Call):
        arguments = [("", argument) for argument in expression.args]
        arguments += [(f"{keyword.arg}=", keyword.value) for keyword in expression.keywords]
        return _broken(f"{_flat(expression.func)}(", arguments, ")", indent, is_call=True)
    if isinstance(expression, ast.List):
        return _broken("[", [("", element) for element in expression.elts], "]", indent, is_call=False)
    if isinstance(expression, ast.Constant) and isinstance(expression.value, str):
        return f"\n{' ' * indent}".join(map(quoted, _pieces(expression.value, WIDTH - indent - 2)))
    if isinstance(expression, ast.Tuple):
        return _broken("(", [("", element) for element in expression.elts], ")", indent, is_call=False)
    return flat


def quoted(text: str) -> str:
    """A string literal: double quotes unless that costs escapes, three of them for a text of several lines."""
    if "\n" in text:
        escaped = text.replace("\\", "\\\\").replace('"""', r"\"\"\"")
        return f'"""{escaped[:-1]}\\""""' if escaped.endswith('"') else f'"""{escaped}"""'
    literal = repr(text)
    if literal[0] == "'" and text.count('"') <= text.count("'"):
        body = literal[1:-1].replace("\\'", "'").replace('"', '\\"')
        return f'"{body}"'
    return literal


def _pieces(text: str, width: int) -> list[str]:
    """A long text cut behind spaces into literals that Python joins again; a text of several lines stays whole."""
    if "\n" in text:
        return [text]
    pieces = [""]
    for word in re.findall(r"\S* *", text):
        if pieces[-1] and len(quoted(pieces[-1] + word)) - 2 > width:
            pieces.append("")
        pieces[-1] += word
    return pieces


def _broken(
    opening: str, items: Sequence[tuple[str, ast.expr]], closing: str, indent: int, *, is_call: bool
) -> str:
    """One item a line; a call's arguments stay on one line when that fits, a lone one gets no comma."""
    if not items:
        return opening + closing
    inner = indent + STEP
    together = ", ".join(name + _flat(value) for name, value in items)
    if is_call and "\n" not in together and inner + len(together) <= WIDTH:
        return f"{opening}\n{' ' * inner}{together}\n{' ' * indent}{closing}"
    comma = "," if len(items) > 1 or opening == "(" else ""
    lines = [
        f"{' ' * inner}{name}{laid_out(value, indent=inner, before=name, after=comma)}{comma}"
        for name, value in items
    ]
    return "\n".join([opening, *lines, " " * indent + closing])


def _hugs(expression: ast.expr) -> bool:
    """A call whose one argument is a text of several lines stays as it is."""
    match expression:
        case ast.Call(args=[ast.Constant(value=str() as text)], keywords=[]):
            return "\n" in text
        case _:
            return False


def _flat(expression: ast.expr) -> str:
    match expression:
        case ast.Constant(value=str() as text):
            return quoted(text)
        case ast.Call():
            arguments = [_flat(argument) for argument in expression.args]
            arguments += [f"{keyword.arg}={_flat(keyword.value)}" for keyword in expression.keywords]
            return f"{_flat(expression.func)}({', '.join(arguments)})"
        case ast.Attribute():
            return f"{_flat(expression.value)}.{expression.attr}"
        case ast.List():
            return f"[{', '.join(map(_flat, expression.elts))}]"
        case ast.Tuple(elts=[only]):
            return f"({_flat(only)},)"
        case ast.Tuple():
            return f"({', '.join(map(_flat, expression.elts))})"
        case _:
            return ast.unparse(expression)
