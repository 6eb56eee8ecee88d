"""What the API answers when it does not do what was asked, as its description names it; and answers that are files."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel


class Refusal(BaseModel):
    """Why not, in one sentence. `problems`: every rule that is broken, where there is more than one."""

    detail: str
    problems: list[str] = []


REFUSALS: dict[int | str, dict[str, Any]] = {
    status: {"model": Refusal, "description": words}
    for status, words in {
        400: "The request cannot be read.",
        401: "Nobody is signed in, or the session has ended.",
        403: "The role does not allow it, or the header X-CSRF-Token is missing.",
        404: "There is no such thing in this client account.",
        409: "Somebody else was faster, or the state does not allow it.",
        422: "What was sent breaks a rule; the problems are named.",
        429: "Too much of it at once; Retry-After says when it is worth trying again.",
        503: "The database does not answer.",
    }.items()
}
"""Of every operation."""


def files(*media_types: str) -> dict[int | str, dict[str, Any]]:
    """The description of an answer that is a file."""
    content = {"schema": {"type": "string", "format": "binary"}}
    return {200: {"content": dict.fromkeys(media_types, content), "description": "The file."}}
