"""Making checks: a question, how its answer is found, and the faults that prove it can fail."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from reseed.check import Check, Fault
from reseed.database import Connection, without_row_security
from reseed.records import JSON, Finding
from reseed.seed import Dataset
from reseed.site import Site
from reseed.validate import rows
from reseed.validate.named import Query
from reseed.validate.rows import statement


@dataclass(frozen=True, slots=True)
class Answer:
    """What was measured. It passes when `actual == expected` and something was looked at.

    Attributes:
        expected, actual: of the same shape; the finding holds them as JSON. measured: how many things were looked at.
        rows: offending rows. sql: what anyone can run to see it.
    """

    expected: object
    actual: object
    measured: int
    rows: Sequence[Mapping[str, object]] = ()
    sql: str = ""


def question(
    name: str,
    words: str,
    answer: Callable[[Site], Answer],
    faults: tuple[Fault, ...],
    *,
    rows_only: bool = False,
) -> Check:
    """A check of scope "database" from a function that measures.

    Args:
        rows_only: it looks at rows through `site.connect` alone.
    """

    def measure(site: Site) -> Finding:
        said = answer(site)
        expected, actual = rows.plain(said.expected), rows.plain(said.actual)
        passed = said.measured > 0 and expected == actual
        shown = tuple(map(rows.plain_row, said.rows[: rows.EXAMPLES]))
        return Finding(name, words, passed, expected, actual, said.measured, shown, said.sql)

    return Check(name, words, measure, faults, rows_only=rows_only)


def none_of(name: str, offending: Query, among: str, faults: tuple[Fault, ...]) -> Check:
    """A check that no row breaks a rule, in any tenant.

    Args:
        offending: its question is the check's; it returns one row for each offence. `%(tenant)s` is the demo tenant
            and `%(as_of)s` the dataset's clock, so that a literal percent sign is written twice.
        among: a query for the rows that the rule is about; their number is what was looked at.
    """

    def answer(site: Site) -> Answer:
        parameters = parameters_of(site.dataset)
        query, population = statement(offending.sql), statement(among)
        with site.connect() as connection, without_row_security(connection):
            found = rows.count(connection, query, parameters)
            shown = rows.examples(connection, query, parameters) if found else ()
            measured = rows.count(connection, population, parameters)
            pasted = rows.text(connection, query, parameters)
        return Answer(0, found, measured, shown, pasted)

    return question(name, offending.question, answer, faults, rows_only=True)


def tally(
    name: str, counting: Query, expected: Callable[[Dataset], Mapping[str, object]], faults: tuple[Fault, ...]
) -> Check:
    """A check that numbers are those of the dataset's definition.

    Args:
        counting: its question is the check's; it returns rows of two columns, what is counted and its number.
        expected: the same, from the dataset.
    """

    def answer(site: Site) -> Answer:
        with site.connect() as connection, without_row_security(connection):
            found = _pairs(connection, counting, site.dataset)
            pasted = rows.text(connection, statement(counting.sql), parameters_of(site.dataset))
        wanted = {key: rows.plain(value) for key, value in expected(site.dataset).items()}
        return Answer(wanted, found, len(found), _differences(wanted, found), pasted)

    return question(name, counting.question, answer, faults, rows_only=True)


def parameters_of(dataset: Dataset) -> Mapping[str, object]:
    """What a check's SQL may refer to."""
    return {"tenant": dataset.tenant_id(0), "as_of": dataset.as_of}


def _pairs(connection: Connection, counting: Query, dataset: Dataset) -> dict[str, JSON]:
    """What is counted -> its number, or all its numbers where it was found more than once."""
    found: dict[str, list[JSON]] = {}
    for key, value in connection.execute(statement(counting.sql), parameters_of(dataset)):
        found.setdefault(str(rows.plain(key)), []).append(rows.plain(value))
    return {key: values[0] if len(values) == 1 else values for key, values in found.items()}


def _differences(expected: Mapping[str, object], actual: Mapping[str, object]) -> list[Mapping[str, object]]:
    return [
        {"what": key, "expected": expected.get(key), "actual": actual.get(key)}
        for key in sorted({*expected, *actual})
        if expected.get(key) != actual.get(key)
    ]
