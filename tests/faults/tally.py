"""The table: fault by fault, how often it was tried and what stood afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.faults.attempt import Outcome

_HEAD = ("fault", "tried", "old", "new", "lost", "left over", "backups restored", "resumed", "taken back")


@dataclass
class Tally:
    """What came of all tries so far. `meant`: fault -> how many there should be."""

    meant: dict[str, int] = field(default_factory=dict)
    outcomes: list[Outcome] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Whether everything was tried, and nothing lost or left over."""
        return all(outcome.good for outcome in self.outcomes) and all(
            len(self._of(fault)) == times for fault, times in self.meant.items()
        )

    @property
    def unavailable(self) -> float:
        """The longest that a client went without an answer under the public name, in seconds."""
        return max((outcome.unavailable for outcome in self.outcomes), default=0.0)

    def table(self) -> str:
        """As Markdown, aligned."""
        rows = [_HEAD, *(_row(fault, self._of(fault)) for fault in self.meant), _row("all", self.outcomes)]
        widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
        lines = ["| " + " | ".join(_padded(row, widths)) + " |" for row in rows]
        rule = (
            "|"
            + "|".join("-" * (width + 1) + (":" if place else "-") for place, width in enumerate(widths))
            + "|"
        )
        return "\n".join([lines[0], rule, *lines[1:]])

    def _of(self, fault: str) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if outcome.fault == fault]


def _row(name: str, outcomes: Sequence[Outcome]) -> tuple[str, ...]:
    stands = [outcome.judgement.stands for outcome in outcomes]
    return (
        name,
        str(len(outcomes)),
        *(str(stands.count(what)) for what in ("old", "new", "lost")),
        str(sum(len(outcome.judgement.left) for outcome in outcomes)),
        _share([outcome.judgement.backup for outcome in outcomes]),
        _share([outcome.resumed for outcome in outcomes]),
        _share([outcome.taken_back for outcome in outcomes]),
    )


def _share(answers: Sequence[bool | None]) -> str:
    """`7 of 7`: how many of those that were asked."""
    asked = [answer for answer in answers if answer is not None]
    return f"{sum(asked)} of {len(asked)}" if asked else "-"


def _padded(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    first, *others = zip(row, widths, strict=True)
    return [first[0].ljust(first[1]), *(text.rjust(width) for text, width in others)]
