"""The second look: every row is judged by every rule, and a good one is shown as the asset it would become.

The cleansed form is a preview by the mappings as proposed; what people decide about these comes later.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from modernize.importing.checks import Reason, Serials, checks, text
from modernize.importing.inspection import Inspection
from modernize.importing.proposals import Proposal, propose
from modernize.importing.table import Row
from modernize.importing.transformation import field as value_at
from modernize.importing.transformation import transform
from modernize.importing.values import CLOSED
from modernize.models.enums import TransformationType
from reseed.records import JSON

_SAMPLES = 3
# A closed set is known by few words; more of them are variants that its mapping need not list.
_WORDS = 500
_REMEMBERED = 5000


@dataclass(frozen=True, slots=True)
class Verdict:
    """A row with what was found: `cleansed` for a good one, `reasons` for a refused one, never both."""

    row: Row
    external_id: str | None
    cleansed: dict[str, JSON] | None
    reasons: tuple[Reason, ...]


@dataclass(slots=True)
class _Tally:
    """How a proposal's column did: values that were right, all there were, the first different ones of good rows."""

    right: int = 0
    filled: int = 0
    samples: list[JSON] = field(default_factory=list)
    words: dict[str, JSON] = field(default_factory=dict)
    made: dict[str, JSON] = field(default_factory=dict)


class Judge:
    """Judges the rows of one file in their order; counts reasons, and gathers what its mappings should show."""

    def __init__(self, inspection: Inspection) -> None:
        self.proposals = propose(inspection)
        self.refused_by_reason: Counter[str] = Counter()
        self._inspection = inspection
        self._source = {name: column.source for name, column in inspection.recognised.known.items()}
        self._key = next(
            (self._source[name] for name in ("external_id", "name", "hostname") if name in self._source), None
        )
        self._checks = checks(inspection, self.proposals)
        self._tallies = tuple((proposal, _Tally()) for proposal in self.proposals)

    def serials(self, rows: Sequence[Row]) -> list[str]:
        """The serial numbers of rows, to be looked up in the inventory."""
        source = self._source.get("serial_number")
        found = (text(value_at(row.raw, source)) for row in rows) if source else ()
        return [serial for serial in found if serial]

    def judge(self, rows: Sequence[Row], inventory: Serials) -> list[Verdict]:
        """The verdicts on the next rows of the file.

        Args:
            inventory: of what `serials(rows)` named, that which the inventory has.
        """
        return [self._verdict(row, inventory) for row in rows]

    def mappings(self) -> Iterator[tuple[Proposal, float, list[JSON]]]:
        """Each proposal with its confidence and sample values, once all rows are judged."""
        for proposal, tally in self._tallies:
            if tally.filled:
                samples = (
                    tally.samples or list(self._inspection.profiles[proposal.source].distinct)[:_SAMPLES]
                )
                yield _completed(proposal, tally), proposal.confidence(tally.right / tally.filled), samples

    def _verdict(self, row: Row, inventory: Serials) -> Verdict:
        reasons = tuple(found for check in self._checks if (found := check(row, inventory)) is not None)
        self.refused_by_reason.update(str(reason["code"]) for reason in reasons)
        cleansed: dict[str, JSON] | None = None if reasons else {}
        wrong = {reason["field"] for reason in reasons}
        for proposal, tally in self._tallies:
            value = value_at(row.raw, proposal.source)
            empty = value is None or value == ""
            if not empty:
                _note(tally, value, right=proposal.source not in wrong, shown=not reasons)
            if cleansed is not None:
                cleansed[proposal.target] = None if empty else _transformed(row, proposal, tally, value)
        external = text(value_at(row.raw, self._key)) if self._key else ""
        return Verdict(row, external or None, cleansed, reasons)


def _note(tally: _Tally, value: JSON, *, right: bool, shown: bool) -> None:
    tally.filled += 1
    tally.right += right
    if shown and len(tally.samples) < _SAMPLES and value not in tally.samples:
        tally.samples.append(value)


def _transformed(row: Row, proposal: Proposal, tally: _Tally, value: JSON) -> JSON:
    if proposal.type is TransformationType.DIRECT:
        return value
    if proposal.type is not TransformationType.ENUM_MAPPING:
        return _made(row, proposal, tally, value)
    # The file may hold more words than the first look remembered.
    word = str(value)
    member = CLOSED[proposal.kind](text(value))
    if len(tally.words) < _WORDS:
        tally.words[word] = member
    return member


def _made(row: Row, proposal: Proposal, tally: _Tally, value: JSON) -> JSON:
    """The transformed value; columns of text repeat themselves (sizes, systems, days), so the last ones are kept."""
    if not isinstance(value, str):
        return transform(row.raw, proposal.source, proposal.type, proposal.rule)
    if value not in tally.made:
        if len(tally.made) >= _REMEMBERED:
            tally.made.clear()
        tally.made[value] = transform(row.raw, proposal.source, proposal.type, proposal.rule)
    return tally.made[value]


def _completed(proposal: Proposal, tally: _Tally) -> Proposal:
    """A mapping of words says all words of good rows, and no others."""
    if proposal.type is not TransformationType.ENUM_MAPPING or not tally.words:
        return proposal
    words = len(tally.words)
    why = "One value occurs, and is understood." if words == 1 else f"{words} values occur, all understood."
    return replace(proposal, rule={"values": dict(tally.words)}, why=why)
