"""Patterns filled in for any range of tenants: whole columns at once, as Arrow batches.

A column is its variants' columns, row by row for each tenant, with the tenant's ids and words put where the pattern has
blanks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from modernize.dataset.cast import Cast, ranges
from modernize.dataset.files import as_file
from modernize.dataset.pattern import (
    NOTHING,
    SHARED,
    Column,
    FilePattern,
    IdLists,
    Ids,
    Numbers,
    Pattern,
    Same,
    Texts,
)


@dataclass(frozen=True)
class Patterns:
    """Patterns of several variants, one after the other, so that a row number leads to a row of any of them."""

    each: tuple[Pattern, ...]

    def counts(self, table: str) -> Numbers:
        """Rows of each pattern."""
        return np.array([pattern.rows[table] for pattern in self.each], np.int64)

    def column(self, table: str, name: str) -> Column:
        """The column of all patterns, joined."""
        key = table, name
        if key not in self._joined:
            self._joined[key] = _join([pattern.tables[table][name] for pattern in self.each])
        return self._joined[key]

    @cached_property
    def _joined(self) -> dict[tuple[str, str], Column]:
        return {}


def batch(patterns: Patterns, cast: Cast, table: str, schema: pa.Schema) -> pa.RecordBatch:
    """The rows of a table for a cast, tenant by tenant."""
    counts = patterns.counts(table)
    tenant = np.repeat(np.arange(len(cast.tenants)), counts[cast.lives])
    rows = ranges((np.cumsum(counts) - counts)[cast.lives], counts[cast.lives])
    columns = [_filled(patterns.column(table, each.name), cast, rows, tenant) for each in schema]
    return pa.RecordBatch.from_arrays(
        [
            pa.ExtensionArray.from_storage(each.type, column)
            if isinstance(each.type, pa.JsonType)
            else column
            for each, column in zip(schema, columns, strict=True)
        ],
        schema=schema,
    )


def with_files(imports: pa.RecordBatch, patterns: Patterns, cast: Cast) -> pa.RecordBatch:
    """Rows of `data_imports` that state the true size and digest of their files: each is written and measured."""
    words = cast.words.to_pylist()
    sizes, digests = [], []
    for place, lives in enumerate(cast.lives):
        for file in patterns.each[lives].files:
            contents = _contents(file, cast, place, words)
            sizes.append(len(contents))
            digests.append(sha256(contents).hexdigest())
    for name, values in (("file_size", sizes), ("sha256", digests)):
        place = imports.schema.get_field_index(name)
        declared = imports.schema.field(place)
        imports = imports.set_column(place, declared, pa.array(values, declared.type))
    return imports


def _contents(file: FilePattern, cast: Cast, tenant: int, words: Sequence[str]) -> bytes:
    parts = [""] * (2 * len(file.words) + 1)
    parts[::2] = file.pieces
    parts[1::2] = [words[place] for place in _word_places(file.words, cast, np.array(tenant))]
    return as_file(file.format, "".join(parts))


def _filled(column: Column, cast: Cast, rows: Numbers, tenant: Numbers) -> pa.Array:
    match column:
        case Same(values):
            return values.take(pa.array(rows))
        case Ids(numbers):
            return _ids(numbers[rows], cast, tenant)
        case IdLists(lengths, numbers):
            some = lengths[rows]
            flat = ranges((np.cumsum(lengths) - lengths)[rows], some)
            ends = pa.array(np.concatenate(([0], np.cumsum(some))), pa.int32())
            return pa.ListArray.from_arrays(ends, _ids(numbers[flat], cast, np.repeat(tenant, some)))
        case Texts(pieces, words):
            places = pa.array(rows)
            parts = [pieces[0].take(places)]
            for piece, numbers in zip(pieces[1:], words, strict=True):
                parts.append(cast.words.take(pa.array(_word_places(numbers[rows], cast, tenant))))
                parts.append(piece.take(places))
            return parts[0] if len(parts) == 1 else pc.binary_join_element_wise(*parts, "")


def _ids(numbers: Numbers, cast: Cast, tenant: Numbers) -> pa.Array:
    there = numbers != NOTHING
    ids = cast.ids[np.where(there, cast.first_id[tenant] + numbers, 0)]
    valid = None if there.all() else pa.py_buffer(np.packbits(there, bitorder="little"))
    storage = pa.FixedSizeBinaryArray.from_buffers(pa.binary(16), len(ids), [valid, pa.py_buffer(ids)])
    return pa.ExtensionArray.from_storage(pa.uuid(), storage)


def _word_places(numbers: Numbers, cast: Cast, tenant: Numbers) -> Numbers:
    """Where the words with some numbers stand in `cast.words`."""
    shared = numbers * len(cast.tenants) + tenant
    marked = cast.first_mark[tenant] + numbers - len(SHARED)
    places = np.where(numbers < len(SHARED), shared, marked)
    found: Numbers = np.where(numbers == NOTHING, len(cast.words) - 1, places)
    return found


def _join(columns: Sequence[Column]) -> Column:
    """The columns of several patterns, one after the other."""
    if same := [column.values for column in columns if isinstance(column, Same)]:
        return Same(pa.concat_arrays(same))
    if ids := [column.numbers for column in columns if isinstance(column, Ids)]:
        return Ids(np.concatenate(ids))
    if lists := [column for column in columns if isinstance(column, IdLists)]:
        lengths = np.concatenate([column.lengths for column in lists])
        return IdLists(lengths, np.concatenate([column.numbers for column in lists]))
    texts = [column for column in columns if isinstance(column, Texts)]
    most = max(len(column.words) for column in texts)
    wide = [_widened(column, most) for column in texts]
    return Texts(
        tuple(pa.concat_arrays(list(same)) for same in zip(*(each.pieces for each in wide), strict=True)),
        tuple(np.concatenate(same) for same in zip(*(each.words for each in wide), strict=True)),
    )


def _widened(texts: Texts, words: int) -> Texts:
    """The same texts with room for more words."""
    more, rows = words - len(texts.words), len(texts.pieces[0])
    return Texts(
        (*texts.pieces, *[pa.array([""] * rows, pa.string())] * more),
        (*texts.words, *[np.full(rows, NOTHING, np.int64)] * more),
    )
