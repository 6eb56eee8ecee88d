-- Rows of one batch, each as its number, its own key and three documents as text: many in one statement, because
-- COPY is refused where row-level security applies.
INSERT INTO raw_import_records (client_account_id, engagement_id, data_import_id, row_number, external_id, raw_data,
                                cleansed_data, is_valid, validation_errors, processed_at)
SELECT CAST(:tenant AS uuid), CAST(:engagement AS uuid), CAST(:import AS uuid), row.number, row.external_id,
       CAST(row.raw AS jsonb), CAST(row.cleansed AS jsonb), row.cleansed IS NOT NULL, CAST(row.reasons AS jsonb),
       clock_timestamp()
FROM unnest(CAST(:numbers AS integer[]), CAST(:external_ids AS text[]), CAST(:raws AS text[]),
            CAST(:cleansed AS text[]), CAST(:reasons AS text[])) AS row (number, external_id, raw, cleansed, reasons)
