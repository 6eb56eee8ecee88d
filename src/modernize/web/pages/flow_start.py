"""The dialog in which somebody starts a discovery flow."""

from __future__ import annotations

from collections.abc import Callable

from modernize.web.access.caller import Caller
from modernize.web.look import parts
from modernize.web.look.acting import act
from modernize.web.look.controls import area, button, field, go
from modernize.web.look.overlay import Overlay
from modernize.web.services import flows


def ask_to_start(dialog: Overlay, caller: Caller) -> None:
    """Open the dialog; starting leads to the new flow's page."""
    given = {"name": "", "description": ""}

    def setter(name: str) -> Callable[[str], None]:
        return lambda value: given.__setitem__(name, value)

    async def start() -> None:
        made = await act(flows.start, caller, flows.NewFlow(given["name"], given["description"]))
        if made:
            dialog.close()
            go(f"/flows/{made.flow.id}")

    with dialog.showing(
        "Start a discovery flow", note="It then waits for its first file, which is uploaded on Data Import."
    ):
        field("Name", setter("name"), autocomplete="off", required=True, maxlength=flows.LONGEST_NAME,
              hint="For example: Branch offices")  # fmt: skip
        area("Description", setter("description"), longest=flows.LONGEST_DESCRIPTION,
             hint="What is to be found out, and why")  # fmt: skip
        parts.text(
            "p",
            "What its agents learn stays within this engagement, and their memory is kept strictly apart.",
            "note",
        )
        with parts.box("div", "actions"):
            button("Start", start, kind="primary", action="flow:create", described="Start the discovery flow")
