-- Rows of the imported files with what was decided about them, for judging them anew.

-- name: tenants
-- question: What was read from each file of a tenant, how are its columns mapped, and what became of each row?
SELECT (SELECT json_agg(json_build_array(i.id, i.name, i.import_type))
        FROM data_imports i
        WHERE i.client_account_id = t.client_account_id)::text AS imports,
       (SELECT json_agg(json_build_array(m.data_import_id, m.source_field, m.target_field, m.transformation_type,
                                         m.transformation_rule::text, m.status = 'approved') ORDER BY m.id)
        FROM import_field_mappings m
        WHERE m.client_account_id = t.client_account_id)::text AS mappings,
       (SELECT json_agg(json_build_array(r.data_import_id, r.row_number, r.is_valid, r.raw_data, r.cleansed_data,
                                         r.validation_errors))
        FROM raw_import_records r
        WHERE r.client_account_id = t.client_account_id)::text AS records
FROM (SELECT DISTINCT client_account_id FROM data_imports) t
ORDER BY t.client_account_id;

-- name: systems
-- question: Which systems does the inventory know?
SELECT DISTINCT os_name || ' ' || os_version FROM assets WHERE os_version IS NOT NULL;

-- name: refused
-- question: Is every reason for refusing a row true of the row itself?
SELECT i.name AS import, i.import_type, r.row_number, r.raw_data, error
FROM raw_import_records r
JOIN data_imports i ON i.client_account_id = r.client_account_id AND i.id = r.data_import_id
CROSS JOIN LATERAL jsonb_array_elements(r.validation_errors) AS error;

-- name: accepted
-- question: Do the cleansed data of every accepted row follow from the row by the approved mappings, no more, no less?
SELECT i.name AS import, r.row_number, r.raw_data, r.cleansed_data
FROM raw_import_records r
JOIN data_imports i ON i.client_account_id = r.client_account_id AND i.id = r.data_import_id
WHERE r.is_valid;
