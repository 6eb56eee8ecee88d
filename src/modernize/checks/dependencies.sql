-- How the inventory is connected.

-- name: ends
-- question: Does every dependency join the kinds of assets that its type is about?
SELECT d.client_account_id, s.name AS source, d.dependency_type, t.name AS target
FROM asset_dependencies d
JOIN assets s ON s.client_account_id = d.client_account_id AND s.id = d.source_asset_id
JOIN assets t ON t.client_account_id = d.client_account_id AND t.id = d.target_asset_id
WHERE NOT CASE d.dependency_type
        WHEN 'runs_on' THEN s.asset_type = 'application' AND t.asset_type = 'server'
        WHEN 'stores_data_in' THEN s.asset_type = 'application' AND t.asset_type = 'database'
        WHEN 'hosted_on' THEN s.asset_type = 'database' AND t.asset_type = 'server'
        WHEN 'calls' THEN s.asset_type IN ('application', 'server') AND t.asset_type <> 'network_device'
        WHEN 'replicates_to' THEN s.asset_type = t.asset_type AND s.asset_type IN ('server', 'database')
        WHEN 'routes_to' THEN s.asset_type = 'network_device'
        WHEN 'protects' THEN s.network_role = 'firewall'
      END;

-- name: chains
-- question: Does every application run on a server and store its data in a database that stands on one?
SELECT a.client_account_id, a.name
FROM assets a
WHERE a.asset_type = 'application'
  AND NOT (
    EXISTS (
      SELECT 1 FROM asset_dependencies d
      WHERE d.client_account_id = a.client_account_id AND d.source_asset_id = a.id AND d.dependency_type = 'runs_on')
    AND EXISTS (
      SELECT 1 FROM asset_dependencies d
      JOIN asset_dependencies h ON h.client_account_id = d.client_account_id AND h.source_asset_id = d.target_asset_id
                               AND h.dependency_type = 'hosted_on'
      WHERE d.client_account_id = a.client_account_id AND d.source_asset_id = a.id
        AND d.dependency_type = 'stores_data_in'));

-- name: edges
-- question: Who needs whom?
SELECT s.id AS source, t.id AS target, d.client_account_id = %(tenant)s AS demo, d.is_intended_cycle AS intended
FROM asset_dependencies d
JOIN assets s ON s.client_account_id = d.client_account_id AND s.id = d.source_asset_id
JOIN assets t ON t.client_account_id = d.client_account_id AND t.id = d.target_asset_id;

-- name: assets
-- question: What are some assets called, and in which waves do they move?
SELECT id, name, migration_wave_id AS wave FROM assets WHERE id = ANY (%(ids)s);
