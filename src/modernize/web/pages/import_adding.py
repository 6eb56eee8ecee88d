"""Asking how the accepted rows of an import are to be added to the inventory, and saying how that went."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from modernize.importing.assets import LEFT_OUT, Otherwise
from modernize.models.enums import AssetType, Environment
from modernize.web.access.caller import Caller
from modernize.web.look import parts
from modernize.web.look.acting import act
from modernize.web.look.controls import button, choice
from modernize.web.look.overlay import Overlay
from modernize.web.services.imports import add_to_inventory
from modernize.web.settings import ConsoleSettings


def ask_adding(
    dialog: Overlay,
    caller: Caller,
    settings: ConsoleSettings,
    row: Mapping[str, Any],
    begun: Callable[[], None],
) -> None:
    """Ask what is so of rows that do not say, and begin to add when that is confirmed."""
    given = {"otherwise": Otherwise()}

    def set_type(value: str) -> None:
        given["otherwise"] = replace(given["otherwise"], asset_type=AssetType(value))

    def set_environment(value: str) -> None:
        given["otherwise"] = replace(given["otherwise"], environment=Environment(value))

    async def confirm() -> None:
        if await act(add_to_inventory, caller, settings, row["id"], given["otherwise"]):
            dialog.close()
        begun()

    rows = parts.counted(row["valid_records"], "accepted row")
    with dialog.showing(f"Add {rows} to the inventory?", note=row["name"]):
        parts.text(
            "p",
            "Each becomes an asset by the approved mappings. From then on, these mappings stay as they are decided. "
            "Rows whose name or serial number the inventory has already are left out.",
        )
        usual = given["otherwise"]
        choice("Kind of assets that name none", _words(AssetType), set_type, value=usual.asset_type)
        choice(
            "Environment of those that name none",
            _words(Environment),
            set_environment,
            value=usual.environment,
        )
        with parts.box("div", "actions"):
            button(f"Add {rows}", confirm, kind="primary", action="import:create")
            button("Cancel", dialog.close)


def how_it_went(added: Mapping[str, Any]) -> str:
    """What became of an import's accepted rows, in a sentence."""
    left_out = added["left_out"]
    said = f"{parts.counted(added['added'], 'asset')} in the inventory by this import"
    if left_out:
        reasons = ", ".join(
            f"{parts.number(number)} {LEFT_OUT.get(code, code)}" for code, number in left_out.items()
        )
        said += f"; {parts.number(sum(left_out.values()))} left out: {reasons}"
    return f"{said}."


def _words(closed: type[AssetType] | type[Environment]) -> dict[str, str]:
    return {each.value: parts.words(each) for each in closed}
