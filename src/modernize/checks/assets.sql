-- The inventory, and the rows of files it came from.

-- name: private_addresses
-- question: Does every address lie in a private range?
SELECT client_account_id, name, ip_address
FROM assets
WHERE ip_address IS NOT NULL
  AND NOT ip_address << ANY (ARRAY['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16']::inet[]);

-- name: addresses_clash
-- question: Does every address belong to one asset of its tenant only?
SELECT client_account_id, ip_address, string_agg(name, ', ' ORDER BY name) AS assets
FROM assets
WHERE ip_address IS NOT NULL
GROUP BY client_account_id, ip_address
HAVING count(*) > 1;

-- name: found_by_flow
-- question: Was every asset found by a flow whose inventory phase had begun, and by the flow of the row it came from?
SELECT a.client_account_id, a.name, a.discovery_flow_id, i.discovery_flow_id AS flow_of_its_row
FROM assets a
LEFT JOIN flow_phases p ON p.client_account_id = a.client_account_id AND p.discovery_flow_id = a.discovery_flow_id
                       AND p.phase = 'asset_inventory'
LEFT JOIN raw_import_records r ON r.client_account_id = a.client_account_id AND r.id = a.raw_import_record_id
LEFT JOIN data_imports i ON i.client_account_id = r.client_account_id AND i.id = r.data_import_id
WHERE coalesce(p.status, 'pending') = 'pending'
   OR a.discovered_at < p.started_at
   OR i.discovery_flow_id IS DISTINCT FROM a.discovery_flow_id;

-- name: from_accepted_rows
-- question: Does every asset come from an accepted row of an import?
SELECT a.client_account_id, a.name, a.raw_import_record_id, r.is_valid
FROM assets a
LEFT JOIN raw_import_records r ON r.client_account_id = a.client_account_id AND r.id = a.raw_import_record_id
WHERE r.is_valid IS NOT TRUE;

-- name: values_of_their_rows
-- question: Does every asset have the values that its row has after cleansing?
-- The columns that are usually mapped rule out nearly every asset; the whole row decides about the others.
WITH usual AS (
  SELECT a.client_account_id, a.id, a.raw_import_record_id, jsonb_build_object(
    'name', a.name, 'asset_type', a.asset_type, 'environment', a.environment, 'criticality', a.criticality,
    'hostname', a.hostname, 'ip_address', a.ip_address, 'os_name', a.os_name, 'os_version', a.os_version,
    'cpu_cores', a.cpu_cores, 'memory_gb', a.memory_gb, 'storage_gb', a.storage_gb,
    'installed_on', a.installed_on) AS fields
  FROM assets a
), doubtful AS MATERIALIZED (
  SELECT u.client_account_id, u.id, r.cleansed_data
  FROM usual u
  JOIN raw_import_records r ON r.client_account_id = u.client_account_id AND r.id = u.raw_import_record_id
  WHERE u.fields || r.cleansed_data <> u.fields
)
SELECT a.client_account_id, a.name, field.key AS field, to_jsonb(a) -> field.key AS value, field.value AS in_the_row
FROM doubtful d
JOIN assets a ON a.client_account_id = d.client_account_id AND a.id = d.id
CROSS JOIN LATERAL jsonb_each(d.cleansed_data) AS field (key, value)
WHERE to_jsonb(a) -> field.key IS DISTINCT FROM field.value;

-- name: complete
-- question: Is every asset described as fully as its kind needs: owners, cost, size, system, versions?
SELECT client_account_id, asset_type, name
FROM assets
WHERE num_nulls(description, data_classification, business_unit, department, business_owner, technical_owner,
                installed_on, monthly_cost, cloud_monthly_cost, last_seen_at) > 0
   OR (asset_type = 'application' AND num_nulls(technology, application_version, vendor) > 0)
   OR (asset_type = 'server' AND num_nulls(hostname, fqdn, ip_address, serial_number, os_family, os_name, os_version,
                                           os_end_of_life, cpu_cores, memory_gb, storage_gb, hosting_type) > 0)
   OR (asset_type = 'database' AND num_nulls(database_version, hostname, storage_gb) > 0)
   OR (asset_type = 'network_device' AND num_nulls(hostname, ip_address, vendor, model, serial_number) > 0);

-- name: costs
-- question: Does an asset cost nothing in the cloud exactly when it is retired, and its present cost when it is retained?
SELECT client_account_id, name, six_r_strategy, monthly_cost, cloud_monthly_cost
FROM assets
WHERE (six_r_strategy = 'retire') <> (cloud_monthly_cost = 0)
   OR (six_r_strategy = 'retain' AND cloud_monthly_cost <> monthly_cost);
