-- Two accounts of the same shape, a and b; a has a second engagement. Ids are md5 of the row's name in words.

INSERT INTO client_accounts (id, name, slug, industry)
SELECT md5('account ' || t)::uuid, 'Account ' || t, 'account-' || t, 'Retail' FROM unnest(ARRAY['a', 'b']) AS t;

INSERT INTO users (id, email, full_name, home_client_account_id)
SELECT md5('user ' || t)::uuid, t || '@example.com', 'User ' || t, md5('account ' || t)::uuid
FROM unnest(ARRAY['a', 'b']) AS t;

INSERT INTO user_account_associations (client_account_id, user_id, role)
SELECT md5('account ' || t)::uuid, md5('user ' || t)::uuid, 'ANALYST' FROM unnest(ARRAY['a', 'b']) AS t;

INSERT INTO engagements (client_account_id, id, name, slug)
SELECT md5('account ' || left(e, 1))::uuid, md5('engagement ' || e)::uuid, 'Move ' || e, 'move-' || e
FROM unnest(ARRAY['a', 'b', 'a2']) AS e;

INSERT INTO discovery_flows (client_account_id, id, engagement_id, name)
SELECT client_account_id, md5('flow ' || right(slug, -5))::uuid, id, 'Discovery' FROM engagements;

INSERT INTO migration_waves (client_account_id, id, engagement_id, sequence, name, planned_start, planned_end, capacity)
SELECT client_account_id, md5('wave ' || right(slug, -5))::uuid, id, 1, 'First', '2026-03-01', '2026-03-31', 10
FROM engagements;

INSERT INTO assets (client_account_id, id, engagement_id, asset_type, name, environment, migration_wave_id)
SELECT client_account_id, md5('asset ' || right(slug, -5))::uuid, id, 'server', 'srv-1', 'production',
       md5('wave ' || right(slug, -5))::uuid
FROM engagements;

INSERT INTO user_sessions (client_account_id, user_id, token_hash, csrf_token, expires_at)
SELECT client_account_id, user_id, encode(sha256(user_id::text::bytea), 'hex'), 'x', now() + interval '1 hour'
FROM user_account_associations;

INSERT INTO user_invitations (client_account_id, user_id, token_hash, expires_at)
SELECT client_account_id, user_id, token_hash, expires_at FROM user_sessions;
