"""Counter-based random streams: the value of row n is a pure function of (seed, table, column, n).

A stream never has a position. Whoever asks for rows 500..600 gets the same bytes, whether or not rows 0..499 were ever
drawn, by this process or another. Only numpy's raw Philox words are used, whose sequence numpy promises to keep; the
mapping from words to numbers is our own, so an upgrade of numpy cannot move a digest.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID, uuid5

import numpy as np
from numpy.typing import NDArray

Value = TypeVar("Value")

WORDS_PER_BLOCK = 4
"""Philox 4x64 makes four 64-bit words from each value of its counter."""

_SEPARATOR = "\x1f"
_ROOT = UUID("6f1d9d0a-2f0e-5b63-9a0c-7c1a1c5e8d11")


@dataclass(frozen=True, slots=True)
class Stream:
    """The random values of one column of one table.

    Attributes:
        seed: the dataset's seed. table, column: what the values are for; any names may be used, as long as two
            different purposes never share one.
    """

    seed: int
    table: str
    column: str

    def words(self, rows: range) -> NDArray[np.uint64]:
        """One 64-bit word for each row number.

        Args:
            rows: row numbers, `0 <= start <= stop`, step 1.
        """
        if rows.step != 1 or rows.start < 0:
            raise ValueError(f"a stream is read over row numbers from 0 upwards with step 1, found {rows}")
        first, skip = divmod(rows.start, WORDS_PER_BLOCK)
        bits = np.random.Philox(key=self._key(), counter=first)
        drawn: NDArray[np.uint64] = np.asarray(bits.random_raw(skip + len(rows)), dtype=np.uint64)
        return drawn[skip:]

    def uniform(self, rows: range, low: float = 0.0, high: float = 1.0) -> NDArray[np.float64]:
        """Floats in `[low, high)`, from the upper 53 bits of each word."""
        unit = (self.words(rows) >> np.uint64(11)).astype(np.float64) * 2.0**-53
        return low + unit * (high - low)

    def integers(self, rows: range, low: int, high: int) -> NDArray[np.int64]:
        """Integers in `[low, high]`, both ends included; a span of at most 2**32 values.

        The upper 32 bits are multiplied and shifted (D. Lemire, "Fast random integer generation in an interval", 2019)
        without the rejection step, which would make a row depend on how many words others took. The bias is below
        span / 2**32.
        """
        span = high - low + 1
        if not 1 <= span <= 2**32:
            raise ValueError(f"integers need 1 to 2**32 values to choose from, found {low}..{high}")
        upper = self.words(rows) >> np.uint64(32)
        return ((upper * np.uint64(span)) >> np.uint64(32)).astype(np.int64) + low

    def choice(self, rows: range, options: Sequence[Value]) -> list[Value]:
        """One of the options for each row, each as likely as the others."""
        return [options[place] for place in self.integers(rows, 0, len(options) - 1)]

    def weighted(self, rows: range, options: Sequence[Value], weights: Sequence[int]) -> list[Value]:
        """One of the options for each row, as likely as its whole-numbered weight says."""
        if len(options) != len(weights) or min(weights) < 0 or sum(weights) == 0:
            raise ValueError(
                f"{len(options)} options need as many weights, not all of them 0, found {weights}"
            )
        ends = np.cumsum(np.asarray(weights, dtype=np.int64))
        tickets = self.integers(rows, 0, int(ends[-1]) - 1)
        return [options[place] for place in np.searchsorted(ends, tickets, side="right")]

    def _key(self) -> NDArray[np.uint64]:
        name = _SEPARATOR.join((str(self.seed), self.table, self.column)).encode()
        return np.frombuffer(hashlib.sha256(name).digest()[:16], dtype="<u8").astype(np.uint64)


def stable_id(namespace: str, *natural_key: str | int) -> UUID:
    """The id of a thing that has a natural key: the same on every machine, in every run.

    Args:
        namespace: what kind of thing, usually the table. natural_key: what names it among its kind.
    """
    return uuid5(_ROOT, _SEPARATOR.join((namespace, *map(str, natural_key))))


def stable_ids(namespace: str, first: Sequence[str], rest: Sequence[Sequence[str]]) -> NDArray[np.uint8]:
    """Many of these ids at once: those of the natural keys `(first[i], *rest[j])`.

    Returns:
        Their bytes, `len(first) x len(rest) x 16`.
    """
    head = _ROOT.bytes + namespace.encode()
    tails = [_SEPARATOR.join(("", *parts)).encode() for parts in rest]
    digests = []
    for part in first:
        begun = hashlib.sha1(head + (_SEPARATOR + part).encode(), usedforsecurity=False)
        for tail in tails:
            digest = begun.copy()
            digest.update(tail)
            digests.append(digest.digest())
    ids = np.frombuffer(b"".join(digests), np.uint8).reshape(len(first), len(rest), 20)[..., :16].copy()
    # Version 5 and the variant of RFC 9562, as uuid.uuid5 sets them.
    ids[..., 6] = ids[..., 6] & 0x0F | 0x50
    ids[..., 8] = ids[..., 8] & 0x3F | 0x80
    return ids
