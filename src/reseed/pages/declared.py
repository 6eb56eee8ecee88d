"""`pages.toml`: an application's pages, who may see them, and the numbers they must show.

[application]                                 how it is started on a database, or base_url = where it runs already
command = ["{python}", "-m", "shop.web", "--host", "{host}", "--port", "{port}"]
ready = "/health"

[[roles]]                                     a role, and the demo user who holds it
name = "VIEWER"
email = "viewer@democorp.com"

[[pages]]                                     a page, and the roles that may open it; others are refused
name = "Asset Inventory"
path = "/assets"
roles = ["ANALYST", "VIEWER"]

[[pages.expect]]                              a number beside a label: what the SQL returns for the tenant,
shows = "Servers"                             and the name of the same number in the dataset's definition
number = "assets.servers"
sql = "SELECT count(*) FROM assets WHERE asset_type = 'server'"
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from reseed.errors import ProjectError
from reseed.pages.application import Application


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Role(_Section):
    """A role of the application, and the demo user who holds it."""

    name: str
    email: str


class Expectation(_Section):
    """A number that a page shows beside a label; `number` is its name in the dataset's definition."""

    shows: str
    number: str
    sql: str


class Action(_Section):
    """Something a page lets some of its roles do; the others do not see it."""

    name: str
    roles: tuple[str, ...]


class Page(_Section):
    """A page and the roles that may open it."""

    name: str
    path: str
    roles: tuple[str, ...]
    expect: tuple[Expectation, ...] = ()
    actions: tuple[Action, ...] = ()


class Pages(_Section):
    """All pages of an application. `sign_in` is the path of its sign-in form; `application` how it is started."""

    application: Application | None = None
    sign_in: str
    roles: tuple[Role, ...]
    pages: tuple[Page, ...]

    def expectations(self) -> Iterator[tuple[Page, Expectation]]:
        return ((page, expectation) for page in self.pages for expectation in page.expect)


def read_pages(file: Path) -> Pages:
    """Read and check a `pages.toml`.

    Raises:
        ProjectError: unreadable, malformed, or a page names a role that is not declared.
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
        raise ProjectError(
            f"{file}: {place}: {first['msg'].lower()}.", "Correct the line and try again."
        ) from error
    known = {role.name for role in pages.roles}
    for page in pages.pages:
        named = {*page.roles, *(role for action in page.actions for role in action.roles)}
        if unknown := sorted(named - known):
            raise ProjectError(
                f'{file}: page "{page.name}" names the role {unknown[0]}, expected one of {", ".join(sorted(known))}.'
            )
    return pages
