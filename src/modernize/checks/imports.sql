-- Imports, their rows and the mapping of their columns.

-- name: files
-- question: Do the imports, and the flow that failed, name the files that really exist, with their real sizes?
SELECT file_name, file_size
FROM data_imports
WHERE client_account_id = %(tenant)s
UNION ALL
SELECT error_details ->> 'file', (error_details ->> 'file_size')::bigint
FROM discovery_flows
WHERE client_account_id = %(tenant)s AND status = 'failed';

-- name: digests
-- question: Does every import state the digest of the file it read?
SELECT file_name, sha256
FROM data_imports
WHERE client_account_id = %(tenant)s;

-- name: linked
-- question: Does every import of the demo tenant belong to the flow that is meant?
SELECT i.id, i.discovery_flow_id
FROM data_imports i
WHERE i.client_account_id = %(tenant)s;

-- name: types
-- question: Do import type, file format, ending and MIME type of every import agree?
SELECT client_account_id, name, import_type, file_format, mime_type, file_name
FROM data_imports
WHERE (import_type::text, file_format::text, mime_type) NOT IN (
        ('cmdb', 'csv', 'text/csv'),
        ('cloud_inventory', 'json', 'application/json'),
        ('manual', 'xlsx', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'))
   OR file_name NOT LIKE '%%.' || file_format::text;

-- name: totals
-- question: Do the totals of every import agree with its rows, numbered without a gap?
WITH counted AS (
  SELECT client_account_id, data_import_id, count(*) AS rows, count(*) FILTER (WHERE is_valid) AS valid,
         max(row_number) AS last
  FROM raw_import_records
  GROUP BY client_account_id, data_import_id
)
SELECT i.client_account_id, i.name, i.total_records, i.valid_records, i.failed_records, r.rows, r.valid, r.last
FROM data_imports i
LEFT JOIN counted r ON r.client_account_id = i.client_account_id AND r.data_import_id = i.id
WHERE (i.total_records, i.valid_records, i.failed_records)
      IS DISTINCT FROM (coalesce(r.rows, 0), coalesce(r.valid, 0), coalesce(r.rows - r.valid, 0))
   OR r.last IS DISTINCT FROM r.rows
   OR r.rows IS NULL;

-- name: metrics
-- question: Do the processing metrics of every import follow from its times and rows?
WITH counted AS (
  SELECT r.client_account_id, r.data_import_id, error ->> 'code' AS reason, count(*) AS times
  FROM raw_import_records r
  CROSS JOIN LATERAL jsonb_array_elements(r.validation_errors) AS error
  WHERE r.validation_errors <> '[]'
  GROUP BY r.client_account_id, r.data_import_id, error ->> 'code'
), reasons AS (
  SELECT client_account_id, data_import_id, jsonb_object_agg(reason, times) AS by_reason
  FROM counted
  GROUP BY client_account_id, data_import_id
)
SELECT i.client_account_id, i.name, i.processing_metrics, coalesce(e.by_reason, '{}') AS by_reason
FROM data_imports i
LEFT JOIN reasons e ON e.client_account_id = i.client_account_id AND e.data_import_id = i.id
WHERE i.processing_metrics -> 'rejected_by_reason' IS DISTINCT FROM coalesce(e.by_reason, '{}')
   OR coalesce((i.processing_metrics ->> 'duration_seconds')::numeric, 0) <= 0
   OR abs((i.processing_metrics ->> 'records_per_second')::numeric
          * (i.processing_metrics ->> 'duration_seconds')::numeric - i.total_records) > 1;

-- name: status_fits
-- question: Is an import completed exactly when the mappings of its flow are all decided?
SELECT i.client_account_id, i.name, i.status, p.status AS mapping
FROM data_imports i
JOIN flow_phases p ON p.client_account_id = i.client_account_id AND p.discovery_flow_id = i.discovery_flow_id
                  AND p.phase = 'field_mapping'
WHERE (i.status = 'completed') <> (p.status = 'completed') OR i.status IN ('failed', 'cancelled');

-- name: records_mixed
-- question: Does every import have accepted rows as well as refused ones?
SELECT i.client_account_id, i.name, count(*) FILTER (WHERE r.is_valid) AS accepted, count(r.id) AS rows
FROM data_imports i
LEFT JOIN raw_import_records r ON r.client_account_id = i.client_account_id AND r.data_import_id = i.id
GROUP BY i.client_account_id, i.id
HAVING count(*) FILTER (WHERE r.is_valid) = 0 OR count(*) FILTER (WHERE NOT r.is_valid) = 0;

-- name: records_decided
-- question: Does every accepted row have cleansed data, and every refused one a reason with field and message?
SELECT r.client_account_id, r.id, r.row_number, r.is_valid, r.validation_errors
FROM raw_import_records r
WHERE (r.is_valid AND coalesce(r.cleansed_data, '{}') = '{}')
   OR (NOT r.is_valid AND (
        r.cleansed_data IS NOT NULL OR r.validation_errors = '[]'
        OR EXISTS (
          SELECT 1 FROM jsonb_array_elements(r.validation_errors) AS error
          WHERE coalesce(error ->> 'code', '') = '' OR coalesce(error ->> 'field', '') = ''
             OR coalesce(error ->> 'message', '') = '')));

-- name: mappings_number
-- question: Does every import have 10 to 12 field mappings?
SELECT i.client_account_id, i.name, count(m.id) AS mappings
FROM data_imports i
LEFT JOIN import_field_mappings m ON m.client_account_id = i.client_account_id AND m.data_import_id = i.id
GROUP BY i.client_account_id, i.id
HAVING count(m.id) NOT BETWEEN 10 AND 12;

-- name: mappings_confidence
-- question: Does the confidence of every mapping lie between 0.70 and 0.95?
SELECT client_account_id, source_field, target_field, confidence
FROM import_field_mappings
WHERE confidence NOT BETWEEN 0.70 AND 0.95;

-- name: mappings_fit_phase
-- question: Are mappings pending exactly where their flow waits for approval, and decided by a member where not?
SELECT i.client_account_id, i.name, p.status AS phase, count(*) FILTER (WHERE m.status = 'pending') AS pending
FROM data_imports i
JOIN flow_phases p ON p.client_account_id = i.client_account_id AND p.discovery_flow_id = i.discovery_flow_id
                  AND p.phase = 'field_mapping'
JOIN import_field_mappings m ON m.client_account_id = i.client_account_id AND m.data_import_id = i.id
GROUP BY i.client_account_id, i.id, i.name, p.status
HAVING (count(*) FILTER (WHERE m.status = 'pending') > 0) <> (p.status = 'waiting_for_approval')
    OR count(*) FILTER (WHERE m.status = 'approved') = 0
    OR count(*) FILTER (WHERE m.status <> 'pending' AND m.reviewed_by IS NULL) > 0;

-- name: mappings_have_rules
-- question: Does every mapping that transforms have a rule of the form that its transformation needs?
SELECT client_account_id, source_field, target_field, transformation_type, transformation_rule
FROM import_field_mappings
WHERE transformation_type <> 'direct'
  AND NOT CASE transformation_type
        WHEN 'unit_conversion' THEN transformation_rule ?| ARRAY['multiply_by', 'divide_by']
        WHEN 'enum_mapping' THEN jsonb_typeof(transformation_rule -> 'values') = 'object'
        WHEN 'split' THEN transformation_rule ?& ARRAY['pattern', 'take']
        WHEN 'date_format' THEN transformation_rule ?& ARRAY['from', 'to']
        WHEN 'concatenation' THEN transformation_rule ?& ARRAY['fields', 'separator']
        WHEN 'normalization' THEN transformation_rule ?| ARRAY['to', 'steps']
      END;

-- name: mappings_lead_somewhere
-- question: Does every mapping lead from a column of the file to a column of assets, with sample values from its rows?
SELECT m.client_account_id, m.source_field, m.target_field
FROM import_field_mappings m
JOIN data_imports i ON i.client_account_id = m.client_account_id AND i.id = m.data_import_id
WHERE NOT m.source_field = ANY (i.source_columns)
   OR jsonb_array_length(m.sample_values) = 0
   OR NOT EXISTS (
        SELECT 1 FROM pg_catalog.pg_attribute a
        WHERE a.attrelid = 'assets'::regclass AND a.attname = m.target_field AND a.attnum > 0);
