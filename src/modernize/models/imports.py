"""How a customer's own lists come in: files, their rows as found and as cleansed, the mapping of columns."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from modernize.models.base import (
    ENGAGEMENT,
    TENANT,
    Base,
    Confidence,
    Document,
    Documents,
    EngagementOwned,
    OptionalDocument,
    Timestamped,
    between,
    by,
    is_array,
    is_object,
    not_negative,
    ordered,
    sibling_key,
    to_engagement,
    to_member,
    within_engagement,
)
from modernize.models.enums import FileFormat, ImportStatus, ImportType, MappingStatus, TransformationType


class DataImport(EngagementOwned, Timestamped, Base):
    __tablename__ = "data_imports"
    __table_args__ = (
        to_engagement(),
        within_engagement("discovery_flow_id", "discovery_flows"),
        to_member("imported_by"),
        sibling_key(),
        by("discovery_flow_id"),
        by("status"),
        by("started_at"),
        sa.Index(None, TENANT, "imported_by"),
        ordered("started_at", "completed_at"),
        not_negative("file_size", "total_records", "valid_records", "failed_records"),
        sa.CheckConstraint("valid_records + failed_records <= total_records", name="records_add_up"),
        sa.CheckConstraint(
            "status <> 'completed' OR valid_records + failed_records = total_records",
            name="completed_is_all_done",
        ),
        sa.CheckConstraint("(status = 'completed') = (completed_at IS NOT NULL)", name="completed_has_time"),
        sa.CheckConstraint("(status = 'failed') = (error_message IS NOT NULL)", name="failed_has_error"),
        sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256_form"),
        is_object("parse_options"),
        is_object("processing_metrics"),
        is_object("error_details"),
        {"comment": "Files brought into a discovery flow: what they were, the rows taken, the time it took."},
    )

    discovery_flow_id: Mapped[UUID]
    name: Mapped[str]
    import_type: Mapped[ImportType]
    source_system: Mapped[str] = mapped_column(
        comment="what made the file: ServiceNow, AWS Config, a spreadsheet"
    )
    file_name: Mapped[str]
    file_format: Mapped[FileFormat]
    file_size: Mapped[int] = mapped_column(sa.BigInteger, comment="bytes")
    mime_type: Mapped[str]
    sha256: Mapped[str] = mapped_column(comment="of the file's bytes, hexadecimal")
    source_columns: Mapped[list[str]] = mapped_column(
        ARRAY(sa.Text()),
        server_default=sa.text("'{}'::text[]"),
        comment="headers as found, in the file's order",
    )
    parse_options: Mapped[Document]
    status: Mapped[ImportStatus] = mapped_column(server_default=ImportStatus.PENDING.value)
    total_records: Mapped[int] = mapped_column(server_default="0")
    valid_records: Mapped[int] = mapped_column(server_default="0")
    failed_records: Mapped[int] = mapped_column(server_default="0")
    processing_metrics: Mapped[Document]
    error_message: Mapped[str | None]
    error_details: Mapped[OptionalDocument]
    imported_by: Mapped[UUID | None]
    started_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]


class RawImportRecord(EngagementOwned, Timestamped, Base):
    __tablename__ = "raw_import_records"
    __table_args__ = (
        within_engagement("data_import_id", "data_imports", owned=True),
        sibling_key(),
        sa.UniqueConstraint(TENANT, ENGAGEMENT, "data_import_id", "row_number"),
        by("data_import_id", "is_valid", "row_number"),
        sa.CheckConstraint("row_number > 0", name="row_number_positive"),
        sa.CheckConstraint("is_valid = (cleansed_data IS NOT NULL)", name="valid_is_cleansed"),
        sa.CheckConstraint("is_valid = (validation_errors = '[]'::jsonb)", name="invalid_has_reason"),
        is_object("raw_data"),
        is_object("cleansed_data"),
        is_array("validation_errors"),
        {"comment": "Rows of an imported file: as found, then as cleansed or with the reasons for refusal."},
    )

    data_import_id: Mapped[UUID]
    row_number: Mapped[int] = mapped_column(comment="row in the file, the first one below the header is 1")
    external_id: Mapped[str | None] = mapped_column(comment="the row's own key in its source system")
    raw_data: Mapped[dict[str, Any]] = mapped_column(JSONB(none_as_null=True))
    cleansed_data: Mapped[OptionalDocument]
    is_valid: Mapped[bool]
    validation_errors: Mapped[Documents]
    processed_at: Mapped[datetime | None]


class ImportFieldMapping(EngagementOwned, Timestamped, Base):
    __tablename__ = "import_field_mappings"
    __table_args__ = (
        within_engagement("data_import_id", "data_imports", owned=True),
        to_member("reviewed_by"),
        sa.UniqueConstraint(
            TENANT,
            ENGAGEMENT,
            "data_import_id",
            "source_field",
            "target_field",
            name="uq_import_field_mappings_fields",
        ),
        by("status"),
        sa.Index(None, TENANT, "reviewed_by"),
        between("confidence", 0, 1),
        sa.CheckConstraint(
            "(transformation_type = 'direct') = (transformation_rule IS NULL)", name="transformation_has_rule"
        ),
        sa.CheckConstraint(
            "(status = 'pending') = (reviewed_at IS NULL)"
            " AND (reviewed_by IS NULL OR reviewed_at IS NOT NULL)",
            name="reviewed_has_time",
        ),
        is_object("transformation_rule"),
        is_array("sample_values"),
        {"comment": "Which column of a file fills which field of an asset, by what rule, approved by whom."},
    )

    data_import_id: Mapped[UUID]
    source_field: Mapped[str]
    target_field: Mapped[str] = mapped_column(comment="a column of assets")
    transformation_type: Mapped[TransformationType] = mapped_column(
        server_default=TransformationType.DIRECT.value
    )
    transformation_rule: Mapped[OptionalDocument]
    confidence: Mapped[Confidence]
    status: Mapped[MappingStatus] = mapped_column(server_default=MappingStatus.PENDING.value)
    sample_values: Mapped[Documents]
    suggested_by: Mapped[str | None] = mapped_column(comment="the agent that proposed it")
    rationale: Mapped[str | None]
    reviewed_by: Mapped[UUID | None]
    reviewed_at: Mapped[datetime | None]
    review_note: Mapped[str | None]
