"""The numbers that pages must show: what the dataset defines, and what the queries behind the pages return."""

from __future__ import annotations

from reseed.check import Check
from reseed.errors import ProjectError
from reseed.pages.declared import read_pages
from reseed.project import Project
from reseed.seed import Dataset, Definition
from reseed.site import Site
from reseed.validate import rows
from reseed.validate.pack import as_application
from reseed.validate.question import Answer, question
from reseed.validate.seeded import removed_row


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


def number_checks(project: Project) -> tuple[Check, ...]:
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
