-- Waves, who moves in which, why each asset goes the way it goes, and how ready it is.

-- name: waves_in_time
-- question: Do the waves follow each other in time, each with an owner, a budget and a cut-over between its dates?
SELECT w.client_account_id, w.sequence, w.name, w.planned_start, w.planned_end, w.cutover_starts_at
FROM migration_waves w
LEFT JOIN migration_waves before ON before.client_account_id = w.client_account_id
                                AND before.engagement_id = w.engagement_id AND before.sequence = w.sequence - 1
WHERE num_nulls(w.owner_user_id, w.budget, w.cutover_starts_at, w.cutover_ends_at) > 0
   OR w.success_criteria = '[]'
   OR w.cutover_starts_at::date < w.planned_start
   OR w.cutover_ends_at::date > w.planned_end + 2
   OR (w.sequence > 1 AND (before.id IS NULL OR w.planned_start < before.planned_end));

-- name: capacity
-- question: Does no wave move more assets than its team can?
SELECT w.client_account_id, w.sequence, w.name, w.capacity, count(a.id) AS assigned
FROM migration_waves w
JOIN wave_assignments a ON a.client_account_id = w.client_account_id AND a.migration_wave_id = w.id
GROUP BY w.client_account_id, w.id
HAVING count(a.id) > w.capacity;

-- name: every_asset_placed
-- question: Is every asset either in a wave, with its assignment, or retained or retired on purpose?
SELECT a.client_account_id, a.name, a.six_r_strategy, a.migration_wave_id, wa.migration_wave_id AS assigned
FROM assets a
LEFT JOIN wave_assignments wa ON wa.client_account_id = a.client_account_id AND wa.asset_id = a.id
WHERE a.six_r_strategy IS NULL
   OR (a.migration_wave_id IS NULL) <> (a.six_r_strategy IN ('retain', 'retire'))
   OR a.migration_wave_id IS DISTINCT FROM wa.migration_wave_id;

-- name: move_order
-- question: Are the assets of every wave numbered in an order without gaps, within its dates?
SELECT a.client_account_id, w.name, count(*) AS assets, max(a.move_order) AS last, count(DISTINCT a.move_order) AS places
FROM wave_assignments a
JOIN migration_waves w ON w.client_account_id = a.client_account_id AND w.id = a.migration_wave_id
GROUP BY a.client_account_id, w.id, w.name, w.planned_start, w.planned_end
HAVING max(a.move_order) <> count(*) OR count(DISTINCT a.move_order) <> count(*)
    OR min(a.scheduled_on) < w.planned_start OR max(a.scheduled_on) > w.planned_end + 2;

-- name: sixr_cases
-- question: Does every asset have one accepted case for the strategy it has, with a rationale and alternatives?
SELECT a.client_account_id, a.name, a.six_r_strategy, s.strategy, s.confidence
FROM assets a
LEFT JOIN sixr_assessments s ON s.client_account_id = a.client_account_id AND s.asset_id = a.id
                            AND s.status = 'accepted'
WHERE s.strategy IS DISTINCT FROM a.six_r_strategy
   OR length(s.rationale) < 40
   OR s.confidence NOT BETWEEN 0.50 AND 0.99
   OR s.alternatives = '[]';

-- name: savings
-- question: Is the monthly saving of every case the difference of the asset's two costs?
SELECT a.client_account_id, a.name, s.monthly_saving, a.monthly_cost - a.cloud_monthly_cost AS difference
FROM sixr_assessments s
JOIN assets a ON a.client_account_id = s.client_account_id AND a.id = s.asset_id
WHERE s.monthly_saving IS DISTINCT FROM a.monthly_cost - a.cloud_monthly_cost;
