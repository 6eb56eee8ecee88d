"""Questions about the data, and the proof that each can be answered with no."""

from reseed.check import Check
from reseed.project import Project
from reseed.validate.can_fail import CAN_FAIL, prepare_checks
from reseed.validate.catalogue import data_checks
from reseed.validate.columns import FLAG, ID, fixed_columns, numbered
from reseed.validate.faults import row_fault
from reseed.validate.graph import circles, components, cycles
from reseed.validate.identity import rows_digest
from reseed.validate.mess import count_mess
from reseed.validate.named import Query, read_queries
from reseed.validate.pack import answer_queries, answers_markdown
from reseed.validate.plans import USE_INDEXES, prepare_queries
from reseed.validate.prove import caught, prove
from reseed.validate.question import Answer, none_of, question, tally
from reseed.validate.suite import run_checks


def checks(project: Project) -> tuple[Check, ...]:
    """Every check of this room: about the project's data, and about what a run prepares for asking."""
    return (*data_checks(project), CAN_FAIL, USE_INDEXES)


__all__ = [
    "FLAG",
    "ID",
    "Answer",
    "Query",
    "answer_queries",
    "answers_markdown",
    "caught",
    "checks",
    "circles",
    "components",
    "count_mess",
    "cycles",
    "fixed_columns",
    "none_of",
    "numbered",
    "prepare_checks",
    "prepare_queries",
    "prove",
    "question",
    "read_queries",
    "row_fault",
    "rows_digest",
    "run_checks",
    "tally",
]
