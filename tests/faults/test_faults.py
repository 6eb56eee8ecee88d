"""A handful of each fault; and that whatever would be lost, or left over, is counted as such."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest

from tests import zygote
from tests.faults import broken, clients, families, judging
from tests.faults.attempt import Fault, Outcome, Turn, attempt
from tests.faults.carrying_out import plant_all
from tests.faults.ground import Ground
from tests.faults.place import Place
from tests.faults.tally import Tally
from tests.zygote import Plant

pytestmark = pytest.mark.faults

#: Any would do; one that stays makes a failure come again.
SEED = 1


@pytest.fixture(scope="module")
def ground() -> Iterator[Ground]:
    with families.SHORT.ground() as made:
        yield made


@pytest.mark.timeout(900)
def test_after_a_handful_of_each_fault_nothing_is_lost(ground: Ground) -> None:
    tally = Tally()
    for outcome in plant_all(families.SHORT, ground, tally, SEED, short=True):
        assert outcome.good, outcome
    assert tally.good, tally.table()


def try_broken(ground: Ground, product: Plant) -> Outcome:
    def plant(here: Place, turn: Turn) -> bool:
        here.start("run", plant=product).end()
        return True

    return attempt(ground, Fault("a broken product", 1, plant), Turn(1, 2, Random(SEED)))


@pytest.mark.parametrize(
    ("product", "why"),
    [
        (broken.renames_in_two_transactions, "nobody gets into the public database"),
        (broken.drops_the_old_one_first, "nobody gets into the public database"),
        (broken.swaps_before_all_rows_are_there, "the public database is neither: rows of neither"),
        (broken.drops_what_was_replaced, "the old one is not kept"),
    ],
)
def test_what_a_broken_product_loses_counts_as_lost(ground: Ground, product: Plant, why: str) -> None:
    outcome = try_broken(ground, product)
    assert outcome.judgement.stands == "lost"
    assert why in outcome.judgement.why
    assert not outcome.good


@pytest.mark.parametrize(
    ("product", "left"), [(broken.leaves_a_database, "forgotten"), (broken.leaves_a_process, "sleep")]
)
def test_what_a_broken_product_leaves_counts_as_left(
    ground: Ground, monkeypatch: pytest.MonkeyPatch, product: Plant, left: str
) -> None:
    # A run that has passed leaves nothing that would need the patience.
    monkeypatch.setattr(judging, "_WHILE_SECONDS", 3)
    outcome = try_broken(ground, product)
    assert outcome.judgement.stands == "new"
    (found,) = outcome.judgement.left
    assert left in found
    assert not outcome.good


def test_a_backup_that_does_not_restore_counts(ground: Ground) -> None:
    outcome = try_broken(ground, broken.spoils_its_backup)
    assert outcome.judgement.backup is False
    assert not outcome.good


def test_committed_rows_that_are_gone_count_as_lost(ground: Ground) -> None:
    product = broken.forgets_what_people_wrote
    fault = Fault("a broken product", 1, lambda here, turn: clients.reconnecting(here, product))
    outcome = attempt(ground, fault, Turn(1, 2, Random(SEED)))
    assert outcome.judgement.stands == "lost"
    assert "committed rows are lost" in outcome.judgement.why


def test_a_command_that_hangs_counts_as_lost(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zygote, "LIMIT_SECONDS", 1)
    outcome = try_broken(ground, broken.hangs)
    assert outcome.judgement.stands == "lost"
    assert "did not end" in outcome.judgement.why


def test_fewer_tries_than_were_meant_are_no_success() -> None:
    tally = Tally(meant={"something": 1})
    assert not tally.good
