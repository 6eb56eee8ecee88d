"""A check is one named question about a database; a fault is a planted defect that it must catch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from reseed.database import Connection
from reseed.records import JSON, Finding
from reseed.site import Site

Scope = Literal["database", "run"]


@dataclass(frozen=True, slots=True)
class Fault:
    """A defect planted in a clone, to prove that a check can fail.

    Attributes:
        name: what is done, in words: "drop the index on assets.flow_id".
        plant: makes the defect through the owner's connection; it is committed afterwards.
    """

    name: str
    plant: Callable[[Connection], None]


@dataclass(frozen=True, slots=True)
class Check:
    """One question, how to measure its answer, and the faults that prove it can fail.

    Attributes:
        name: dotted, family first: `rows.assets`, `schema.compare_metadata`.
        question: in words, ending with a question mark.
        measure: answers it; never changes the database it looks at.
        faults: at least one for every check of scope "database".
        scope: "database" checks hold for any database of the project (`reseed validate` asks them all); "run" checks
            look at a run's files as well and are asked by gates only.
        rows_only: it looks at rows of every tenant through `site.connect` and opens no other connection, so that
            row-level security need not be lifted for it alone.
        beforehand: measures what no task of a run can change, so that a second process may do it while earlier tasks
            are at work; as JSON, which the check gets from `site.beforehand`. For gates that take long.
    """

    name: str
    question: str
    measure: Callable[[Site], Finding]
    faults: tuple[Fault, ...] = ()
    scope: Scope = "database"
    rows_only: bool = False
    beforehand: Callable[[Site], JSON] | None = None

    def answer(
        self,
        expected: object,
        actual: object,
        *,
        measured: int,
        rows: tuple[dict[str, object], ...] = (),
        sql: str = "",
        passed: bool | None = None,
    ) -> Finding:
        """The finding for this check: passed when something was measured and `actual == expected`."""
        equal = (actual == expected) if passed is None else passed
        return Finding(
            check=self.name,
            question=self.question,
            passed=equal and measured > 0,
            expected=expected,  # type: ignore[arg-type]
            actual=actual,  # type: ignore[arg-type]
            measured=measured,
            rows=rows[:10],  # type: ignore[arg-type]
            sql=sql,
        )
