"""What keeps people with disabilities out, as axe-core sees it; only what it calls serious or critical."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reseed.pages.declared import Pages

if TYPE_CHECKING:
    from playwright.sync_api import Page as Tab

_GRAVE = frozenset({"serious", "critical"})

# Style sheets are not fetched a second time: that would be requests of ours among the page's.
_OPTIONS: dict[str, Any] = {"resultTypes": ["violations"], "preload": False}

_HEIGHT = 900


def barriers(tab: Tab) -> tuple[str, ...]:
    """The grave violations of the page as it is, each in one sentence."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(tab, options=_OPTIONS).response["violations"]
    return tuple(_sentence(violation) for violation in found if violation["impact"] in _GRAVE)


def take_look(tab: Tab, pages: Pages, look: str) -> None:
    """Give the page the color scheme and the width of a look."""
    looks = {
        f"{scheme}, {width} wide": (scheme, width) for scheme in pages.color_schemes for width in pages.widths
    }
    scheme, width = looks[look]
    tab.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    tab.set_viewport_size(viewport(width))


def viewport(width: int) -> Any:
    return {"width": width, "height": _HEIGHT}


def _sentence(violation: dict[str, Any]) -> str:
    nodes = violation["nodes"]
    first = " ".join(map(str, nodes[0]["target"])) if nodes else "the page"
    more = f" and {len(nodes) - 1} more" if len(nodes) > 1 else ""
    return f"{violation['id']} ({violation['impact']}): {violation['help']}: {first}{more}"
