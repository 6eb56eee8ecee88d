"""Rows of the imported files, judged anew: reasons for refusal are true, cleansed values follow from mappings."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from ipaddress import AddressValueError, IPv4Address
from pathlib import Path
from typing import Any

from modernize.importing.transformation import field, transform
from modernize.models.enums import TransformationType
from reseed.database import dict_rows, sql, without_row_security
from reseed.site import Site
from reseed.validate import Answer, question, read_queries, row_fault

_SQL = read_queries(Path(__file__).with_suffix(".sql"))

_DATES = {"cmdb": "%d.%m.%Y", "cloud_inventory": "%Y-%m-%dT%H:%M:%SZ", "manual": "%d.%m.%Y"}

_Row = Mapping[str, Any]


def _rows(site: Site, query: str) -> list[dict[str, Any]]:
    with site.connect() as connection, without_row_security(connection):
        return dict_rows(connection, sql.SQL(_SQL[query].sql))


def _refused_rightly(site: Site) -> Answer:
    refused = _rows(site, "refused")
    wrong = [
        {"import": row["import"], "row": row["row_number"], "reason": row["error"]}
        for row in refused
        if not _is_true(row)
    ]
    return Answer(0, len(wrong), len(refused), wrong, _SQL["refused"].sql)


def _is_true(row: _Row) -> bool:
    """Whether the reason's value stands in the row, and is what the reason says about it."""
    reason = row["error"]
    value = field(row["raw_data"], reason["field"])
    judge = _JUDGES.get(reason["code"])
    return judge is not None and bool(value == reason.get("value")) and judge(value, row)


def _is_no_address(value: Any, row: _Row) -> bool:
    try:
        IPv4Address(str(value))
    except AddressValueError:
        return True
    return False


def _is_no_date(value: Any, row: _Row) -> bool:
    try:
        datetime.strptime(str(value), _DATES[row["import_type"]])
    except ValueError:
        return True
    return False


def _is_misread(value: Any, row: _Row) -> bool:
    """UTF-8 that was read as Latin-1 turns back into UTF-8 when it is written as Latin-1."""
    text = str(value)
    try:
        return text.encode("latin-1").decode("utf-8") != text
    except UnicodeError:
        return False


def _is_not_positive(value: Any, row: _Row) -> bool:
    return re.fullmatch(r"[1-9]\d*(\.\d+)?", str(value)) is None


_JUDGES: Mapping[str, Callable[[Any, _Row], bool]] = {
    "missing_hostname": lambda value, row: value in (None, ""),
    "invalid_ip": _is_no_address,
    "duplicate_serial": lambda value, row: bool(row["repeated"]),
    "unknown_os": lambda value, row: not str(value).startswith(tuple(row["systems"] or ())),
    "negative_cpu": _is_not_positive,
    "invalid_memory": _is_not_positive,
    "invalid_date": _is_no_date,
    "wrong_encoding": _is_misread,
    "unknown_environment": lambda value, row: value not in (row["environments"] or {}),
}


def _cleansed_rightly(site: Site) -> Answer:
    accepted = _rows(site, "accepted")
    wrong = [
        {"import": row["import"], "row": row["row_number"], "expected": wanted, "found": row["cleansed_data"]}
        for row in accepted
        if (wanted := _cleansed(row)) != row["cleansed_data"]
    ]
    return Answer(0, len(wrong), len(accepted), wrong, _SQL["accepted"].sql)


def _cleansed(row: _Row) -> dict[str, Any]:
    return {
        each["target"]: transform(
            row["raw_data"], each["source"], TransformationType(each["type"]), each["rule"]
        )
        for each in row["mappings"] or ()
    }


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
    ),
)
