"""How a page is looked at: in each color scheme, and at each width."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from reseed.pages.declared import Pages


@dataclass(frozen=True, slots=True)
class Look:
    """A color scheme and a width in CSS pixels. `differs_in` says what can be other than in the first look."""

    scheme: Literal["light", "dark"]
    width: int
    differs_in: Literal["everything", "colors", "layout"] = "everything"

    @property
    def name(self) -> str:
        return f"{self.scheme}, {self.width} wide"


def looks(pages: Pages) -> tuple[Look, ...]:
    """Every color scheme at the first width, then the other widths in the first scheme; the first look is the usual."""
    first, *schemes = pages.color_schemes
    wide, *widths = pages.widths
    return (
        Look(first, wide),
        *(Look(scheme, wide, "colors") for scheme in schemes),
        *(Look(first, width, "layout") for width in widths),
    )
