"""What lies over a page: a drawer with the details of one thing, a dialog that asks. Both are native dialogs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from nicegui.element import Element

from modernize.web.look.parts import box, text


class Overlay:
    """A modal part of a page, emptied and filled again each time it opens; Escape and the close button close it.

    Make it once while the page is built; `with overlay.showing("lb-01"):` fills and opens it.
    """

    def __init__(self, kind: Literal["drawer", "ask"] = "drawer") -> None:
        self._dialog = box("dialog", f"overlay {kind}")

    @contextmanager
    def showing(self, title: str, *, note: str = "") -> Iterator[Element]:
        """Fill it anew; it opens when the block ends."""
        self._dialog.clear()
        heading = f"overlay-{self._dialog.id}"
        self._dialog.props["aria-labelledby"] = heading
        with self._dialog:
            with box("div", "overlay-head"):
                with box("div"):
                    text("h2", title, id=heading)
                    if note:
                        text("p", note, "note")
                text("button", "Close", "button quiet", type="button").on("click", lambda _: self.close())
            with box("div", "overlay-body", tabindex=0) as body:
                yield body
        self._run("if (!dialog.open) dialog.showModal()")

    def close(self) -> None:
        self._run("dialog.close()")

    def _run(self, code: str) -> None:
        # After the elements that were just made have reached the browser. By the dialog's own client: what was pressed
        # may have been inside, and is gone.
        self._dialog.client.run_javascript(
            f"const dialog = getHtmlElement({self._dialog.id}); Vue.nextTick(() => {{ {code} }})"
        )
