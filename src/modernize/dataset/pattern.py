"""What all tenants of one variant have in common: the story told once, for nobody, with blanks for who it is about.

`Nobody` is a tenant whose ids and words are placeholders. The rows told for it become columns in which every
placeholder is a number: which id, or which word, of the tenant goes there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from itertools import zip_longest
from typing import Any, TypeAlias
from uuid import UUID

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from modernize.dataset import story_rows
from modernize.dataset.columns import Row, array, arrow_schema, document_text, require_columns
from modernize.dataset.identity import WORDS, Company, persons
from modernize.dataset.marks import length
from modernize.dataset.tenant import ACCOUNT, Tenant
from modernize.models.enums import FileFormat

Numbers: TypeAlias = NDArray[np.int64]

NOTHING = -1
"""Stands for no id, or no word."""

NaturalKey: TypeAlias = tuple[str, ...]

# Words of as many characters as the real ones where sizes are measured, in no text of the story.
_BLANKS = Company(
    name="Qxname",
    slug="qxslug",
    code="qxc",
    domain="qxdomain.example",
    industry="Qxindustry",
    headquarters="Qxquarters",
    site="Qxsite",
    network="10.qx",
)
_PERSON, _MARK = "Qxperson{:03d}", "qx{:05d}"
_MARKED = r"qx\d{5}q*"

SHARED: tuple[str, ...] = (*WORDS, *persons())
"""The words that every tenant has, in the order of their numbers; its marks are numbered after them."""

_NUMBERS = {
    **{getattr(_BLANKS, name): number for number, name in enumerate(WORDS)},
    **{_PERSON.format(place): len(WORDS) + place for place in range(len(persons()))},
}
_PLACEHOLDER = re.compile("|".join([*map(re.escape, sorted(_NUMBERS, key=len, reverse=True)), _MARKED]))
_SOME_PLACEHOLDER = re.compile(r"qx|00000000-0000-0000-00", re.IGNORECASE)


@dataclass(frozen=True)
class Nobody(Tenant):
    """A tenant of a given variant that is nobody yet.

    Attributes:
        lives: the variant. keys: natural key -> number of its id, as handed out.
        marked: (form, number of an id) -> number of the mark.
    """

    lives: int = 0
    keys: dict[NaturalKey, int] = field(default_factory=dict)
    marked: dict[tuple[str, int], int] = field(default_factory=dict)

    @property
    def variant(self) -> int:
        return self.lives

    @property
    def company(self) -> Company:
        return _BLANKS

    @property
    def account_id(self) -> UUID:
        return self.id(*ACCOUNT)

    def id(self, table: str, *natural_key: str | int) -> UUID:
        return UUID(int=self._number((table, *map(str, natural_key))))

    def mark(self, form: str, kind: str, *natural_key: str | int) -> str:
        key = form, self._number((kind, *map(str, natural_key)))
        text = _MARK.format(self.marked.setdefault(key, len(self.marked)))
        return text.ljust(length(form), "q")

    def person(self, purpose: str) -> str:
        return _PERSON.format(SHARED.index(purpose) - len(WORDS))

    def _number(self, key: NaturalKey) -> int:
        return self.keys.setdefault(key, len(self.keys))


@dataclass(frozen=True, slots=True)
class Same:
    """A column that is the same for every tenant."""

    values: pa.Array


@dataclass(frozen=True, slots=True)
class Ids:
    """A column of ids: each row's number of an id, or NOTHING for null."""

    numbers: Numbers


@dataclass(frozen=True, slots=True)
class IdLists:
    """A column of lists of ids: how many each row has, and the numbers of all of them."""

    lengths: Numbers
    numbers: Numbers


@dataclass(frozen=True, slots=True)
class Texts:
    """A column of texts or documents: `pieces[0] words[0] pieces[1] words[1] … pieces[n]`; null where pieces[0] is."""

    pieces: tuple[pa.Array, ...]
    words: tuple[Numbers, ...]


Column: TypeAlias = Same | Ids | IdLists | Texts


@dataclass(frozen=True, slots=True)
class FilePattern:
    """An import file: its format, its text in pieces, and the word between each two of them."""

    format: FileFormat
    pieces: tuple[str, ...]
    words: Numbers


@dataclass(frozen=True, slots=True)
class Pattern:
    """One variant: its columns by table, its files in the order of their rows, and what its numbers mean.

    Attributes:
        rows: table -> number of rows.
        keys: the natural key of each id. marks: form and number of the id of each mark, in the order of their words.
    """

    variant: int
    tables: Mapping[str, Mapping[str, Column]]
    rows: Mapping[str, int]
    files: tuple[FilePattern, ...]
    keys: tuple[NaturalKey, ...]
    marks: tuple[tuple[str, int], ...]


def pattern(
    seed: int, as_of: datetime, variant: int, assets: int | None, left_out: Mapping[str, frozenset[str]]
) -> Pattern:
    """Tell the story of a variant for nobody, and find the blanks.

    Args:
        left_out: table -> columns that no row has.
    """
    nobody = Nobody(seed, as_of, number=NOTHING, assets=assets, lives=variant)
    tables, imports = story_rows.tell(nobody)
    columns = {
        table: _columns(table, rows, arrow_schema(table, left_out.get(table, frozenset())))
        for table, rows in tables.items()
    }
    return Pattern(
        variant=variant,
        tables=columns,
        rows={table: len(rows) for table, rows in tables.items()},
        files=tuple(_file(each.file.format, each.file.text) for each in imports.values()),
        keys=tuple(nobody.keys),
        marks=tuple(nobody.marked),
    )


def _columns(table: str, rows: Sequence[Row], schema: pa.Schema) -> dict[str, Column]:
    require_columns(table, rows, schema)
    return {field.name: _column([row[field.name] for row in rows], field.type) for field in schema}


def _column(values: list[Any], arrow_type: pa.DataType) -> Column:
    if isinstance(arrow_type, pa.UuidType):
        return Ids(_id_numbers(values))
    if pa.types.is_list(arrow_type) and isinstance(arrow_type.value_type, pa.UuidType):
        flat = [item for value in values for item in value]
        return IdLists(np.array([len(value) for value in values], np.int64), _id_numbers(flat))
    if isinstance(arrow_type, pa.JsonType):
        return _texts([None if value is None else document_text(value) for value in values])
    if pa.types.is_string(arrow_type):
        return _texts([None if value is None else str(value) for value in values])
    if pa.types.is_list(arrow_type) and any(_SOME_PLACEHOLDER.search(str(value)) for value in values):
        raise ValueError(f"a blank in a column of {arrow_type}, which cannot be filled in")
    return Same(array(values, arrow_type))


def _id_numbers(values: Iterable[UUID | None]) -> Numbers:
    return np.array([NOTHING if value is None else value.int for value in values], np.int64)


def _texts(texts: Sequence[str | None]) -> Texts:
    split = [_split(text or "") for text in texts]
    first = [None if text is None else pieces[0] for text, (pieces, _) in zip(texts, split, strict=True)]
    later = zip_longest(*(pieces[1:] for pieces, _ in split), fillvalue="")
    words = zip_longest(*(words for _, words in split), fillvalue=NOTHING)
    return Texts(
        tuple(pa.array(column, pa.string()) for column in (first, *later)),
        tuple(np.array(column, np.int64) for column in words),
    )


def _file(file_format: FileFormat, text: str) -> FilePattern:
    pieces, words = _split(text)
    return FilePattern(file_format, tuple(pieces), np.array(words, np.int64))


@lru_cache(maxsize=2**14)
def _split(text: str) -> tuple[list[str], list[int]]:
    """The text around its blanks, and the numbers of the words that go into them. Remembered: few texts are rare."""
    pieces, words, end = [], [], 0
    for found in _PLACEHOLDER.finditer(text):
        pieces.append(text[end : found.start()])
        words.append(_word(found.group()))
        end = found.end()
    pieces.append(text[end:])
    if any(_SOME_PLACEHOLDER.search(piece) for piece in pieces):
        raise ValueError(f"a blank that was changed on the way into a text: {text[:200]}")
    return pieces, words


def _word(placeholder: str) -> int:
    known = _NUMBERS.get(placeholder)
    return len(SHARED) + int(placeholder[2:7]) if known is None else known
