"""The waves on a time axis: planned and actual dates, the window of the cut-over, and today."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from modernize.web.look import parts
from modernize.web.services.planning import Wave

_MOST_TICKS = 12


@dataclass(frozen=True, slots=True)
class Span:
    """The days that the axis shows."""

    first: date
    last: date

    @classmethod
    def of(cls, waves: Sequence[Wave]) -> Span:
        """From the first day of the first month to the end of the last one's month."""
        days = [
            day
            for wave in waves
            for name in ("planned_start", "planned_end", "actual_start", "actual_end")
            if (day := wave.row[name])
        ]
        return cls(min(days).replace(day=1), _next_month(max(days)))

    def at(self, moment: date | datetime) -> float:
        """Where a day or a moment lies, in percent, kept between the ends."""
        day = moment.date() if isinstance(moment, datetime) else moment
        part = (day - self.first).days
        if isinstance(moment, datetime):
            part += (moment.hour + moment.minute / 60) / 24  # type: ignore[assignment]
        return min(100.0, max(0.0, 100 * part / max(1, (self.last - self.first).days)))

    def months(self) -> Iterator[date]:
        """First days of months, no more than fit side by side."""
        every = []
        month = self.first
        while month < self.last:
            every.append(month)
            month = _next_month(month)
        yield from every[:: 1 + (len(every) - 1) // _MOST_TICKS]


def timeline(waves: Sequence[Wave], today: date) -> None:
    """Draw the axis, and the same as a table."""
    span = Span.of(waves)
    with parts.section("Timeline", note=_today(span, today)):
        with parts.box(
            "div",
            "gantt",
            role="img",
            aria_label=f"{len(waves)} waves in time; the table says the same",
        ):
            with parts.box("div", "gantt-row gantt-axis"):
                parts.text("span", "")
                with parts.box("div", "gantt-track"):
                    for month in span.months():
                        parts.text("span", f"{month:%b}", "month").style(f"left:{span.at(month):.2f}%")
                    _today_line(span, today, words=True)
            for wave in waves:
                _row(wave, span, today)
        with parts.box("div", "legend"):
            for words, colour in (
                ("Planned", "--c3"),
                ("Actual", "--c1"),
                ("Cut-over", "--c6"),
                ("Today", "--bad"),
            ):
                with parts.box("span"):
                    parts.box("i").style(f"background:var({colour})")
                    parts.text("span", words)
        with parts.box("details"):
            parts.text("summary", "As a table")
            parts.table(
                ("Wave", "Planned", "Actual", "Cut-over"),
                [
                    (
                        f"{wave.row['sequence']} {wave.row['name']}",
                        between(wave.row["planned_start"], wave.row["planned_end"]),
                        between(wave.row["actual_start"], wave.row["actual_end"]),
                        cutover(wave),
                    )
                    for wave in waves
                ],
                caption="Dates of the waves",
            )


def between(first: date | None, last: date | None) -> str:
    """Two days in words."""
    if first is None:
        return "not started"
    return f"{first:%d %b %Y} to {last:%d %b %Y}" if last else f"since {first:%d %b %Y}"


def cutover(wave: Wave) -> str:
    """The window of a wave's cut-over in words."""
    first, last = wave.row["cutover_starts_at"], wave.row["cutover_ends_at"]
    return f"{first:%a %d %b, %H:%M} to {last:%a %H:%M} UTC" if first and last else "not set"


def _row(wave: Wave, span: Span, today: date) -> None:
    row = wave.row
    with parts.box("div", "gantt-row"):
        with parts.box("div", "name"):
            parts.text("span", f"{row['sequence']}  {row['name']}")
        with parts.box("div", "gantt-track"):
            for month in span.months():
                parts.box("span", "month").style(f"left:{span.at(month):.2f}%")
            _bar("planned", span, row["planned_start"], row["planned_end"])
            if row["actual_start"]:
                _bar(
                    "actual", span, row["actual_start"], row["actual_end"] or max(today, row["actual_start"])
                )
            if row["cutover_starts_at"] and row["cutover_ends_at"]:
                left, right = span.at(row["cutover_starts_at"]), span.at(row["cutover_ends_at"])
                window = parts.box("span", "cutover", title=f"Cut-over {cutover(wave)}")
                window.style(f"left:{left:.2f}%;width:{right - left:.2f}%")
            _today_line(span, today)


def _bar(kind: str, span: Span, first: date, last: date) -> None:
    left, right = span.at(first), span.at(last + timedelta(days=1))
    bar = parts.box("span", kind, title=f"{parts.words(kind)} {between(first, last)}")
    bar.style(f"left:{left:.2f}%;width:{right - left:.2f}%")


def _today_line(span: Span, today: date, *, words: bool = False) -> None:
    if not span.first <= today <= span.last:
        return
    place = span.at(today)
    with parts.box("span", "today late" if place > 80 else "today").style(f"left:{place:.2f}%"):
        if words:
            parts.text("span", "today")


def _today(span: Span, today: date) -> str:
    if today > span.last:
        return f"Today, {today:%d %B %Y}, lies after the last wave's dates."
    if today < span.first:
        return f"Today, {today:%d %B %Y}, lies before the first wave's dates."
    return f"Today is {today:%d %B %Y}."


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
