"""Small parts of pages: text, figures, chips, sections, bars, plain tables. They are semantic HTML and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from typing import Literal

from nicegui import ui
from nicegui.element import Element
from nicegui.elements.mixins.text_element import TextElement

Tone = Literal["neutral", "accent", "good", "warn", "bad"]

_JUDGED: Mapping[Tone, tuple[str, ...]] = {
    "good": (
        "completed",
        "approved",
        "ready",
        "accepted",
        "active",
        "passed",
        "migrated",
        "confirmed",
        "valid",
    ),
    "accent": ("running", "in_progress", "initialized"),
    "warn": ("pending", "waiting_for_approval", "needs_attention", "paused", "proposed", "invited", "high"),
    "bad": ("failed", "rejected", "blocked", "critical", "cancelled", "disabled", "dismissed", "refused"),
}

#: Words of closed sets that carry a judgement; every other word is neutral. A chip always shows the word as well.
TONES: Mapping[str, Tone] = {word: tone for tone, together in _JUDGED.items() for word in together}


def words(value: object) -> str:
    """A label of a closed set as people say it: `asset_inventory`, `READ_ONLY` -> `Asset inventory`, `Read only`."""
    label = str(value).replace("_", " ")
    spoken = label.lower() if label.isupper() else label
    return spoken[:1].upper() + spoken[1:]


def tone_of(value: object) -> Tone:
    """How a word of a closed set is coloured."""
    return TONES.get(str(value).lower(), "neutral")


def text(tag: str, content: object, classes: str = "", **attributes: object) -> TextElement:
    """An element with text; `data_show="assets"` becomes the attribute `data-show`."""
    element = TextElement(tag=tag, text=str(content)).classes(classes)
    _set(element, attributes)
    return element


def box(tag: str = "div", classes: str = "", **attributes: object) -> Element:
    """An element for other elements: `with box("ul", "list"):`."""
    element = ui.element(tag).classes(classes)
    _set(element, attributes)
    return element


def link(content: object, href: str, classes: str = "", **attributes: object) -> TextElement:
    return text("a", content, classes, href=href, **attributes)


def icon(path: str) -> Element:
    """A drawing of 24 x 24, in the colour of the text around it; it says nothing that the text does not say."""
    return ui.html(
        f'<svg viewBox="0 0 24 24" aria-hidden="true" class="icon"><path d="{path}"/></svg>',
        sanitize=False,
        tag="span",
    )


def number(value: object) -> str:
    """A number with thousands separators; nothing known is a dash."""
    if value is None:
        return "–"
    return f"{value:,}" if isinstance(value, int | float | Decimal) else str(value)


def counted(count: int, what: str) -> str:
    """A number with what it is of: "1 asset", "1,234 assets"."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def money(value: Decimal | float | None) -> str:
    """US dollars, whole ones."""
    return "–" if value is None else f"${value:,.0f}"


def figure(
    label: str, value: object, *, show: str = "", href: str = "", note: str = "", tone: Tone = "neutral"
) -> None:
    """A key figure; with `href` the whole card leads to the list behind it. `show`: the number's name in pages.toml."""
    card = box("a", f"figure {tone}", href=href) if href else box("div", f"figure {tone}")
    with card:
        text("span", label, "label")
        text("strong", number(value), "value", **({"data_show": show} if show else {}))
        if note:
            text("span", note, "note")


@contextmanager
def figures() -> Iterator[None]:
    """A row of key figures."""
    with box("div", "figures"):
        yield


@contextmanager
def columns(classes: str = "") -> Iterator[None]:
    """Sections side by side where there is room."""
    with box("div", f"columns {classes}"):
        yield


@contextmanager
def section(
    title: str, *, note: str = "", classes: str = "", actions: Callable[[], object] | None = None
) -> Iterator[Element]:
    """A titled part of a page; `actions` draws what stands at the right of its heading."""
    with box("section", f"section {classes}") as element:
        with box("div", "section-head"):
            with box("div"):
                text("h2", title)
                if note:
                    text("p", note, "note")
            if actions:
                with box("div", "actions"):
                    actions()
        yield element


def chip(value: object, tone: Tone | None = None) -> None:
    """A word of a closed set."""
    text("span", words(value), f"chip {tone or tone_of(value)}")


def facts(pairs: Mapping[str, object]) -> None:
    """Names and values of one thing."""
    with box("dl", "facts"):
        for name, value in pairs.items():
            with box("div"):
                text("dt", name)
                text("dd", "–" if value in (None, "") else value)


def bar(shares: Sequence[tuple[str, float, Tone]], *, label: str) -> None:
    """A horizontal bar of shares; `label` says in words what it shows."""
    whole = sum(size for _, size, _ in shares) or 1
    with box("div", "bar", role="img", aria_label=label):
        for name, size, tone in shares:
            if size:
                box("span", tone, title=f"{name}: {number(size)}").style(f"width:{100 * size / whole:.2f}%")


def progress(percent: float, *, label: str) -> None:
    """How far something is, 0 to 100."""
    with box(
        "div",
        "progress",
        role="progressbar",
        aria_valuenow=round(percent),
        aria_valuemin=0,
        aria_valuemax=100,
        aria_label=label,
    ):
        box("span").style(f"width:{percent:.1f}%")


@dataclass(frozen=True, slots=True)
class Linked:
    """A cell of a table that leads somewhere."""

    text: str
    href: str


def table(
    head: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    caption: str,
    numbers: Sequence[int] = (),
    name: str = "",
) -> None:
    """A small table, all of it on the page.

    Args:
        caption: what it lists, for those who cannot see where it stands.
        rows: values; a `Linked` cell leads somewhere, and one that is a function draws itself, which costs the page
            an element of its own for every cell of the table.
        numbers: indexes of columns that hold numbers.
        name: of its `data-grid`, where the page checklist reads it; cells then carry `data-column` from the head.
    """
    with (
        box("div", "scroll", tabindex=0, role="region", aria_label=caption),
        box("table", **({"data_grid": name} if name else {})),
    ):
        text("caption", caption, "unseen")
        with box("thead"), box("tr"):
            for index, title in enumerate(head):
                text("th", title, "number" if index in numbers else "", scope="col")
        told = [tuple(row) for row in rows]
        if not any(callable(cell) for row in told for cell in row):
            ui.html(_body(told, head, numbers), sanitize=False, tag="tbody")
            return
        with box("tbody"):
            for row in told:
                with box("tr"):
                    for index, cell in enumerate(row):
                        _cell(cell, head[index], index in numbers)


def _body(rows: Sequence[Sequence[object]], head: Sequence[str], numbers: Sequence[int]) -> str:
    """All rows as one piece of HTML: hundreds of cells cost a page no more than one."""
    return "".join(
        "<tr>"
        + "".join(
            f'<td data-column="{escape(_column(head[index]))}"{_NUMBER if index in numbers else ""}>'
            f"{_inner(cell, index in numbers)}</td>"
            for index, cell in enumerate(row)
        )
        + "</tr>"
        for row in rows
    )


_NUMBER = ' class="number"'


def _inner(cell: object, is_number: bool) -> str:
    if isinstance(cell, Linked):
        return f'<a href="{escape(cell.href)}">{escape(cell.text)}</a>'
    return escape(_said(cell, is_number))


def _said(cell: object, is_number: bool) -> str:
    return number(cell) if is_number else ("–" if cell is None else str(cell))


def _column(title: str) -> str:
    return title.lower().replace(" ", "_")


def _cell(cell: object, title: str, is_number: bool) -> None:
    attributes = {"data_column": _column(title)}
    classes = "number" if is_number else ""
    if not callable(cell) and not isinstance(cell, Linked):
        text("td", _said(cell, is_number), classes, **attributes)
        return
    with box("td", classes, **attributes):
        if isinstance(cell, Linked):
            link(cell.text, cell.href)
        elif callable(cell):
            cell()


def empty(title: str, hint: str = "") -> None:
    """What stands where a list would be when there is nothing to list."""
    with box("div", "empty"):
        text("p", title, "title")
        if hint:
            text("p", hint, "note")


def problem(message: str) -> None:
    """An error as a page shows it."""
    text("p", message, "problem", role="alert")


def theme_switch() -> None:
    """Light or dark; theme.js remembers the choice in this browser."""
    ui.html(
        '<button type="button" class="button quiet" data-theme-switch aria-label="Switch between light and dark">'
        '<span aria-hidden="true">◐</span></button>',
        sanitize=False,
        tag="span",
    )


def _set(element: Element, attributes: Mapping[str, object]) -> None:
    for name, value in attributes.items():
        element.props[name.rstrip("_").replace("_", "-")] = value
