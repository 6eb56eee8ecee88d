"""What people press and fill in: buttons and fields, native ones, each with its label."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Literal

from nicegui import ui
from nicegui.element import Element
from nicegui.elements.mixins.text_element import TextElement
from nicegui.events import GenericEventArguments

from modernize.web.look.parts import box, text

Kind = Literal["primary", "plain", "quiet", "danger"]
Press = Callable[[], Awaitable[None] | None]
Change = Callable[[str], Awaitable[None] | None]


def button(
    label: str, press: Press, *, kind: Kind = "plain", action: str = "", described: str = ""
) -> TextElement:
    """A button.

    Args:
        action: scope that pressing it needs, as `data-action`; whoever lacks the scope must not be shown the button.
        described: the full name for those who do not see what it stands beside: "Approve host_name".
    """
    attributes: dict[str, object] = {"type": "button"}
    if action:
        attributes["data_action"] = action
    if described:
        attributes["aria_label"] = described
    return text("button", label, f"button {kind}", **attributes).on("click", lambda _: press())


def field(
    label: str,
    change: Change,
    *,
    value: str = "",
    kind: str = "text",
    hint: str = "",
    live: bool = False,
    **attributes: object,
) -> Element:
    """A text field under its label; `change` gets the text when it is left or confirmed, or while typing if `live`."""
    with box("label", "field"):
        text("span", label)
        entry = box("input", "", type=kind, placeholder=hint, **attributes)
        # As an attribute, which is only where the field begins: a property would be set again with every change of
        # the page, over what has been typed since.
        entry.props["^value"] = value
    event = "input" if live else "change"
    return entry.on(
        event,
        lambda event: change(_value(event)),
        js_handler=_EMIT_VALUE,
        throttle=0.25 if live else 0.0,
        leading_events=False,
    )


def area(label: str, change: Change, *, longest: int, hint: str = "") -> Element:
    """An empty field for some lines of text; `change` gets the text when it is left."""
    with box("label", "field"):
        text("span", label)
        # Without a value: as a property it would be set again with every change of the page, over what was typed.
        entry = box("textarea", "", rows=4, placeholder=hint, maxlength=longest)
    return entry.on("change", lambda event: change(_value(event)), js_handler=_EMIT_VALUE)


def choice(label: str, options: Mapping[str, str], change: Change, *, value: str = "") -> Element:
    """One of several: value -> words. `change` gets the chosen value."""
    with box("label", "field"):
        text("span", label)
        with box("select") as entry:
            for option, words in options.items():
                text("option", words, value=option, selected=option == value)
    return entry.on("change", lambda event: change(_value(event)), js_handler=_EMIT_VALUE)


_EMIT_VALUE = "(event) => emit(event.target.value)"


def _value(event: GenericEventArguments) -> str:
    return str(event.args or "")


def go(path: str) -> None:
    """Open another page of the console."""
    ui.navigate.to(path)
