"""The project's query pack: asked the way the application asks, as its own role with the demo tenant set."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from reseed.database import Connection, Target, apart, connect, sql
from reseed.errors import ReseedError
from reseed.project import Project
from reseed.records import QueryAnswer
from reseed.site import Site
from reseed.validate import rows
from reseed.validate.named import Query, read_queries


def pack(project: Project) -> Mapping[str, Query]:
    """The queries of the project's pack by name, in its order."""
    return read_queries(project.queries)


def answer_queries(site: Site) -> tuple[QueryAnswer, ...]:
    """Run every query of the pack for the demo tenant; one that fails is an answer with an error."""
    queries, target = pack(site.project).values(), site.target.on(site.database)
    try:
        with as_application(site, target) as connection:
            return tuple(_answer(connection, target, query) for query in queries)
    except ReseedError as error:
        return tuple(QueryAnswer(each.name, each.question, each.sql, error=error.message) for each in queries)


@contextmanager
def as_application(site: Site, target: Target, tenant: int = 0) -> Iterator[Connection]:
    """A connection in a read-only transaction, with the application's role and one tenant; rolled back at the end."""
    with connect(target) as connection:
        try:
            connection.execute("SET TRANSACTION READ ONLY")
            value = str(site.dataset.tenant_id(tenant))
            connection.execute("SELECT set_config(%s, %s, true)", (site.project.tenant_setting, value))
            role = sql.Identifier(site.project.app_role)
            connection.execute(sql.SQL("SET LOCAL ROLE {}").format(role))
            yield connection
        finally:
            connection.rollback()


def answers_markdown(answers: tuple[QueryAnswer, ...]) -> str:
    """Every question of the pack with its statement and its whole result, for people."""
    parts = ["# Query results", "", "Asked as the application's role, with the demo tenant set."]
    for answer in answers:
        parts += ["", f"## {answer.name}", "", answer.question, "", "```sql", answer.sql, "```", ""]
        parts += [f"**No answer:** {answer.error}"] if answer.error else _table(answer)
    return "\n".join(parts) + "\n"


def _answer(connection: Connection, target: Target, query: Query) -> QueryAnswer:
    began = time.perf_counter()
    try:
        with apart(connection, target):
            cursor = connection.execute(rows.statement(query.sql))
            columns = tuple(column.name for column in cursor.description or ())
            found = tuple(tuple(rows.plain(value) for value in row) for row in cursor)
    except ReseedError as error:
        return QueryAnswer(query.name, query.question, query.sql, error=error.message)
    seconds = round(time.perf_counter() - began, 4)
    return QueryAnswer(query.name, query.question, query.sql, columns, found, seconds=seconds)


def _table(answer: QueryAnswer) -> list[str]:
    lines = [_line(answer.columns), _line("---" for _ in answer.columns)]
    lines += [_line(map(_cell, row)) for row in answer.rows]
    return [*lines, "", f"{len(answer.rows)} rows in {1000 * answer.seconds:.0f} ms"]


def _line(cells: Iterator[str] | tuple[str, ...] | map[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(value: object) -> str:
    return "" if value is None else str(value).replace("|", "\\|").replace("\n", " ")
