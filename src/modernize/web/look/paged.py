"""A table of rows that are all known already, some of them at a time, so that a long one does not bury the page."""

from __future__ import annotations

from collections.abc import Sequence

from modernize.web.look import parts
from modernize.web.look.controls import button

SIZE = 20
"""Rows that are shown at once."""


class PagedTable:
    """A table as `parts.table` draws it; where it has more rows than fit, buttons lead through them."""

    def __init__(
        self, head: Sequence[str], rows: Sequence[Sequence[object]], *, caption: str, name: str = ""
    ) -> None:
        self._head, self._rows, self._caption, self._name = head, rows, caption, name
        self._place = parts.box("div", "stack")
        self._draw(0)

    def _draw(self, first: int) -> None:
        self._place.clear()
        last = min(first + SIZE, len(self._rows))
        with self._place:
            parts.table(self._head, self._rows[first:last], caption=self._caption, name=self._name)
            if len(self._rows) > SIZE:
                self._foot(first, last)

    def _foot(self, first: int, last: int) -> None:
        with parts.box("div", "line"):
            back = button("Previous", lambda: self._draw(first - SIZE), described="Previous rows")
            words = f"Rows {first + 1:,} to {last:,} of {len(self._rows):,}"
            parts.text("span", words, "note", role="status")
            on = button("Next", lambda: self._draw(last), described="Next rows")
            for each, is_there in ((back, first > 0), (on, last < len(self._rows))):
                each.props.set_bool("disabled", not is_there)
