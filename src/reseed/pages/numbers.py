"""What pages must show: what the dataset defines, and what the queries behind the pages return."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from reseed.check import Check
from reseed.database import Connection, Target, apart
from reseed.errors import LoginRefused, ProjectError, ReseedError, ServerUnreachable
from reseed.pages.declared import Expectation, Pages
from reseed.pages.reading import read_pages
from reseed.project import Project
from reseed.seed import Dataset, Definition
from reseed.site import Site
from reseed.validate import rows
from reseed.validate.pack import as_application
from reseed.validate.question import Answer, question
from reseed.validate.seeded import removed_row


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a page must show: one text, or a text for each row; or why nobody knows."""

    texts: tuple[str, ...] = ()
    problem: str = ""


#: Page name and what it shows -> what it must show.
AllWanted: TypeAlias = Mapping[tuple[str, str], Wanted]


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


def wanted_by_definition(pages: Pages, definition: Definition) -> AllWanted:
    """What pages must show, as far as it is known before there is a database."""
    return {
        (page.name, expectation.shows): Wanted(
            () if expectation.rows else (str(defined(definition, expectation.number)),)
        )
        for page, expectation in pages.expectations()
    }


def wanted_of_database(site: Site, pages: Pages) -> AllWanted:
    """What the queries return for the demo tenant, asked as the application's role under row-level security."""
    target = site.target.on(site.database)
    with as_application(site, target) as connection:
        return {
            (page.name, expectation.shows): _ask(connection, target, expectation)
            for page, expectation in pages.expectations()
        }


def number_checks(project: Project) -> tuple[Check, ...]:
    """Whether the values that pages are compared with are the right ones."""
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
    shown = wanted_of_database(site, pages)
    by_definition = wanted_by_definition(pages, site.dataset.definition)
    expected: dict[str, object] = {}
    actual: dict[str, object] = {}
    for page, expectation in pages.expectations():
        label = f"{page.name}: {expectation.shows}"
        wanted = shown[page.name, expectation.shows]
        # Rows are not counted by the definition; that there are some is what can be asked.
        expected[label] = "rows" if expectation.rows else by_definition[page.name, expectation.shows].texts[0]
        actual[label] = wanted.problem or ("rows" if expectation.rows else wanted.texts[0])
    different = [label for label in expected if expected[label] != actual[label]]
    return Answer(
        expected={"asked": len(expected), "different": []},
        actual={"asked": len(actual), "different": different},
        measured=len(actual),
        rows=[{"shown": label, "expected": expected[label], "actual": actual[label]} for label in different],
    )


def _ask(connection: Connection, target: Target, expectation: Expectation) -> Wanted:
    try:
        with apart(connection, target):
            texts = _first_column(connection, expectation.sql)
    except (ServerUnreachable, LoginRefused):
        raise
    except ReseedError as error:
        return Wanted(problem=f"the query has no answer: {error.message}")
    if not texts or (not expectation.rows and not texts[0]):
        return Wanted(problem="the query returns nothing")
    if not expectation.rows and len(texts) > 1:
        return Wanted(problem=f"the query returns {len(texts)} rows, expected one")
    return Wanted(texts)


def _first_column(connection: Connection, sql: str) -> tuple[str, ...]:
    return tuple(_text(row[0]) for row in connection.execute(rows.statement(sql)))


def _text(value: object) -> str:
    plain = rows.plain(value)
    return "" if plain is None else str(plain)
