"""What keeps people with disabilities out, as axe-core sees it; only what it calls serious or critical."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from reseed.pages.looks import Look
from reseed.pages.scripts import script

if TYPE_CHECKING:
    from playwright.sync_api import Page as Tab

Violations: TypeAlias = tuple[str, ...]

_GRAVE = frozenset({"serious", "critical"})

# Style sheets are not fetched a second time: that would be requests of ours among the page's.
_OPTIONS: dict[str, Any] = {"resultTypes": ["violations"], "preload": False}

#: The rules about colors; they take longer than all others together.
_ABOUT_COLORS = ("color-contrast", "link-in-text-block")

_RULES: Mapping[str, dict[str, Any]] = {
    "everything": {},
    "colors": {"runOnly": {"type": "rule", "values": list(_ABOUT_COLORS)}},
    "layout": {"rules": {rule: {"enabled": False} for rule in _ABOUT_COLORS}},
}

_HEIGHT = 900

#: A long page on a busy machine takes its time.
_AXE_MS = 120_000
_ASK_MS = 50


def barriers(tab: Tab, look: Look) -> Violations:
    """The grave violations of the page as it is, each in one sentence."""
    from axe_playwright_python.base import AXE_SCRIPT
    from playwright.sync_api import TimeoutError as Overdue

    tab.evaluate(AXE_SCRIPT)
    tab.evaluate(script("barriers"), {**_OPTIONS, **_RULES[look.differs_in]})
    try:
        # Asked again and again: a page that reloads itself meanwhile would never answer a single question.
        answer = tab.wait_for_function(
            "() => window.axeAnswer", timeout=_AXE_MS, polling=_ASK_MS
        ).json_value()
    except Overdue:
        return (f"axe-core has not finished after {_AXE_MS / 1000:g} s",)
    if "error" in answer:
        return (f"axe-core cannot judge the page: {answer['error']}",)
    return tuple(_sentence(violation) for violation in answer["violations"] if violation["impact"] in _GRAVE)


@dataclass
class Remembered:
    """What was found on pages so far. Many roles see a page that is built alike, and axe-core takes its time."""

    _found: dict[tuple[str, str], Violations] = field(default_factory=dict)

    def barriers(self, tab: Tab, look: Look, path: str) -> Violations:
        """The grave violations of the page at a path, looked for unless one built alike has been judged."""
        key = path, tab.evaluate(script("shape"))
        if key not in self._found:
            self._found[key] = barriers(tab, look)
        return self._found[key]


def take_look(tab: Tab, look: Look) -> None:
    """Give the page the color scheme and the width of a look."""
    tab.emulate_media(color_scheme=look.scheme)
    tab.set_viewport_size(viewport(look.width))


def viewport(width: int) -> Any:
    return {"width": width, "height": _HEIGHT}


def _sentence(violation: dict[str, Any]) -> str:
    nodes = violation["nodes"]
    first = " ".join(map(str, nodes[0]["target"])) if nodes else "the page"
    more = f" and {len(nodes) - 1} more" if len(nodes) > 1 else ""
    return f"{violation['id']} ({violation['impact']}): {violation['help']}: {first}{more}"
