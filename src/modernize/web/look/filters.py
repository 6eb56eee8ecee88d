"""What stands in a page's address: what its list is narrowed by, with the controls for it, and what is open."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from inspect import isawaitable
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Request
from nicegui.element import Element

from modernize.web.errors import Invalid
from modernize.web.look import controls, parts
from modernize.web.look.acting import refuse
from modernize.web.look.controls import Change

Tell = Callable[[str], Awaitable[None] | None]


@dataclass(frozen=True, slots=True)
class Tab:
    """One of the values that tabs offer: words, how many there are, and that number's name in pages.toml."""

    words: str
    number: int
    show: str = ""


class Filters:
    """Field -> value, of those the page knows and that are given; whoever wants to know is told of a change."""

    def __init__(self, given: Mapping[str, str], known: Iterable[str]) -> None:
        self.values = {name: given[name] for name in known if given.get(name)}
        self._tells: list[Tell] = []

    def __getitem__(self, name: str) -> str:
        return self.values.get(name, "")

    def tell(self, changed: Tell) -> None:
        """Call `changed` with the field after every change, in the order in which it was asked for."""
        self._tells.append(changed)

    async def set(self, name: str, value: str) -> None:
        """Narrow by another value; by none if it is empty."""
        if value:
            self.values[name] = value
        else:
            self.values.pop(name, None)
        for changed in self._tells:
            waiting = changed(name)
            if isawaitable(waiting):
                await waiting

    def setter(self, name: str) -> Change:
        """What sets one of them, for a control."""

        async def change(value: str) -> None:
            await self.set(name, value)

        return change

    def search(self, hint: str, *, label: str = "Search", name: str = "search") -> None:
        """Draw a field that narrows while somebody types."""
        controls.field(label, self.setter(name), value=self[name], kind="search", hint=hint, live=True)

    def choice(
        self, name: str, label: str, options: Mapping[str, str] | type[StrEnum], *, every: str = "Any"
    ) -> None:
        """Draw a choice of one value or none; `every` is the word for none."""
        offered = options if isinstance(options, Mapping) else worded(options)
        controls.choice(label, {"": every, **offered}, self.setter(name), value=self[name])

    def tabs(
        self, path: str, name: str, offered: Mapping[str, Tab], *, label: str, without: Iterable[str] = ()
    ) -> None:
        """Draw a tab for each value of a field; it keeps the other filters as they are at that moment.

        Args:
            path: of the page. without: fields that do not outlive a change of the tab.
        """
        links: dict[str, Element] = {}
        dropped = {name, *without}

        def point(_: str = "") -> None:
            others = {field: value for field, value in self.values.items() if field not in dropped}
            for value, link in links.items():
                query = urlencode({**others, **({name: value} if value else {})})
                link.props["href"] = f"{path}?{query}" if query else path

        with parts.box("nav", "tabs", aria_label=label):
            for value, tab in offered.items():
                links[value] = link = parts.box("a")
                if self[name] == value:
                    link.props["aria-current"] = "page"
                with link:
                    parts.text("span", tab.words)
                    shown = {"data_show": tab.show} if tab.show else {}
                    parts.text("span", parts.number(tab.number), "count", **shown)
        point()
        self.tell(point)


def worded(closed_set: type[StrEnum]) -> dict[str, str]:
    """Value -> words of everything in a closed set."""
    return {str(value): parts.words(value) for value in closed_set}


async def open_from_address(
    request: Request, name: str, opened: Callable[[str], Awaitable[None]], *, what: str = ""
) -> None:
    """Open at once what the address names in this parameter, for links from other pages; nothing if it names none."""
    wanted = request.query_params.get(name)
    if not wanted:
        return
    try:
        UUID(wanted)
    except ValueError:
        refuse(Invalid(f'The address names the {what or name} "{wanted}", which is not an id.'))
        return
    await opened(wanted)
