"""Is what a page shows what is expected? Numbers may have thousands separators, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

_NUMBER = re.compile(r"[-−]?(?:[0-9]{1,3}(?:(?P<by>[,'’ ])[0-9]{3})(?:(?P=by)[0-9]{3})*|[0-9]+)(?:\.[0-9]+)?")
_PLAIN = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_SHOWN = 5
_LONG = 80


@dataclass(frozen=True, slots=True)
class Shown:
    """An element of a page: its text, and whether somebody who looks at the page can see it."""

    text: str
    visible: bool


def read_number(text: str) -> Decimal | None:
    """The number that a text is: `1,234`, `1 234`, `1234.50`; None where it is none, or has anything beside it."""
    plain = normal(text)
    if not _NUMBER.fullmatch(plain):
        return None
    return Decimal(re.sub(r"[,'’ ]", "", plain).replace("−", "-"))


def same(text: str, wanted: str) -> bool:
    """Whether a text shows the wanted one: word for word, or, where that is a number, the same number."""
    if normal(text) == normal(wanted):
        return True
    return bool(_PLAIN.fullmatch(wanted)) and read_number(text) == Decimal(wanted)


def normal(text: str) -> str:
    """A text with every run of white space as one blank."""
    return " ".join(text.split())


def value_shown(elements: Sequence[Shown], wanted: str) -> tuple[bool, str]:
    """Whether a value is shown, and what is: one visible element at least, and none that says otherwise."""
    texts = list(dict.fromkeys(normal(element.text) for element in elements if element.visible))
    if not texts:
        return False, _unseen(elements)
    return all(same(text, wanted) for text in texts), "; ".join(_cut(text) or "(empty)" for text in texts)


def rows_shown(elements: Sequence[Shown], wanted: Sequence[str]) -> tuple[bool, str]:
    """Whether the visible elements are the wanted ones, in order, and how they differ."""
    texts = [normal(element.text) for element in elements if element.visible]
    if not texts:
        return False, _unseen(elements)
    if len(texts) == len(wanted) and all(map(same, texts, wanted)):
        return True, summary(texts)
    return False, f"{_difference(texts, wanted)}{_hidden(elements)}"


def summary(texts: Sequence[str]) -> str:
    """Rows in a few words: how many, and the first of them."""
    first = ", ".join(map(_cut, texts[:_SHOWN]))
    return f"{len(texts)} rows: {first}{', …' if len(texts) > _SHOWN else ''}"


def _difference(texts: Sequence[str], wanted: Sequence[str]) -> str:
    counted = f"{len(texts)} rows" if len(texts) == len(wanted) else f"{len(texts)} of {len(wanted)} rows"
    for number, (text, expected) in enumerate(zip(texts, wanted, strict=False), 1):
        if not same(text, expected):
            return f"{counted}; row {number} is {_cut(text)}, expected {_cut(expected)}"
    if len(texts) < len(wanted):
        return f"{counted}; row {len(texts) + 1}, {_cut(wanted[len(texts)])}, is missing"
    return f"{counted}; row {len(wanted) + 1}, {_cut(texts[len(wanted)])}, is one too many"


def _hidden(elements: Sequence[Shown]) -> str:
    hidden = [normal(element.text) for element in elements if not element.visible]
    return f"; hidden: {', '.join(map(_cut, hidden[:_SHOWN]))}" if hidden else ""


def _unseen(elements: Sequence[Shown]) -> str:
    if not elements:
        return "nothing: no element matches"
    texts = [normal(element.text) for element in elements]
    return f"nothing visible; hidden: {', '.join(map(_cut, texts[:_SHOWN]))}"


def _cut(text: str) -> str:
    return text if len(text) <= _LONG else f"{text[:_LONG]}…"
