"""The form that uploads a file: sent by the browser itself with its progress, refusals listed in full."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

from nicegui import ui

from modernize.importing.limits import Limits


class UploadForm(ui.element, component="upload.js"):
    """A form over POST /api/imports.

    Args:
        token: the session's CSRF token. flows: those that wait for a file, `id` and `name`.
        begun: called with the import's id when its file was looked through and its rows are being stored.
    """

    def __init__(
        self,
        token: str,
        flows: Sequence[Mapping[str, str]],
        limits: Limits,
        begun: Callable[[str], Awaitable[None]],
    ) -> None:
        super().__init__()
        self._props.update(token=token, flows=list(flows), most=limits.size, rows=limits.rows)
        self.on("begun", lambda event: begun(str(event.args)))
