-- Questions that the people of an engagement ask, as the console asks them: row-level security adds the tenant to each.
-- In psql first: SET ROLE modernize_app; SET app.client_account_id = '11111111-1111-1111-1111-111111111111';

-- name: discovery_flow_status
-- question: Where does every discovery flow stand, and what holds it up?
SELECT f.name, f.status, f.current_phase, f.progress,
       count(p.id) FILTER (WHERE p.status = 'completed') AS phases_done,
       count(p.id) AS phases,
       f.assessment_ready, f.error_message
FROM discovery_flows f
JOIN flow_phases p USING (client_account_id, engagement_id)
WHERE p.discovery_flow_id = f.id
GROUP BY f.client_account_id, f.id
ORDER BY f.started_at DESC;

-- name: phase_timeline
-- question: How long did each phase of the flows take, and how many records did it see?
SELECT f.name, p.ordinal, p.phase, p.status, p.started_at, p.finished_at - p.started_at AS took,
       p.records_processed, p.records_rejected
FROM flow_phases p
JOIN discovery_flows f ON f.client_account_id = p.client_account_id AND f.id = p.discovery_flow_id
WHERE p.status <> 'pending'
ORDER BY f.started_at DESC, p.ordinal;

-- name: crew_cost
-- question: What did the agents' crews cost, in tokens and in dollars?
SELECT f.name, c.phase, c.crew_name, c.status, c.model_name, c.total_tokens, c.cost_usd,
       round(c.duration_ms / 1000.0, 1) AS seconds
FROM crew_states c
JOIN discovery_flows f ON f.client_account_id = c.client_account_id AND f.id = c.discovery_flow_id
ORDER BY c.cost_usd DESC, f.name, c.phase;

-- name: import_quality
-- question: How good is each import: rows taken, rows refused, and how fast?
SELECT i.name, i.source_system, i.file_format, i.file_size, i.status,
       i.total_records, i.valid_records, i.failed_records,
       round(100.0 * i.failed_records / nullif(i.total_records, 0), 1) AS failed_percent
FROM data_imports i
ORDER BY failed_percent DESC NULLS LAST;

-- name: rejection_reasons
-- question: Why were rows refused, by import and reason?
SELECT i.name, reason ->> 'code' AS reason, count(*) AS times, min(r.row_number) AS first_row
FROM raw_import_records r
JOIN data_imports i ON i.client_account_id = r.client_account_id AND i.id = r.data_import_id
CROSS JOIN LATERAL jsonb_array_elements(r.validation_errors) AS reason
WHERE NOT r.is_valid
GROUP BY i.name, reason ->> 'code'
ORDER BY i.name, times DESC, reason;

-- name: approvals_waiting
-- question: Which field mappings wait for a person, the surest first?
SELECT i.name AS import, m.source_field, m.target_field, m.transformation_type, m.confidence, m.sample_values
FROM import_field_mappings m
JOIN data_imports i ON i.client_account_id = m.client_account_id AND i.id = m.data_import_id
WHERE m.status = 'pending'
ORDER BY m.confidence DESC, m.source_field;

-- name: asset_inventory
-- question: What is there, by type and environment, and what does it cost a month?
SELECT asset_type, environment, count(*) AS assets, sum(cpu_cores) AS cores, sum(memory_gb) AS memory_gb,
       sum(monthly_cost) AS cost_now, sum(cloud_monthly_cost) AS cost_in_cloud
FROM assets
GROUP BY asset_type, environment
ORDER BY asset_type, environment;

-- name: asset_lineage
-- question: From which row of which file does each server of the inventory come?
SELECT a.name, a.hostname, i.file_name, r.row_number, r.external_id
FROM assets a
JOIN raw_import_records r ON r.client_account_id = a.client_account_id AND r.id = a.raw_import_record_id
JOIN data_imports i ON i.client_account_id = r.client_account_id AND i.id = r.data_import_id
WHERE a.asset_type = 'server'
ORDER BY i.file_name, r.row_number;

-- name: end_of_life
-- question: Which systems are out of the vendor's support, and how critical are they?
SELECT name, os_name, os_version, os_end_of_life, criticality, six_r_strategy
FROM assets
WHERE os_end_of_life < DATE '2026-01-15'
ORDER BY criticality DESC, os_end_of_life, name;

-- name: dependency_graph
-- question: What does each application need, directly and through others?
WITH RECURSIVE needs AS (
  SELECT a.client_account_id, a.name AS application, a.id AS asset_id, 0 AS depth, ARRAY[a.id] AS path
  FROM assets a
  WHERE a.asset_type = 'application'
  UNION ALL
  SELECT n.client_account_id, n.application, d.target_asset_id, n.depth + 1, n.path || d.target_asset_id
  FROM needs n
  JOIN asset_dependencies d ON d.client_account_id = n.client_account_id AND d.source_asset_id = n.asset_id
  WHERE NOT d.target_asset_id = ANY (n.path) AND n.depth < 6
)
SELECT n.application, t.asset_type, count(DISTINCT t.id) AS needed, min(n.depth) AS nearest
FROM needs n
JOIN assets t ON t.client_account_id = n.client_account_id AND t.id = n.asset_id
WHERE n.depth > 0
GROUP BY n.application, t.asset_type
ORDER BY n.application, t.asset_type;

-- name: circular_dependencies
-- question: Which assets need each other in a circle?
WITH RECURSIVE walk AS (
  SELECT d.client_account_id, d.source_asset_id AS start, d.target_asset_id AS here,
         ARRAY[d.source_asset_id] AS path
  FROM asset_dependencies d
  WHERE d.source_asset_id < d.target_asset_id
  UNION ALL
  SELECT w.client_account_id, w.start, d.target_asset_id, w.path || d.source_asset_id
  FROM walk w
  JOIN asset_dependencies d ON d.client_account_id = w.client_account_id AND d.source_asset_id = w.here
  -- Every circle is walked once: from the smallest of its members.
  WHERE w.here <> w.start AND d.target_asset_id >= w.start AND NOT w.here = ANY (w.path) AND cardinality(w.path) < 6
)
SELECT cardinality(w.path) AS length, string_agg(a.name, ' -> ' ORDER BY step.place) AS circle
FROM walk w
CROSS JOIN LATERAL unnest(w.path) WITH ORDINALITY AS step (asset_id, place)
JOIN assets a ON a.client_account_id = w.client_account_id AND a.id = step.asset_id
WHERE w.here = w.start
GROUP BY w.path
ORDER BY length, circle;

-- name: impact_of_a_move
-- question: What else is touched when the servers of the last wave move?
SELECT s.name AS server, count(*) AS dependents, string_agg(DISTINCT a.name, ', ' ORDER BY a.name) AS which
FROM migration_waves w
JOIN wave_assignments wa ON wa.client_account_id = w.client_account_id AND wa.engagement_id = w.engagement_id
                        AND wa.migration_wave_id = w.id
JOIN assets s ON s.client_account_id = wa.client_account_id AND s.id = wa.asset_id AND s.asset_type = 'server'
JOIN asset_dependencies d ON d.client_account_id = s.client_account_id AND d.engagement_id = s.engagement_id
                         AND d.target_asset_id = s.id
JOIN assets a ON a.client_account_id = d.client_account_id AND a.id = d.source_asset_id
WHERE w.sequence = 4
GROUP BY s.name
ORDER BY dependents DESC, server;

-- name: migration_readiness
-- question: How ready is each wave, and what blocks it?
SELECT w.sequence, w.name, w.status, w.planned_start, w.planned_end, w.capacity,
       count(a.id) AS assets,
       count(a.id) FILTER (WHERE a.readiness_status = 'ready') AS ready,
       count(a.id) FILTER (WHERE a.readiness_status = 'blocked') AS blocked,
       round(avg(a.readiness_score), 1) AS readiness
FROM migration_waves w
LEFT JOIN assets a ON a.client_account_id = w.client_account_id AND a.engagement_id = w.engagement_id
                  AND a.migration_wave_id = w.id
GROUP BY w.client_account_id, w.id
ORDER BY w.sequence;

-- name: six_r_cases
-- question: Which way does each kind of asset go, how sure is the case, and what does it save a month?
SELECT s.strategy, a.asset_type, count(*) AS assets, round(avg(s.confidence), 2) AS confidence,
       sum(s.effort_days) AS effort_days, sum(s.monthly_saving) AS monthly_saving
FROM sixr_assessments s
JOIN assets a ON a.client_account_id = s.client_account_id AND a.id = s.asset_id
WHERE s.status = 'accepted'
GROUP BY s.strategy, a.asset_type
ORDER BY s.strategy, a.asset_type;

-- name: outside_the_waves
-- question: Which assets are in no wave, and what becomes of them?
SELECT name, asset_type, six_r_strategy, readiness_status
FROM assets
WHERE migration_wave_id IS NULL
ORDER BY six_r_strategy, name;

-- name: who_may_do_what
-- question: Who works on the engagement, in which role and with which access?
SELECT u.full_name, u.email, m.role, p.job_title, e.access_level
FROM user_account_associations m
JOIN users u ON u.id = m.user_id
JOIN user_profiles p ON p.client_account_id = m.client_account_id AND p.user_id = m.user_id
JOIN engagement_access e ON e.client_account_id = m.client_account_id AND e.user_id = m.user_id
ORDER BY e.access_level DESC, u.full_name;
