"""Models agree with what `reseed.toml` says of the application, before any database is asked."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from modernize.models import enums, metadata, security
from modernize.models.base import Base
from reseed.project import Project, RequiredColumn


def test_security_and_project_name_the_same_role_and_setting(project: Project) -> None:
    assert project.app_role == security.APP_ROLE
    assert project.tenant_setting == security.TENANT_SETTING
    assert project.load_metadata() is metadata is Base.metadata


def test_the_contract_is_exact(project: Project) -> None:
    assert project.contract.required
    assert [column for column in project.contract.required if not _kept(column)] == []


def _kept(required: RequiredColumn) -> bool:
    column = metadata.tables[required.table].columns[required.column]
    spelled = column.type.compile(dialect=postgresql.dialect()).lower().replace(", ", ",")
    default = column.server_default
    if required.default is None:
        return spelled == required.type and default is None
    assert isinstance(default, sa.DefaultClause)
    text = str(default.arg).removesuffix("::jsonb").strip("'")
    return (spelled, text) == (required.type, required.default)


def test_no_column_is_forbidden(project: Project) -> None:
    columns = {column.name for table in metadata.tables.values() for column in table.columns}
    assert columns.isdisjoint(project.contract.forbidden_columns)


def test_soft_references_name_tables_and_columns_that_exist() -> None:
    declared = [
        (table, column, parent)
        for table in metadata.tables.values()
        for column, parent in table.info.get("soft_references", {}).items()
    ]
    assert declared
    for table, column, parent in declared:
        assert column in table.columns
        assert parent in metadata.tables


@pytest.mark.parametrize(
    ("closed_set", "name"),
    [(enums.FlowStatus, "flow_status"), (enums.SixrStrategy, "sixr_strategy"), (enums.OsFamily, "os_family")],
)
def test_a_closed_set_names_its_type(closed_set: type[enums.StrEnum], name: str) -> None:
    assert enums.type_name(closed_set) == name
