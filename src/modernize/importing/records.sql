-- The rows of one batch, as one JSON array: many in one statement, because COPY is refused where row-level security
-- applies.
INSERT INTO raw_import_records (client_account_id, engagement_id, data_import_id, row_number, external_id, raw_data,
                                cleansed_data, is_valid, validation_errors, processed_at)
SELECT CAST(:tenant AS uuid), CAST(:engagement AS uuid), CAST(:import AS uuid), row.number, row.external_id, row.raw,
       row.cleansed, row.cleansed IS NOT NULL, row.reasons, clock_timestamp()
FROM jsonb_to_recordset(CAST(:rows AS jsonb))
  AS row (number integer, external_id text, raw jsonb, cleansed jsonb, reasons jsonb)
