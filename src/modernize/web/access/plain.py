"""Pages that need no websocket, in the console's look: forms, a refusal, an error. And refusals for programs."""

from __future__ import annotations

from pathlib import Path

import jinja2
from starlette.responses import HTMLResponse, JSONResponse, Response

from modernize.web.access.caller import Identity
from modernize.web.errors import ConsoleError, TooMany

TEMPLATES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=jinja2.StrictUndefined
)


def wants_page(path: str) -> bool:
    """Whether people open this address, and not programs or a page's own script."""
    return not path.startswith(("/api/", "/_nicegui"))


def refused(path: str, error: ConsoleError) -> Response:
    """The answer to a request that is refused: a page for people, JSON for programs."""
    headers = {"Retry-After": str(error.retry_after)} if isinstance(error, TooMany) else None
    if wants_page(path):
        return HTMLResponse(notice("Not possible", error.message), error.status, headers=headers)
    return JSONResponse(
        {"detail": error.message, "problems": list(error.problems)}, error.status, headers=headers
    )


def notice(title: str, message: str) -> str:
    """A page that says one thing and leads on to the dashboard."""
    return TEMPLATES.get_template("notice.html.j2").render(title=title, message=message)


def not_for_role(page: str, identity: Identity) -> str:
    """What somebody sees who may not open a page."""
    role = identity.role.replace("_", " ").lower()
    return notice(
        "Not for your role",
        f"{page} is not open to the role {role}, which you hold in {identity.account_name}. "
        "A client admin can change roles.",
    )
