"""Is a request the person's own, or did another site make their browser send it?"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from urllib.parse import urlsplit

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def own(headers: Mapping[str, str]) -> bool:
    """Whether a request comes from a page of ours, or from no page at all (a script, a command line).

    A browser says where a request comes from in `Origin`, or at least in `Sec-Fetch-Site`, and no page can forge
    either. The scheme is left out of the comparison: behind a proxy that ends TLS we do not know it.
    """
    origin = headers.get("origin")
    if origin is not None:
        return _same(origin, headers.get("host", ""))
    return headers.get("sec-fetch-site", "none") in ("same-origin", "none")


def _same(origin: str, host: str) -> bool:
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(host) and parts.netloc.lower() == host.lower()


def is_loopback(host: str) -> bool:
    """Whether a `Host` header names this machine: then there is no TLS, and no wire to listen on."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def local_path(target: str | None) -> str:
    """Where to go after a sign-in: the target when it is a path of ours, else the front page.

    Browsers read `//evil`, `/\\\\evil` and paths with tabs or line breaks in them as another site's address.
    """
    if not target or not target.startswith("/") or target.startswith("//"):
        return "/"
    if "\\" in target or any(ord(letter) <= 32 or ord(letter) == 127 for letter in target):
        return "/"
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or parts.path.startswith("/sign-"):
        return "/"
    return target
