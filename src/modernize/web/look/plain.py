"""Pages that need no websocket: a refusal, an error. Plain HTML in the console's look."""

from __future__ import annotations

from html import escape

from modernize.web.access.caller import Identity

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · Modernize</title>
<link rel="icon" href="/look/mark.svg" type="image/svg+xml">
<link rel="stylesheet" href="/look/theme.css"><script src="/look/theme.js"></script>
</head>
<body class="console plain"><main class="notice" id="main">
<p class="mark"><span class="glyph" aria-hidden="true"></span><span class="name">Modernize</span></p>
<h1>{title}</h1>
<p>{message}</p>
<p><a class="button plain" href="{href}">{way}</a></p>
</main></body></html>
"""


def notice(title: str, message: str, *, href: str = "/", way: str = "To the dashboard") -> str:
    """A page that says one thing and leads on."""
    return _PAGE.format(title=escape(title), message=escape(message), href=escape(href), way=escape(way))


def refusal(page: str, identity: Identity) -> str:
    """What somebody sees who may not open a page."""
    role = identity.role.replace("_", " ").lower()
    return notice(
        "Not for your role",
        f"{page} is not open to the role {role}, which you hold in {identity.account_name}. "
        "A client admin can change roles.",
    )
