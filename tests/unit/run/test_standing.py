"""What a journal says of swaps: which hold, and what a process that died has left open."""

from __future__ import annotations

from pathlib import Path

import pytest

from reseed.database import Exchange
from reseed.run.journal import Event, Journal, read_journal
from reseed.run.standing import Dropping, Unfinished, built_by, last_swap, open_ends, swaps

Told = tuple[str, dict[str, object]]

BEGINS: Told = (
    "swap.begins",
    {"purpose": "run", "public": "shop", "new": 8, "old": 5, "previous": "shop__p"},
)
DONE: Told = ("swap.done", {"public": "shop", "previous": "shop__p", "oid": 8})
PUBLISHING: Told = ("publish.begins", {"replaced": ["one.py", "two.py"]})
PUBLISHED: Told = ("publish.done", {})
BACK: Told = (
    "swap.begins",
    {"purpose": "rollback", "public": "shop", "new": 5, "old": 8, "previous": "shop__n"},
)
UNDONE: Told = ("swap.undone", {"public": "shop", "kept": "shop__n"})
RESTORING: Told = ("restore.begins", {"database": "shop__r"})
RESTORES: Told = (
    "swap.begins",
    {"purpose": "restore", "public": "shop", "new": 9, "old": 8, "previous": "shop__q"},
)
RESTORED: Told = (
    "restore.done",
    {"public": "shop", "previous": "shop__q", "oid": 9, "revisions": ["one.py"]},
)
DROPS: Told = ("in_place.begins", {"public": "shop", "old": 5, "previous": "shop__p"})
EQUAL: Told = ("in_place.dropping", {})
FINISHED: Told = ("run.finished", {"verdict": "passed", "swapped": True})

RUN_SWAP = Exchange(public="shop", new=8, old=5, previous="shop__p")
BACK_SWAP = Exchange(public="shop", new=5, old=8, previous="shop__n")
RESTORE_SWAP = Exchange(public="shop", new=9, old=8, previous="shop__q")


def written(folder: Path, *told: Told) -> tuple[Event, ...]:
    journal = Journal(folder)
    for kind, details in told:
        journal.write(kind, "", **details)  # type: ignore[arg-type]
    return read_journal(folder)


@pytest.mark.parametrize(
    ("told", "left"),
    [
        ((), Unfinished()),
        ((BEGINS,), Unfinished(RUN_SWAP, "run")),
        ((BEGINS, DONE), Unfinished(publishing=True)),
        ((BEGINS, DONE, PUBLISHING), Unfinished(publishing=True)),
        ((BEGINS, DONE, PUBLISHING, PUBLISHED), Unfinished()),
        # A run of an earlier release did not write down that its revision was published.
        ((DONE, PUBLISHING, FINISHED), Unfinished()),
        ((BEGINS, ("swap.abandoned", {})), Unfinished()),
        ((BEGINS, DONE, PUBLISHED, BACK), Unfinished(BACK_SWAP, "rollback")),
        ((BEGINS, DONE, PUBLISHED, BACK, UNDONE), Unfinished()),
        ((BEGINS, DONE, PUBLISHED, RESTORING), Unfinished(restoring="shop__r")),
        (
            (BEGINS, DONE, PUBLISHED, RESTORING, RESTORES),
            Unfinished(RESTORE_SWAP, "restore", restoring="shop__r"),
        ),
        ((BEGINS, DONE, PUBLISHED, RESTORING, RESTORES, RESTORED), Unfinished()),
        ((RESTORING, ("restore.abandoned", {"database": "shop__r"})), Unfinished()),
        ((RESTORING, RESTORES, ("swap.abandoned", {})), Unfinished(restoring="shop__r")),
        ((DROPS,), Unfinished(in_place=Dropping(5, "shop__p"))),
        ((DROPS, ("in_place.kept", {})), Unfinished()),
        ((DROPS, EQUAL), Unfinished(in_place=Dropping(5, "shop__p", dropping=True))),
        (
            (DROPS, EQUAL, ("in_place.dropped", {})),
            Unfinished(in_place=Dropping(5, "shop__p", dropping=True)),
        ),
        ((DROPS, EQUAL, ("in_place.restored", {})), Unfinished()),
        ((DROPS, EQUAL, BEGINS, DONE, PUBLISHED), Unfinished()),
    ],
)
def test_what_is_left_open(tmp_path: Path, told: tuple[Told, ...], left: Unfinished) -> None:
    found = open_ends(written(tmp_path, *told))
    assert found == left
    assert bool(found) == (left != Unfinished())


def test_a_swap_holds_until_it_is_taken_back(tmp_path: Path) -> None:
    written(tmp_path, BEGINS, DONE, PUBLISHING, PUBLISHED)
    held = last_swap(tmp_path)
    assert held
    assert (held.purpose, held.previous, held.oid, held.revisions) == (
        "run",
        "shop__p",
        8,
        ("one.py", "two.py"),
    )
    written(tmp_path, RESTORING, RESTORES, RESTORED)
    assert [(swap.purpose, swap.oid) for swap in swaps(tmp_path)] == [("run", 8), ("restore", 9)]
    assert built_by(tmp_path) == 8
    written(tmp_path, ("restore.undone", {"public": "shop", "kept": "shop__r"}))
    assert last_swap(tmp_path) == held
    written(tmp_path, BACK, UNDONE)
    assert swaps(tmp_path) == ()
    assert built_by(tmp_path) is None
