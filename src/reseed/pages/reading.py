"""Reading a `pages.toml`, and saying where it is wrong."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from pydantic import ValidationError

from reseed.errors import ProjectError
from reseed.pages.declared import Page, Pages

_CORRECT = "Correct the line and try again."
_API = re.compile(r"(?:(GET|HEAD|POST|PUT|PATCH|DELETE) )?(/\S*)")


def read_pages(file: Path) -> Pages:
    """Read and check a `pages.toml`.

    Raises:
        ProjectError: unreadable, malformed, two things of one name, a role that is not declared, a malformed request.
    """
    try:
        pages = Pages.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ProjectError(
            f"The page list {file} cannot be read: {error}.", "Correct it and try again."
        ) from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        said = first["msg"].removeprefix("Value error, ")
        raise ProjectError(f"{file}: {place}: {said[:1].lower()}{said[1:]}.", _CORRECT) from error
    if said := next(_mistakes(pages), ""):
        raise ProjectError(f"{file}: {said}.", _CORRECT)
    return pages


def request_of(api: str) -> tuple[str, str]:
    """Method and path of a declared request: `POST /api/imports`; GET where none is named.

    Raises:
        ValueError: it is none.
    """
    found = _API.fullmatch(api)
    if not found:
        raise ValueError(api)
    return found[1] or "GET", found[2]


def _mistakes(pages: Pages) -> Iterator[str]:
    if not pages.roles or not pages.pages:
        yield "it declares no role or no page, expected one at least"
    yield from _repeated("role", (role.name for role in pages.roles))
    yield from _repeated("page", (page.name for page in pages.pages))
    known = {role.name for role in pages.roles}
    for page in pages.pages:
        where = f'page "{page.name}"'
        yield from _unknown_roles(where, page, known)
        if not page.path.startswith("/"):
            yield f"{where} has the path {page.path}, expected one that begins with /"
        yield from _repeated(f"{where}: expectation", (expectation.shows for expectation in page.expect))
        yield from _repeated(f"{where}: action", (action.name for action in page.actions))
        for api in (*page.api, *(action.api for action in page.actions if action.api)):
            if not _API.fullmatch(api):
                yield f'{where} names the request "{api}", expected for example POST /api/orders'


def _unknown_roles(where: str, page: Page, known: set[str]) -> Iterator[str]:
    expected = f"expected one of {', '.join(sorted(known))}"
    if not page.roles:
        yield f"{where} is open to no role, {expected}"
    for role in (*page.roles, *(role for action in page.actions for role in action.roles)):
        if role not in known:
            yield f"{where} names the role {role}, {expected}"
    for action in page.actions:
        if shut_out := sorted(set(action.roles) - set(page.roles)):
            yield f'{where} lets {shut_out[0]} do "{action.name}", but not open the page'


def _repeated(what: str, names: Iterable[str]) -> Iterator[str]:
    for name, times in Counter(names).items():
        if times > 1:
            yield f'{what} "{name}" is declared {times} times, expected once'
