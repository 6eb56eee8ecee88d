"""The cast: some tenants with all their ids and words, made once for all tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from modernize.dataset.identity import DEMO, WORDS, companies, people, persons
from modernize.dataset.marks import FORMS, Bytes, marks
from modernize.dataset.pattern import SHARED, NaturalKey, Numbers, Pattern
from modernize.dataset.tenant import ACCOUNT, FIXED_IDS, account_id
from reseed.seed import stable_ids


@dataclass(frozen=True)
class Cast:
    """Some tenants and what goes into the blanks of their patterns.

    Attributes:
        lives: for each tenant, the place of its pattern among those it was cast with.
        ids: every tenant's ids, tenant by tenant. first_id: where each tenant's begin.
        words: the shared words (each for all tenants), every tenant's marks, and an empty text at the end.
        first_mark: where each tenant's marks begin.
    """

    tenants: range
    lives: Numbers
    ids: NDArray[np.void]
    first_id: Numbers
    words: pa.Array
    first_mark: Numbers


def cast(seed: int, tenants: range, variants: Sequence[int], patterns: Sequence[Pattern]) -> Cast:
    """The cast of some tenants.

    Args:
        variants: of each tenant; `patterns` has each of them.
    """
    place = {pattern.variant: place for place, pattern in enumerate(patterns)}
    lives = np.array([place[variant] for variant in variants], np.int64)
    ids, first_id = _ids(tenants, lives, patterns)
    marked, first_mark = _marks(ids, first_id, lives, patterns)
    shared = _shared_words(seed, tenants)
    words = pa.concat_arrays([*shared, marked, pa.array([""])])
    return Cast(
        tenants=tenants,
        lives=lives,
        ids=ids.view("V16").ravel(),
        first_id=first_id,
        words=words,
        first_mark=first_mark + len(SHARED) * len(tenants),
    )


def _ids(tenants: range, lives: Numbers, patterns: Sequence[Pattern]) -> tuple[Bytes, Numbers]:
    counts = np.array([len(pattern.keys) for pattern in patterns], np.int64)[lives]
    first = np.cumsum(counts) - counts
    ids = np.empty((int(counts.sum()), 16), np.uint8)
    accounts = [account_id(number) for number in tenants]
    texts = [str(account) for account in accounts]
    for place, pattern in enumerate(patterns):
        who = np.flatnonzero(lives == place)
        own = [texts[tenant] for tenant in who]
        for table, numbers in _by_table(pattern.keys).items():
            rest = [pattern.keys[number][1:] for number in numbers]
            ids[first[who][:, None] + np.array(numbers)] = stable_ids(table, own, rest)
        if ACCOUNT in pattern.keys:
            chosen = b"".join(accounts[tenant].bytes for tenant in who)
            ids[first[who] + pattern.keys.index(ACCOUNT)] = np.frombuffer(chosen, np.uint8).reshape(-1, 16)
    if DEMO in tenants:
        demo = tenants.index(DEMO)
        for number, key in enumerate(patterns[lives[demo]].keys):
            if key in FIXED_IDS:
                ids[first[demo] + number] = np.frombuffer(FIXED_IDS[key].bytes, np.uint8)
    return ids, first


def _by_table(keys: Sequence[NaturalKey]) -> Mapping[str, list[int]]:
    """Table -> numbers of its ids; without the client account, whose id all others are made from."""
    tables: dict[str, list[int]] = {}
    for number, key in enumerate(keys):
        if key != ACCOUNT:
            tables.setdefault(key[0], []).append(number)
    return tables


def _marks(
    ids: Bytes, first_id: Numbers, lives: Numbers, patterns: Sequence[Pattern]
) -> tuple[pa.Array, Numbers]:
    """All tenants' marks, and where each tenant's begin."""
    counts = np.array([len(pattern.marks) for pattern in patterns], np.int64)
    joined = [mark for pattern in patterns for mark in pattern.marks]
    forms = list(FORMS)
    form = np.array([forms.index(name) for name, _ in joined], np.int64)
    number = np.array([of for _, of in joined], np.int64)
    own = counts[lives]
    rows = ranges((np.cumsum(counts) - counts)[lives], own)
    marked_ids = np.repeat(first_id, own) + number[rows]
    order = np.argsort(form[rows], kind="stable")
    made = [marks(name, ids[marked_ids[form[rows] == place]]) for place, name in enumerate(forms)]
    back = np.empty(len(order), np.int64)
    back[order] = np.arange(len(order))
    return pa.concat_arrays(made).take(pa.array(back)), np.cumsum(own) - own


def _shared_words(seed: int, tenants: range) -> list[pa.Array]:
    """Each of the words that every tenant has, for all of them."""
    known = companies(seed, tenants)
    return [
        *(pa.array([getattr(company, name) for company in known], pa.string()) for name in WORDS),
        *(pa.array(people(seed, purpose, tenants, own), pa.string()) for purpose, own in persons().items()),
    ]


def ranges(firsts: Numbers, lengths: Numbers) -> Numbers:
    """`firsts[0], firsts[0] + 1, …` as many as `lengths[0]`, then those of the next."""
    ends = np.cumsum(lengths)
    inner = np.arange(int(ends[-1]) if len(ends) else 0) - np.repeat(ends - lengths, lengths)
    found: Numbers = np.repeat(firsts, lengths) + inner
    return found
