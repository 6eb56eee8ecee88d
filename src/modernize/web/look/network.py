"""A graph of things that need each other, as SVG that can be read with eyes, pointer, keyboard and screen reader."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass

from nicegui import ui
from nicegui.events import GenericEventArguments


@dataclass(frozen=True, slots=True)
class Dot:
    """A thing, at (x, y). `kind` is its shape; `said` is what a screen reader says and the pointer shows."""

    id: str
    x: float
    y: float
    name: str
    kind: str
    said: str
    left: bool = False
    focus: bool = False
    circle: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """An arrow from one dot to another along an SVG path; `kind` is its stroke."""

    source: str
    target: str
    path: str
    kind: str
    said: str
    soft: bool = False
    circle: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """Words above the drawing, from x on."""

    x: float
    words: str


@dataclass(frozen=True, slots=True)
class Halo:
    """A ring behind the members of a circle, with words at it."""

    x: float
    y: float
    radius: float
    words: str


class NetworkDrawing(ui.element, component="network.js"):
    """The drawing, with zoom; arrow keys go along the arrows, Enter opens.

    Args:
        label: what it shows, in words.
        opened: called with a dot's id when it is clicked or Enter is pressed on it.
    """

    def __init__(self, *, label: str, opened: Callable[[str], Awaitable[None] | None]) -> None:
        super().__init__()
        self._props.update(label=label, width=0, height=0, dots=[], lines=[], headings=[], halos=[])
        self.on("opened", lambda event: opened(_id(event)))

    def show(
        self,
        size: tuple[float, float],
        dots: Sequence[Dot],
        lines: Sequence[Line],
        headings: Sequence[Heading],
        halos: Sequence[Halo],
    ) -> None:
        """Draw these instead of what is there."""
        self._props.update(
            width=size[0],
            height=size[1],
            dots=[asdict(dot) for dot in dots],
            lines=[asdict(line) for line in lines],
            headings=[asdict(heading) for heading in headings],
            halos=[asdict(halo) for halo in halos],
        )
        self.update()


def _id(event: GenericEventArguments) -> str:
    return str(event.args)
