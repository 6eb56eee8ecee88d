"""Rows of the imported files, judged anew: reasons for refusal are true, cleansed values follow from mappings."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from modernize.checks.cleansing import Cleansing
from modernize.checks.imported import Import, Record, imports, known_systems
from modernize.checks.reasons import Surroundings, is_true
from reseed.database import without_row_security
from reseed.site import Site
from reseed.validate import Answer, question, read_queries, row_fault

_SQL = read_queries(Path(__file__).with_suffix(".sql"))

_KEPT = 1000
"""How many wrong rows are kept, to show the first of them."""


@dataclass(slots=True)
class _Tally:
    """How many were looked at, how many of these are wrong, and some of those."""

    seen: int = 0
    wrong: int = 0
    kept: list[dict[str, Any]] = field(default_factory=list)

    def offence(self, read: Import, record: Record, **what: object) -> None:
        self.wrong += 1
        if len(self.kept) < _KEPT:
            self.kept.append({"import": read.name, "row": record.number, **what})

    def answer(self, sql: str) -> Answer:
        shown = sorted(self.kept, key=lambda row: (row["import"], row["row"]))
        return Answer(0, self.wrong, self.seen, shown, sql)


@dataclass(frozen=True, slots=True)
class _Judgement:
    """Every reason for refusal, and every accepted row."""

    reasons: _Tally = field(default_factory=_Tally)
    accepted: _Tally = field(default_factory=_Tally)


def _judgement(site: Site) -> _Judgement:
    """Of the rows of every tenant, in one pass that both questions share."""
    return site.once("imported rows judged", lambda: _judge(site))


def _judge(site: Site) -> _Judgement:
    said, cleansing = _Judgement(), Cleansing()
    with site.connect() as connection, without_row_security(connection):
        systems = known_systems(connection)
        for read in imports(connection):
            around, steps = Surroundings(read, systems), cleansing.steps(read.mappings)
            for record in read.records:
                for reason in record.errors:
                    said.reasons.seen += 1
                    if not is_true(record, reason, around):
                        said.reasons.offence(read, record, reason=reason)
                if record.accepted:
                    said.accepted.seen += 1
                    wanted = {target: step(record.raw) for target, step in steps}
                    if wanted != record.cleansed:
                        said.accepted.offence(read, record, expected=wanted, found=record.cleansed)
    return said


def _refused_rightly(site: Site) -> Answer:
    return _judgement(site).reasons.answer(_SQL["refused"].sql)


def _cleansed_rightly(site: Site) -> Answer:
    return _judgement(site).accepted.answer(_SQL["accepted"].sql)


CHECKS = (
    question(
        "records.refused_rightly",
        _SQL["refused"].question,
        _refused_rightly,
        (
            row_fault(
                "refuse a row for an address that is right",
                "UPDATE raw_import_records SET is_valid = false, cleansed_data = NULL, validation_errors ="
                " jsonb_build_array(jsonb_build_object('code', 'invalid_ip', 'field', 'ip_address',"
                " 'value', raw_data ->> 'ip_address', 'message', 'not an IPv4 address'))"
                " WHERE is_valid AND raw_data ->> 'sys_class_name' = 'cmdb_ci_ip_firewall'",
            ),
            row_fault(
                "quote a value that the row does not have",
                "UPDATE raw_import_records SET validation_errors ="
                " jsonb_set(validation_errors, '{0,value}', '\"10.0.0.256\"')"
                " WHERE validation_errors -> 0 ->> 'code' = 'invalid_ip'",
            ),
        ),
        rows_only=True,
    ),
    question(
        "records.cleansed_rightly",
        _SQL["accepted"].question,
        _cleansed_rightly,
        (
            row_fault(
                "change a cleansed value",
                "UPDATE raw_import_records SET cleansed_data = jsonb_set(cleansed_data, '{name}', '\"nobody\"')"
                " WHERE is_valid AND row_number = 1",
            ),
            row_fault(
                "approve another rule than the one that was applied",
                "UPDATE import_field_mappings SET transformation_rule = transformation_rule || '{\"divide_by\": 7}'"
                " WHERE transformation_type = 'unit_conversion'",
            ),
        ),
        rows_only=True,
    ),
)
