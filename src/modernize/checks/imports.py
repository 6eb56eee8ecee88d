"""Imports: files that really exist, totals that agree with the rows, mappings in keeping with the flow."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from reseed.seed import Dataset
from reseed.validate import none_of, read_queries, row_fault, tally

_SQL = read_queries(Path(__file__).with_suffix(".sql"))

_IMPORTS = "SELECT 1 FROM data_imports"
_RECORDS = "SELECT 1 FROM raw_import_records"
_MAPPINGS = "SELECT 1 FROM import_field_mappings"

# Which flow each import belongs to, both by the names they are handed over under.
_FLOW_OF = {"cmdb_csv": "complete", "cloud_json": "inventory", "manual_excel": "in_progress"}


def _files(dataset: Dataset) -> Mapping[str, object]:
    return {name: len(contents) for name, contents in dataset.files().items()}


def _digests(dataset: Dataset) -> Mapping[str, object]:
    """Of the files that were imported, not of the one that could not be read."""
    imported = dataset.batch("data_imports", range(1)).column("file_name").to_pylist()
    return {name: sha256(dataset.files()[name]).hexdigest() for name in imported}


def _linked(dataset: Dataset) -> Mapping[str, object]:
    ids = dataset.seeded_ids()
    return {str(ids["imports"][name]): ids["flows"][flow] for name, flow in _FLOW_OF.items()}


_FILES = (
    tally(
        "imports.files",
        _SQL["files"],
        _files,
        (
            row_fault(
                "let a file be one byte larger than it is",
                "UPDATE data_imports SET file_size = file_size + 1 WHERE import_type = 'cmdb'",
            ),
            row_fault(
                "misstate the size of the file that could not be read",
                "UPDATE discovery_flows SET error_details = error_details || '{\"file_size\": 0}'"
                " WHERE status = 'failed'",
            ),
        ),
    ),
    tally(
        "imports.digests",
        _SQL["digests"],
        _digests,
        (
            row_fault(
                "state another file's digest",
                "UPDATE data_imports SET sha256 = repeat('0', 64) WHERE import_type = 'manual'",
            ),
        ),
    ),
    tally(
        "imports.linked",
        _SQL["linked"],
        _linked,
        (
            row_fault(
                "link an import to another flow",
                "UPDATE data_imports i SET discovery_flow_id = (SELECT f.id FROM discovery_flows f"
                " WHERE f.client_account_id = i.client_account_id AND f.status = 'failed')"
                " WHERE import_type = 'cmdb'",
            ),
        ),
    ),
    none_of(
        "imports.types",
        _SQL["types"],
        _IMPORTS,
        (
            row_fault(
                "call a CSV file plain text",
                "UPDATE data_imports SET mime_type = 'text/plain' WHERE file_format = 'csv'",
            ),
        ),
    ),
    none_of(
        "imports.status_fits",
        _SQL["status_fits"],
        _IMPORTS,
        (
            row_fault(
                "complete an import whose mappings are not decided",
                "UPDATE data_imports SET status = 'completed', completed_at = now() WHERE status = 'in_progress'",
            ),
        ),
    ),
    none_of(
        "imports.totals",
        _SQL["totals"],
        _IMPORTS,
        (
            row_fault(
                "lose a refused row",
                "DELETE FROM raw_import_records WHERE id ="
                " (SELECT id FROM raw_import_records WHERE NOT is_valid LIMIT 1)",
            ),
            row_fault(
                "count a refused row as accepted",
                "UPDATE data_imports SET valid_records = valid_records + 1, failed_records = failed_records - 1"
                " WHERE import_type = 'cloud_inventory'",
            ),
        ),
    ),
    none_of(
        "imports.metrics",
        _SQL["metrics"],
        _IMPORTS,
        (
            row_fault(
                "forget why rows were refused",
                "UPDATE data_imports SET processing_metrics = processing_metrics || '{\"rejected_by_reason\": {}}'"
                " WHERE import_type = 'cmdb'",
            ),
            row_fault(
                "let an import be twice as fast",
                "UPDATE data_imports SET processing_metrics = jsonb_set(processing_metrics, '{records_per_second}',"
                " to_jsonb(2 * (processing_metrics ->> 'records_per_second')::numeric))",
            ),
        ),
    ),
)

_RECORD_CHECKS = (
    none_of(
        "records.mixed",
        _SQL["records_mixed"],
        _IMPORTS,
        (
            row_fault(
                "drop every refused row of an import",
                "DELETE FROM raw_import_records WHERE NOT is_valid AND data_import_id ="
                " (SELECT id FROM data_imports WHERE import_type = 'manual' LIMIT 1)",
            ),
        ),
    ),
    none_of(
        "records.decided",
        _SQL["records_decided"],
        _RECORDS,
        (
            row_fault(
                "refuse a row without saying why",
                'UPDATE raw_import_records SET validation_errors = \'[{"code": "invalid_ip"}]\' WHERE NOT is_valid',
            ),
            row_fault(
                "empty the cleansed data of accepted rows",
                "UPDATE raw_import_records SET cleansed_data = '{}' WHERE is_valid AND row_number < 10",
            ),
        ),
    ),
)

_MAPPING_CHECKS = (
    none_of(
        "mappings.number",
        _SQL["mappings_number"],
        _IMPORTS,
        (
            row_fault(
                "drop all but the approved mappings of an import",
                "DELETE FROM import_field_mappings WHERE status <> 'approved' AND data_import_id ="
                " (SELECT id FROM data_imports WHERE import_type = 'manual' LIMIT 1)",
            ),
        ),
    ),
    none_of(
        "mappings.confidence",
        _SQL["mappings_confidence"],
        _MAPPINGS,
        (
            row_fault(
                "be too sure of a mapping",
                "UPDATE import_field_mappings SET confidence = 0.96 WHERE source_field = 'name'",
            ),
        ),
    ),
    none_of(
        "mappings.fit_phase",
        _SQL["mappings_fit_phase"],
        _MAPPINGS,
        (
            row_fault(
                "leave a mapping undecided where the flow has gone on",
                "UPDATE import_field_mappings SET status = 'pending', reviewed_by = NULL, reviewed_at = NULL"
                " WHERE source_field = 'name'",
            ),
            row_fault(
                "decide every mapping where the flow still waits",
                "UPDATE import_field_mappings SET status = 'approved', reviewed_at = now() WHERE status = 'pending'",
            ),
            row_fault(
                "let nobody have decided",
                "UPDATE import_field_mappings SET reviewed_by = NULL WHERE status = 'rejected'",
            ),
        ),
    ),
    none_of(
        "mappings.have_rules",
        _SQL["mappings_have_rules"],
        "SELECT 1 FROM import_field_mappings WHERE transformation_type <> 'direct'",
        (
            row_fault(
                "empty the rule of a unit conversion",
                "UPDATE import_field_mappings SET transformation_rule = '{}' WHERE transformation_type ="
                " 'unit_conversion'",
            ),
        ),
    ),
    none_of(
        "mappings.lead_somewhere",
        _SQL["mappings_lead_somewhere"],
        _MAPPINGS,
        (
            row_fault(
                "map to a field that assets do not have",
                "UPDATE import_field_mappings SET target_field = 'host_name' WHERE target_field = 'hostname'",
            ),
            row_fault(
                "map from a column that the file does not have",
                "UPDATE import_field_mappings SET source_field = 'fqdn_2' WHERE source_field = 'fqdn'",
            ),
        ),
    ),
)

CHECKS = (*_FILES, *_RECORD_CHECKS, *_MAPPING_CHECKS)
