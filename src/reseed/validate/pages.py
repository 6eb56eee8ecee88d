"""`pages.toml`: an application's pages, who may see them, and the numbers they must show.

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

from reseed.check import Check
from reseed.errors import ProjectError
from reseed.project import Project
from reseed.seed import Dataset, Definition
from reseed.site import Site
from reseed.validate import rows
from reseed.validate.pack import as_application
from reseed.validate.question import Answer, question
from reseed.validate.seeded import removed_row


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
    """All pages of an application. `sign_in` is the path of its sign-in form."""

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


def defined(definition: Definition, number: str) -> int:
    """A number of the dataset's definition by name: a table's, or a subset's.

    Raises:
        ProjectError: the definition has no such number.
    """
    numbers = {**definition.rows, **{subset.name: subset.rows for subset in definition.subsets}}
    if number not in numbers:
        raise ProjectError(
            f'A page expects the number "{number}", which the dataset does not define.',
            "Name one of its tables or subsets.",
        )
    return numbers[number]


def checks(project: Project) -> tuple[Check, ...]:
    """Whether the numbers that pages are compared with are the right ones."""
    dataset: Dataset = project.load_dataset()
    shown = {expectation.number for _, expectation in read_pages(project.pages).expectations()}
    counted = [table for table in dataset.definition.rows if table in shown]
    if not counted:
        return ()
    return (
        question(
            "pages.numbers",
            "Does every query behind a page, asked as the application's role, return the number that is defined?",
            _numbers,
            (removed_row(project, dataset, counted[-1]),),
        ),
    )


def _numbers(site: Site) -> Answer:
    pages = read_pages(site.project.pages)
    expected: dict[str, object] = {}
    actual: dict[str, object] = {}
    with as_application(site, site.target.on(site.database)) as connection:
        for page, expectation in pages.expectations():
            label = f"{page.name}: {expectation.shows}"
            expected[label] = defined(site.dataset.definition, expectation.number)
            row = connection.execute(rows.statement(expectation.sql)).fetchone()
            actual[label] = rows.plain(row[0]) if row else None
    different = [label for label in expected if expected[label] != actual[label]]
    return Answer(
        expected={"numbers": len(expected), "different": []},
        actual={"numbers": len(actual), "different": different},
        measured=len(actual),
        rows=[{"shown": label, "expected": expected[label], "actual": actual[label]} for label in different],
    )
