-- Rows of the imported files, for judging them anew.

-- name: refused
-- question: Is every reason for refusing a row true of the row itself?
SELECT i.name AS import, i.import_type::text AS import_type, r.row_number, r.raw_data, error,
       EXISTS (
         SELECT 1 FROM raw_import_records other
         WHERE other.client_account_id = r.client_account_id AND other.data_import_id = r.data_import_id
           AND other.id <> r.id
           AND other.raw_data #>> string_to_array(error ->> 'field', '.')
             = r.raw_data #>> string_to_array(error ->> 'field', '.')
       ) AS repeated,
       (SELECT array_agg(DISTINCT a.os_name || ' ' || a.os_version) FROM assets a WHERE a.os_version IS NOT NULL) AS systems,
       (SELECT m.transformation_rule -> 'values' FROM import_field_mappings m
        WHERE m.client_account_id = r.client_account_id AND m.data_import_id = r.data_import_id
          AND m.target_field = 'environment') AS environments
FROM raw_import_records r
JOIN data_imports i ON i.client_account_id = r.client_account_id AND i.id = r.data_import_id
CROSS JOIN LATERAL jsonb_array_elements(r.validation_errors) AS error
ORDER BY i.name, r.row_number;

-- name: accepted
-- question: Do the cleansed data of every accepted row follow from the row by the approved mappings, no more, no less?
SELECT i.name AS import, r.row_number, r.raw_data, r.cleansed_data,
       (SELECT jsonb_agg(jsonb_build_object('source', m.source_field, 'target', m.target_field,
                                            'type', m.transformation_type, 'rule', m.transformation_rule))
        FROM import_field_mappings m
        WHERE m.client_account_id = r.client_account_id AND m.data_import_id = r.data_import_id
          AND m.status = 'approved') AS mappings
FROM raw_import_records r
JOIN data_imports i ON i.client_account_id = r.client_account_id AND i.id = r.data_import_id
WHERE r.is_valid
ORDER BY i.name, r.row_number;
