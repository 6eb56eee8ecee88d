"""Are the rows there that the dataset's definition promises, exactly these and no stranger's?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from reseed.check import Check, Fault
from reseed.database import Connection, sql, without_row_security
from reseed.project import Project
from reseed.seed import Dataset, Keys, Part, Subset, TableComparison, compare
from reseed.site import Site
from reseed.validate import breakage, rows
from reseed.validate.breakage import ANY_ROW
from reseed.validate.follow import identifier
from reseed.validate.question import Answer, question
from reseed.validate.references import tenant_tables
from reseed.validate.tenants import owned_by, tenants_present

DEMO = range(1)


def checks(project: Project) -> tuple[Check, ...]:
    """One check for each part, table and subset that the dataset defines, and one for its digest."""
    dataset: Dataset = project.load_dataset()
    return (
        *(_part(project, dataset, part) for part in dataset.parts),
        *(_table(project, dataset, table) for table in dataset.definition.rows),
        *(_subset(project, dataset, subset) for subset in dataset.definition.subsets),
        question(
            "dataset.digest",
            "Does the database hold the dataset, value for value?",
            _digest,
            (_another_value(project, dataset),),
            rows_only=True,
        ),
    )


def _part(project: Project, dataset: Dataset, part: Part) -> Check:
    def answer(site: Site) -> Answer:
        definition = site.dataset.definition
        with site.connect() as connection, without_row_security(connection):
            present = _present(site, connection)
            own = {
                table: _count(connection, table, owned_by(project, dataset, table, DEMO))
                for table in part.tables
            }
            foreign = {table: _foreign(site, connection, table, present) for table in part.tables}
        return Answer(
            expected={"rows": {table: definition.rows[table] for table in part.tables}, "foreign": 0},
            actual={"rows": own, "foreign": sum(foreign.values())},
            measured=sum(own.values()),
            rows=tuple(
                {"table": table, "foreign rows": number} for table, number in foreign.items() if number
            ),
        )

    words = f"Does the demo tenant have exactly its rows in {', '.join(part.tables)}, and no stranger any?"
    table = part.tables[-1]
    return question(
        f"seeded.{part.name}",
        words,
        answer,
        (removed_row(project, dataset, table), _stranger(project, table)),
        rows_only=True,
    )


def _table(project: Project, dataset: Dataset, table: str) -> Check:
    number = dataset.definition.rows[table]
    words = f"Does the demo tenant have exactly {number} rows in {table}?"
    return question(
        f"rows.{table}",
        words,
        _number(project, table, ANY_ROW, number),
        (removed_row(project, dataset, table),),
        rows_only=True,
    )


def _subset(project: Project, dataset: Dataset, subset: Subset) -> Check:
    words = f"Does the demo tenant have exactly {subset.rows} rows in {subset.table} where {subset.where}?"
    condition = rows.statement(f"({subset.where})")
    return question(
        f"rows.{subset.name}",
        words,
        _number(project, subset.table, condition, subset.rows),
        (removed_row(project, dataset, subset.table, condition),),
        rows_only=True,
    )


def _number(project: Project, table: str, condition: rows.Statement, number: int) -> Callable[[Site], Answer]:
    def answer(site: Site) -> Answer:
        own = owned_by(project, site.dataset, table, DEMO)
        with site.connect() as connection, without_row_security(connection):
            found = _count(connection, table, sql.SQL("{} AND {}").format(own, condition))
            measured = _count(connection, table, own)
            shown = rows.text(connection, _selected(table, sql.SQL("{} AND {}").format(own, condition)))
        return Answer(number, found, measured, sql=shown)

    return answer


def _digest(site: Site) -> Answer:
    with site.connect() as connection:
        compared = _compared(site, connection)
    different = [table for table in compared if not table.equal]
    return Answer(
        expected={"tables that differ": []},
        actual={"tables that differ": [table.table for table in different]},
        measured=sum(table.found for table in compared),
        rows=(*map(_told, different), *_examples(different)),
    )


def _compared(site: Site, connection: Connection) -> tuple[TableComparison, ...]:
    """Every row of the dataset's tables, compared once for all questions."""

    def measure() -> tuple[TableComparison, ...]:
        present = _present(site, connection)
        return compare(connection, site.dataset, present, keys_of(site.project, site.dataset))

    return site.once("rows compared with the dataset", measure)


def _present(site: Site, connection: Connection) -> range:
    """The tenants whose rows are nobody's fault: those in the database, the demo tenant at least."""

    def measure() -> range:
        return tenants_present(connection, site.project, site.dataset) or DEMO

    return site.once("tenants present", measure)


def _foreign(site: Site, connection: Connection, table: str, present: range) -> int:
    """How many rows of a table belong to none of the tenants that are present."""
    if keys_of(site.project, site.dataset)[table].owner:
        return _count(connection, table, _not(owned_by(site.project, site.dataset, table, present)))
    # Whose a row of a shared table is, only the rows of the dataset say.
    return next(each.strangers for each in _compared(site, connection) if each.table == table)


def keys_of(project: Project, dataset: Dataset) -> dict[str, Keys]:
    """How the rows of each of the dataset's tables are found, by the models."""
    metadata = project.load_metadata()
    owners = tenant_tables(metadata, project.tenant_column, project.tenant_table)
    return {
        table: Keys(owners.get(table), tuple(column.name for column in metadata.tables[table].primary_key))
        for table in dataset.definition.rows
    }


def _told(table: TableComparison) -> rows.Row:
    return {
        "table": table.table,
        "rows expected": table.expected,
        "rows found": table.found,
        "of no tenant": table.strangers,
        "rows that differ": table.differing,
        "columns of one side only": list(table.columns),
    }


def _examples(tables: Sequence[TableComparison]) -> Iterator[rows.Row]:
    """The rows that differ by table and key, without their values, which may be nobody's business."""
    for table in tables:
        for row in table.examples:
            key = ", ".join(map(str, row.key))
            yield {"table": row.table, "key": key, "is": row.kind, "columns": list(row.columns)}


def removed_row(project: Project, dataset: Dataset, table: str, condition: rows.Statement = ANY_ROW) -> Fault:
    def change(connection: Connection) -> None:
        own = owned_by(project, dataset, table, DEMO)
        breakage.remove(connection, table, sql.SQL("{} AND {}").format(own, condition))

    return breakage.changes(f"remove a row from {table}", change)


def _stranger(project: Project, table: str) -> Fault:
    """The demo tenant loses nothing: a copy of a row goes to someone whom the dataset does not know."""
    declared = project.load_metadata().tables[table]
    changed = {column.name: breakage.stranger(column) for column in declared.primary_key}
    return breakage.changes(
        f"add a stranger's row to {table}", lambda connection: breakage.copy(connection, declared, changed)
    )


def _another_value(project: Project, dataset: Dataset) -> Fault:
    """One value of one row changed to its next one, which no constraint notices."""
    table, column, value = next(_changeable(project, dataset))
    return breakage.changes(
        f"change {table}.{column} of one row",
        lambda connection: breakage.touch(connection, table, column, value),
    )


def _changeable(project: Project, dataset: Dataset) -> Iterator[tuple[str, str, str]]:
    """(table, column, expression for another value) of what the digest covers, the last columns first."""
    for table in reversed(list(dataset.definition.rows)):
        for column in reversed(project.load_metadata().tables[table].columns):
            value = breakage.another(column)
            if value and not column.foreign_keys and (table, column.name) not in dataset.volatile:
                yield table, column.name, value


def _count(connection: Connection, table: str, condition: rows.Statement) -> int:
    return rows.count(connection, _selected(table, condition))


def _selected(table: str, condition: rows.Statement) -> sql.Composed:
    return sql.SQL("SELECT 1 FROM {} WHERE {}").format(identifier(table), condition)


def _not(condition: sql.Composed) -> sql.Composed:
    return sql.SQL("({}) IS NOT TRUE").format(condition)
