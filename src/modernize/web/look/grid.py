"""A table whose rows come page by page from the API: sorted, filtered and counted by the database."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from nicegui import ui
from nicegui.events import GenericEventArguments

from modernize.web.look.parts import TONES

Kind = Literal["text", "number", "money", "date", "moment", "chip", "share", "link", "wraps"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        name: of the field in the API's rows. label: what stands in the head.
        kind: how a value is shown; a `share` is 0 to 100 with a small bar, a `chip` a word of a closed set,
            a `link` opens the address in the row's field `<name>_href`.
        sort: whether the API can sort by it.
        shown: whether it is there before somebody chooses columns.
    """

    name: str
    label: str
    kind: Kind = "text"
    sort: bool = True
    shown: bool = True


class Grid(ui.element, component="grid.js"):
    """A table over an endpoint that answers `{"rows": […], "total": n}` to `?offset=&limit=&sort=&<filters>`.

    The filters, the order and the page stand in the page's address, so that they can be linked to and survive
    a reload. Rows are identified by their field `id`.

    Args:
        name: as `data-grid`, where the page checklist reads it, and for the columns that this browser remembers.
        source: the endpoint, `/api/assets`.
        caption: what it lists, for those who cannot see where it stands.
        filters: field -> value; empty values do not filter.
        sort: field, with a minus in front for descending; used unless the address says otherwise.
        opened: called with a row's id when it is opened; the first column is what opens it.
        picked: called with the ids of the chosen rows; the rows then have check boxes.
        nothing: what to say when there is no row.
    """

    def __init__(
        self,
        name: str,
        source: str,
        columns: Sequence[Column],
        *,
        caption: str,
        filters: Mapping[str, str] | None = None,
        sort: str = "",
        size: int = 50,
        opened: Callable[[str], Awaitable[None] | None] | None = None,
        picked: Callable[[list[str]], Awaitable[None] | None] | None = None,
        nothing: str = "Nothing here that fits the filters.",
    ) -> None:
        super().__init__()
        self._props.update(
            name=name,
            source=source,
            columns=[asdict(column) for column in columns],
            caption=caption,
            filters=_given(filters or {}),
            sort=sort or columns[0].name,
            size=size,
            opens=opened is not None,
            picks=picked is not None,
            nothing=nothing,
            tones=dict(TONES),
        )
        if opened:
            self.on("opened", lambda event: opened(_argument(event)))
        if picked:
            self.on("picked", lambda event: picked(list(event.args or [])))

    def show(self, filters: Mapping[str, str]) -> None:
        """List what fits these filters, from the first page on."""
        self._props["filters"] = _given(filters)
        self.update()

    def reload(self) -> None:
        """Fetch the page again, because something has changed; what was picked is let go."""
        self.run_method("reload")


def _given(filters: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in filters.items() if value}


def _argument(event: GenericEventArguments) -> str:
    return str(event.args)
