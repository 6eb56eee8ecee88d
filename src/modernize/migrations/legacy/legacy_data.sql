-- Three tenants' rows as years of demos, tests and repairs leave them, and the damage in them.
-- The numbers planted are stated in this package's docstring; a test counts them with statements of its own.

CREATE TEMP TABLE tenant ON COMMIT DROP AS
SELECT n, id::uuid AS id, md5('legacy engagement ' || n)::uuid AS engagement, name, slug
FROM (VALUES
    (1, '11111111-1111-1111-1111-111111111111', 'DemoCorp', 'democorp'),
    (2, md5('legacy account 2'), 'DemoCorp', 'democorp-2'),
    (3, md5('legacy account 3'), 'test test', NULL)
) AS account (n, id, name, slug);

INSERT INTO client_accounts (id, name, slug, industry, created_at, is_mock)
SELECT id, name, slug, 'Technology', timestamp '2024-03-12' + n * interval '40 days', n > 1 FROM tenant;

INSERT INTO engagements (id, client_account_id, name, status, created_at, is_mock)
SELECT engagement, id, 'Cloud Migration 2024', 'active', timestamp '2024-03-13', false FROM tenant
UNION ALL
SELECT md5('legacy engagement copy ' || n)::uuid, id, 'New Engagement', 'Active', '2024-07-01', true FROM tenant;

-- The e-mail address is not unique here, and it shows.
INSERT INTO users (id, email, first_name, last_name, hashed_password, is_active, created_at, is_mock)
SELECT md5('legacy user ' || n)::uuid,
       (ARRAY['demo@democorp.com', 'Demo@DemoCorp.com', 'test@test.com', 'test@test.com'])[1 + n % 4],
       'Demo', 'User ' || n, NULL, n % 3 > 0, '2024-03-13', n > 3
FROM generate_series(1, 8) AS n;

INSERT INTO user_account_associations (id, user_id, client_account_id, role)
SELECT md5('legacy membership ' || u)::uuid, md5('legacy user ' || u)::uuid, tenant.id,
       (ARRAY['admin', 'ADMIN', 'analyst', NULL])[1 + u % 4]
FROM generate_series(1, 8) AS u JOIN tenant ON tenant.n = 1 + u % 3;

INSERT INTO discovery_flows (id, client_account_id, engagement_id, flow_name, status, progress_percentage,
                             data_import_completed, crewai_state_data, created_at, current_phase, is_mock)
SELECT md5(format('legacy flow %s %s', t.n, f))::uuid, t.id, t.engagement, 'Discovery Flow ' || f,
       (ARRAY['active', 'COMPLETED', 'completed', 'failed'])[f], f * 33.3, f > 1, '{"mock": true}', '2024-06-01',
       (ARRAY['field_mapping', 'completed', NULL, 'data_import'])[f], f > 2
FROM tenant t, generate_series(1, 4) AS f;

INSERT INTO data_imports (id, client_account_id, engagement_id, discovery_flow_id, import_name, filename, file_size,
                          status, total_records, created_at, is_mock)
SELECT md5(format('legacy import %s %s', t.n, i))::uuid, t.id, t.engagement,
       md5(format('legacy flow %s %s', t.n, i))::uuid, 'Import ' || i, 'test.csv', 1024, 'processed', 100,
       '2024-06-02', i > 1
FROM tenant t, generate_series(1, 3) AS i;

INSERT INTO raw_import_records (id, client_account_id, engagement_id, data_import_id, row_number, raw_data,
                                is_processed, is_valid)
SELECT md5(format('legacy record %s %s %s', t.n, i, r))::uuid, t.id, t.engagement,
       md5(format('legacy import %s %s', t.n, i))::uuid, r,
       json_build_object('Name', 'srv-web-' || r % 20, 'IP', '10.0.0.' || r, 'OS', 'Linux'), r % 2 = 0, NULL
FROM tenant t, generate_series(1, 3) AS i, generate_series(1, 30) AS r;

INSERT INTO import_field_mappings (id, client_account_id, engagement_id, data_import_id, source_field, target_field,
                                   confidence_score, status)
SELECT md5(format('legacy mapping %s %s %s', t.n, i, m))::uuid, t.id, t.engagement,
       md5(format('legacy import %s %s', t.n, i))::uuid,
       (ARRAY['Name', 'IP', 'OS', 'CPU', 'RAM', 'Env'])[m],
       (ARRAY['hostname', 'ip_address', 'operating_system', 'cpu_cores', 'memory_gb', 'env'])[m],
       m * 0.3, (ARRAY['pending', 'approved', 'suggested'])[1 + m % 3]
FROM tenant t, generate_series(1, 3) AS i, generate_series(1, 6) AS m;

INSERT INTO migration_waves (id, client_account_id, engagement_id, wave_number, name, start_date, is_mock)
SELECT md5(format('legacy wave %s %s', t.n, w))::uuid, t.id, t.engagement, 1, 'Wave ' || w, '2024-09-01', true
FROM tenant t, generate_series(1, 2) AS w;

-- Assets 1 to 20 come from an import, 21 to 40 stand in a wave, 41 to 50 were typed in.
INSERT INTO assets (id, client_account_id, engagement_id, discovery_flow_id, raw_import_record_id, migration_wave_id,
                    name, asset_type, hostname, ip_address, operating_system, cpu_cores, memory_gb, environment,
                    created_at, is_mock, six_r_strategy, readiness_score, readiness_status)
SELECT md5(format('legacy asset %s %s', t.n, a))::uuid, t.id, t.engagement,
       md5(format('legacy flow %s %s', t.n, 1 + a % 3))::uuid,
       CASE WHEN a <= 20 THEN md5(format('legacy record %s %s %s', t.n, 1, a))::uuid END,
       CASE WHEN a BETWEEN 21 AND 40 THEN md5(format('legacy wave %s %s', t.n, 1 + a % 2))::uuid END,
       'srv-web-' || a % 20, (ARRAY['server', 'application', 'database'])[1 + a % 3]::asset_type,
       'srv-web-' || a % 20, '10.0.0.' || a % 20, (ARRAY['Linux', 'linux', 'RHEL', 'Windows'])[1 + a % 4],
       a % 9 - 1, 8.0, (ARRAY['prod', 'Production', 'dev', NULL])[1 + a % 4], '2024-06-03', a > 10,
       (ARRAY['rehost', 'retire', NULL])[1 + a % 3]::sixr_strategy, a * 2.5, 'ready'
FROM tenant t, generate_series(1, 50) AS a;

INSERT INTO asset_dependencies (id, client_account_id, engagement_id, source_asset_id, target_asset_id,
                                dependency_type)
SELECT md5(format('legacy dependency %s %s', t.n, d))::uuid, t.id, t.engagement,
       md5(format('legacy asset %s %s', t.n, 1 + d % 40))::uuid,
       md5(format('legacy asset %s %s', t.n, 1 + (d * 7 + 1) % 40))::uuid, 'depends_on'
FROM tenant t, generate_series(1, 60) AS d;

INSERT INTO workflow_states (flow_id, session_id, client_account_id, state, updated_at)
SELECT md5(format('legacy flow 1 %s', 1 + n % 4))::uuid, md5('legacy session ' || n)::uuid, NULL, '{}', '2024-11-20'
FROM generate_series(1, 25) AS n;

-- Orphans: parents were deleted while the constraints were off, or never had one.
INSERT INTO raw_import_records (id, client_account_id, engagement_id, data_import_id, row_number, raw_data)
SELECT md5('legacy lost record ' || r)::uuid, t.id, t.engagement, md5('deleted import')::uuid, r, '{}'
FROM tenant t, generate_series(1, 18) AS r WHERE t.n = 1;

UPDATE assets SET discovery_flow_id = md5('deleted flow')::uuid
WHERE id IN (SELECT md5('legacy asset 1 ' || a)::uuid FROM generate_series(1, 11) AS a);

UPDATE assets SET migration_wave_id = md5('deleted wave')::uuid
WHERE id IN (SELECT md5('legacy asset 2 ' || a)::uuid FROM generate_series(21, 25) AS a);

UPDATE assets SET raw_import_record_id = md5('deleted record')::uuid
WHERE id IN (SELECT md5('legacy asset 2 ' || a)::uuid FROM generate_series(1, 4) AS a);

UPDATE asset_dependencies SET target_asset_id = md5('deleted asset')::uuid
WHERE id IN (SELECT md5('legacy dependency 1 ' || d)::uuid FROM generate_series(1, 9) AS d);

INSERT INTO user_account_associations (id, user_id, client_account_id, role)
SELECT md5('legacy lost membership ' || u)::uuid, md5('deleted user ' || u)::uuid, tenant.id, 'viewer'
FROM generate_series(1, 2) AS u JOIN tenant ON tenant.n = 1;

INSERT INTO migration_waves (id, client_account_id, engagement_id, wave_number, name, is_mock)
SELECT md5('legacy lost wave ' || w)::uuid, tenant.id, md5('deleted engagement')::uuid, w, 'Wave 1 (copy)', true
FROM generate_series(1, 2) AS w JOIN tenant ON tenant.n = 3;

-- Leaks: a service wrote the demo account's id on rows that belong to others.
UPDATE raw_import_records SET client_account_id = (SELECT id FROM tenant WHERE n = 1)
WHERE id IN (SELECT md5('legacy record 2 3 ' || r)::uuid FROM generate_series(1, 13) AS r);

UPDATE assets SET client_account_id = (SELECT id FROM tenant WHERE n = 1)
WHERE id IN (SELECT md5('legacy asset 3 ' || a)::uuid FROM generate_series(44, 50) AS a);

UPDATE asset_dependencies SET client_account_id = (SELECT id FROM tenant WHERE n = 1)
WHERE id IN (SELECT md5('legacy dependency 2 ' || d)::uuid FROM generate_series(1, 6) AS d);

UPDATE discovery_flows SET client_account_id = (SELECT id FROM tenant WHERE n = 1)
WHERE id = md5('legacy flow 2 4')::uuid;

-- Made by hand on a slow afternoon; no revision and no model knows it.
CREATE INDEX idx_assets_tmp_perf ON assets (lower(hostname), environment);
