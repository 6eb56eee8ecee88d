"""Rows of the import tables: the files, their rows as found and as cleansed, the mapping of their columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from modernize.dataset import story, timeline
from modernize.dataset.columns import Row, Tables
from modernize.dataset.files import ImportFile, import_file
from modernize.dataset.inventory import Inventory
from modernize.dataset.refusal import refusals
from modernize.dataset.sources import source_rows
from modernize.dataset.story.records import Mapping as FieldMapping
from modernize.dataset.tenant import Tenant
from modernize.importing.transformation import columns, field, transform
from modernize.models.enums import DiscoveryPhase, ImportStatus, MappingStatus
from reseed.records import JSON

SOURCES = ("cmdb", "cloud", "manual")
_SAMPLES = 3

_NAMES = {
    "cmdb": ("ServiceNow CMDB export", "ServiceNow"),
    "cloud": ("Private cloud inventory", "VMware Aria Operations"),
    "manual": ("Regional sites survey", "Excel, filled in by site leads"),
}
_PARSING: Mapping[str, dict[str, Any]] = {
    "cmdb": {"encoding": "utf-8", "delimiter": ",", "header_row": 1, "identity": ["sys_id", "serial_number"]},
    "cloud": {"encoding": "utf-8", "path": "resources", "identity": ["moid", "uuid"]},
    "manual": {"sheet": "Sites", "header_row": 1, "identity": ["Server name"]},
}
_EXTERNAL_IDS = {"cmdb": "sys_id", "cloud": "moid", "manual": "Server name"}


@dataclass(frozen=True, slots=True)
class Import:
    """One import: its file, its mappings, and where its rows stand."""

    source: str
    id: UUID
    file: ImportFile
    mappings: tuple[FieldMapping, ...]

    @property
    def valid(self) -> int:
        return sum(not row.reasons for row in self.file.rows)

    @property
    def refused(self) -> int:
        return len(self.file.rows) - self.valid


def imports(tenant: Tenant, inventory: Inventory) -> Mapping[str, Import]:
    """The tenant's three imports by source."""
    return {
        source: Import(
            source,
            tenant.id("data_imports", source),
            import_file(tenant, source, source_rows(tenant, inventory, source)),
            _mappings(tenant, source),
        )
        for source in SOURCES
    }


def record_id(tenant: Tenant, source: str, number: int) -> UUID:
    """Id of the raw record for row `number` (from 1) of an import."""
    return tenant.id("raw_import_records", source, number)


def tables(tenant: Tenant, all_imports: Mapping[str, Import]) -> Tables:
    """Rows of the three import tables."""
    return {
        "data_imports": [_import_row(tenant, each) for each in all_imports.values()],
        "raw_import_records": [row for each in all_imports.values() for row in _record_rows(tenant, each)],
        "import_field_mappings": [
            row for each in all_imports.values() for row in _mapping_rows(tenant, each)
        ],
    }


def _mappings(tenant: Tenant, source: str) -> tuple[FieldMapping, ...]:
    """All of them; some other tenants were never offered the one that is rejected."""
    known = story.mappings(source)
    if tenant.is_demo or tenant.between("import_field_mappings", source, 0, 1):
        return known
    return tuple(mapping for mapping in known if mapping.status is not MappingStatus.REJECTED)


def _times(tenant: Tenant, each: Import) -> tuple[datetime, datetime, bool]:
    """When the file was taken in, when that was over, and whether its mappings are all decided."""
    spans = timeline.spans(tenant, timeline.flow_by_source(each.source))
    intake = spans[DiscoveryPhase.DATA_IMPORT]
    decided = spans[DiscoveryPhase.FIELD_MAPPING].ended is not None
    return intake.begun, intake.ended or tenant.as_of, decided


def _import_row(tenant: Tenant, each: Import) -> Row:
    flow = timeline.flow_by_source(each.source)
    begun, ended, decided = _times(tenant, each)
    name, system = _NAMES[each.source]
    seconds = (ended - begun).total_seconds()
    reasons = Counter(reason for row in each.file.rows for reason in row.reasons)
    return {
        "client_account_id": tenant.account_id,
        "engagement_id": tenant.engagement_id,
        "id": each.id,
        "discovery_flow_id": tenant.id("discovery_flows", flow.role),
        "name": name,
        "import_type": each.file.type,
        "source_system": system,
        "file_name": each.file.name,
        "file_format": each.file.format,
        "file_size": len(each.file.contents),
        "mime_type": each.file.mime_type,
        "sha256": each.file.sha256,
        "source_columns": list(columns(each.file.rows[0].raw)),
        "parse_options": _PARSING[each.source],
        "status": ImportStatus.COMPLETED if decided else ImportStatus.IN_PROGRESS,
        "total_records": len(each.file.rows),
        "valid_records": each.valid,
        "failed_records": each.refused,
        "processing_metrics": {
            "duration_seconds": seconds,
            "records_per_second": round(len(each.file.rows) / seconds, 3),
            "rejected_by_reason": dict(sorted(reasons.items())),
            "mappings": dict(sorted(Counter(str(mapping.status) for mapping in each.mappings).items())),
        },
        "error_message": None,
        "error_details": {
            "refused_rows": [number for number, row in enumerate(each.file.rows, 1) if row.reasons]
        },
        "imported_by": tenant.user_id(flow.starter),
        "started_at": begun,
        # An import is over once its rows are cleansed by decided mappings.
        "completed_at": _cleansed_at(tenant, each) if decided else None,
        "created_at": begun,
        "updated_at": _cleansed_at(tenant, each),
    }


def _cleansed_at(tenant: Tenant, each: Import) -> datetime:
    """When the rows got their present cleansed form; before the cleansing phase that is a preview."""
    spans = timeline.spans(tenant, timeline.flow_by_source(each.source))
    cleansing, mapping = spans[DiscoveryPhase.DATA_CLEANSING], spans[DiscoveryPhase.FIELD_MAPPING]
    return cleansing.ended or mapping.begun + timedelta(minutes=7)


def _record_rows(tenant: Tenant, each: Import) -> Iterator[Row]:
    begun, ended, _ = _times(tenant, each)
    step = (ended - begun) / len(each.file.rows)
    cleansed_at = _cleansed_at(tenant, each)
    for number, row in enumerate(each.file.rows, start=1):
        read = begun + step * number
        yield {
            "client_account_id": tenant.account_id,
            "engagement_id": tenant.engagement_id,
            "id": record_id(tenant, each.source, number),
            "data_import_id": each.id,
            "row_number": number,
            "external_id": row.raw[_EXTERNAL_IDS[each.source]],
            "raw_data": row.raw,
            "cleansed_data": None if row.reasons else cleansed(each.mappings, row.raw),
            "is_valid": not row.reasons,
            "validation_errors": refusals(each.source, row, each.file.rows),
            "processed_at": read,
            "created_at": begun,
            "updated_at": read if row.reasons else cleansed_at,
        }


def cleansed(mappings: tuple[FieldMapping, ...], raw: Mapping[str, Any]) -> dict[str, JSON]:
    """The row as the approved mappings turn it into fields of an asset."""
    return {
        mapping.target: transform(raw, mapping.source, mapping.type, mapping.rule)
        for mapping in mappings
        if mapping.status is MappingStatus.APPROVED
    }


def _mapping_rows(tenant: Tenant, each: Import) -> Iterator[Row]:
    flow = timeline.flow_by_source(each.source)
    proposed = timeline.spans(tenant, flow)[DiscoveryPhase.FIELD_MAPPING].begun + timedelta(minutes=5)
    for place, mapping in enumerate(each.mappings, start=1):
        decided = (
            None if mapping.status is MappingStatus.PENDING else proposed + timedelta(minutes=40 + 9 * place)
        )
        yield {
            "client_account_id": tenant.account_id,
            "engagement_id": tenant.engagement_id,
            "id": tenant.id("import_field_mappings", each.source, mapping.source, mapping.target),
            "data_import_id": each.id,
            "source_field": mapping.source,
            "target_field": mapping.target,
            "transformation_type": mapping.type,
            "transformation_rule": dict(mapping.rule) if mapping.rule else None,
            "confidence": Decimal(str(mapping.confidence)),
            "status": mapping.status,
            "sample_values": _samples(each, mapping.source),
            "suggested_by": "Field Mapping Specialist",
            "rationale": mapping.why,
            "reviewed_by": tenant.user_id("analyst") if decided else None,
            "reviewed_at": decided,
            "review_note": mapping.note,
            "created_at": proposed,
            "updated_at": decided or proposed,
        }


def _samples(each: Import, source: str) -> list[JSON]:
    """The first different values of valid rows."""
    values: list[JSON] = []
    for row in each.file.rows:
        value = None if row.reasons else field(row.raw, source)
        if value not in (None, "") and value not in values:
            values.append(value)
    return values[:_SAMPLES]
