"""Formulas where values belong: told from harmless text on the way in, made harmless on the way out.

Spreadsheet programs evaluate a cell of a text file that begins with `=`, `+`, `-` or `@`, also after a tab or a
carriage return (OWASP, "CSV Injection"). A file that holds one is refused; text that only looks similar, a negative
number, a telephone number, `- see below -`, is not.
"""

from __future__ import annotations

import re

# The full-width forms count as their plain ones in East Asian versions of spreadsheet programs.
_PLAIN = str.maketrans("＝＋－＠", "=+-@")
STARTS = frozenset("=+-@\t\r\n＝＋－＠")

_NUMBER = re.compile(r"[+-]\s*(?:\d[\d.,' ]*|\.\d+)(?:[eE][+-]?\d+)?\s*%?")
_TELEPHONE = re.compile(r"\+\d[\d ()./-]{4,}")
_REFERENCE = r"(?:[A-Za-z_][\w.]*!)?\$?[A-Za-z]{1,3}\$?\d{1,7}\b"
_CALL = r"[A-Za-z_][\w.]*\("
# After `=` nearly anything is evaluated; after the others only what begins like an expression is taken for one.
_AFTER_EQUALS = re.compile(r"=\s*[\w\"'(+\-@{$#.\[<]")
_EXPRESSION = re.compile(
    rf"[+\-@][\s+\-@(]*(?:{_CALL}|{_REFERENCE}(?:\s*[-+*/^&:,<>=)]|\s*$)|[\d.]+\s*[*/^&+\-]\s*[\w($.+\-]|\"[^\"]*\"\s*&)"
)
_DDE = re.compile(r"[=+\-@][^|]{0,200}\|[^!]{0,400}!")


def is_formula(text: str) -> bool:
    """Whether a spreadsheet program would evaluate this cell of a text file."""
    if not text or text[0] not in STARTS:
        return False
    cell = text.translate(_PLAIN).lstrip("\t\r\n ")
    if cell[:1] not in ("=", "+", "-", "@"):
        return False
    if _AFTER_EQUALS.match(cell) or _DDE.match(cell):
        return True
    if _NUMBER.fullmatch(cell) or _TELEPHONE.fullmatch(cell):
        return False
    return _EXPRESSION.match(cell) is not None


def neutral(text: str) -> str:
    """The text as an export may hold it: with an apostrophe before it where a program could evaluate it.

    Stricter than `is_formula`, because another program may read what ours would not.
    """
    start = text.lstrip(" ")[:1]
    if start not in STARTS or not start:
        return text
    return text if _NUMBER.fullmatch(text) else f"'{text}"
