-- Discovery flows, their phases, the crews at work in them, and what those noticed.

-- name: states
-- question: Is there exactly one flow in each of the five states, and is it the one whose id was handed over?
SELECT CASE
         WHEN status = 'completed' AND assessment_ready THEN 'complete'
         WHEN status = 'failed' AND current_phase = 'data_import' THEN 'failed'
         WHEN status = 'initialized' THEN 'started'
         WHEN status = 'running' AND current_phase = 'field_mapping' THEN 'in_progress'
         WHEN status = 'running' AND current_phase = 'asset_inventory' THEN 'inventory'
         ELSE 'in no such state'
       END,
       id
FROM discovery_flows
WHERE client_account_id = %(tenant)s;

-- name: phases_in_order
-- question: Does every flow have the six phases in their order, none begun before the one before it was completed?
SELECT f.client_account_id, f.name, p.phase, p.ordinal, p.status
FROM discovery_flows f
CROSS JOIN LATERAL unnest(enum_range(NULL::discovery_phase)) WITH ORDINALITY AS wanted (phase, place)
LEFT JOIN flow_phases p ON p.client_account_id = f.client_account_id AND p.discovery_flow_id = f.id
                       AND p.phase = wanted.phase
LEFT JOIN flow_phases earlier ON earlier.client_account_id = f.client_account_id
                             AND earlier.discovery_flow_id = f.id AND earlier.ordinal = wanted.place - 1
WHERE p.ordinal IS DISTINCT FROM wanted.place
   OR (p.status <> 'pending' AND wanted.place > 1
       AND (earlier.status IS DISTINCT FROM 'completed' OR p.started_at < earlier.finished_at));

-- name: status_follows
-- question: Do a flow's status, current phase and error phase follow from its phases?
SELECT f.client_account_id, f.name, f.status, f.current_phase, f.error_phase
FROM discovery_flows f
JOIN LATERAL (
  SELECT count(*) FILTER (WHERE p.status = 'completed') AS done,
         count(*) FILTER (WHERE p.status <> 'pending') AS begun,
         count(*) AS phases,
         coalesce((array_agg(p.phase ORDER BY p.ordinal DESC) FILTER (WHERE p.status <> 'pending'))[1],
                  'data_import') AS last_begun,
         (array_agg(p.phase) FILTER (WHERE p.status = 'failed'))[1] AS failed
  FROM flow_phases p
  WHERE p.client_account_id = f.client_account_id AND p.discovery_flow_id = f.id
) s ON true
WHERE f.current_phase <> s.last_begun
   OR f.error_phase IS DISTINCT FROM s.failed
   OR f.status <> CASE
        WHEN s.failed IS NOT NULL THEN 'failed'
        WHEN s.done = s.phases THEN 'completed'
        WHEN s.begun = 0 THEN 'initialized'
        ELSE 'running'
      END::flow_status;

-- name: progress_follows
-- question: Does every flow's progress follow from the phases it has completed?
SELECT f.client_account_id, f.name, f.progress, s.progress AS follows
FROM discovery_flows f
JOIN LATERAL (
  SELECT round(100.0 * count(*) FILTER (WHERE p.status = 'completed') / count(*), 2) AS progress
  FROM flow_phases p
  WHERE p.client_account_id = f.client_account_id AND p.discovery_flow_id = f.id
) s ON true
WHERE f.progress IS DISTINCT FROM s.progress;

-- name: isolation
-- question: Do the agents of every flow learn within the engagement only, with strict memory?
SELECT client_account_id, name, learning_scope, memory_isolation_level
FROM discovery_flows
WHERE learning_scope <> 'engagement' OR memory_isolation_level <> 'strict';

-- name: crews_fit
-- question: Do crews work in every phase that has begun and in no other, within their times, and do they end as these did?
SELECT p.client_account_id, p.discovery_flow_id, p.phase, p.status, c.crew_name, c.status AS crew
FROM flow_phases p
LEFT JOIN crew_states c ON c.client_account_id = p.client_account_id AND c.discovery_flow_id = p.discovery_flow_id
                       AND c.phase = p.phase
WHERE (p.status <> 'pending' AND c.id IS NULL)
   OR (p.status = 'pending') <> (c.status = 'pending')
   OR (p.status = 'completed' AND c.status <> 'completed')
   OR (p.status = 'failed' AND c.status <> 'failed')
   OR c.started_at < p.started_at
   OR c.finished_at > p.finished_at;

-- name: crews_worked
-- question: Does every crew that ended have agents, outputs, a duration that its times give, and tokens that cost money?
SELECT client_account_id, discovery_flow_id, phase, crew_name, duration_ms, total_tokens, cost_usd
FROM crew_states
WHERE jsonb_array_length(agents) = 0
   OR (status = 'completed' AND (
        jsonb_array_length(task_outputs) = 0 OR total_tokens = 0 OR cost_usd = 0
        OR duration_ms IS DISTINCT FROM round(1000 * extract(epoch FROM finished_at - started_at))));

-- name: failure_explained
-- question: Does every failed flow say which file and which rows were wrong, and how?
SELECT client_account_id, name, error_message, error_details
FROM discovery_flows
WHERE status = 'failed'
  AND (error_details IS NULL
       OR coalesce(error_details ->> 'file', '') = ''
       OR position(error_details ->> 'file' IN error_message) = 0
       OR coalesce(jsonb_typeof(error_details -> 'rows'), '') <> 'array'
       OR jsonb_array_length(error_details -> 'rows') = 0);

-- name: insights_fit
-- question: Is every insight about a phase that had begun, and about assets the flow knows?
SELECT i.client_account_id, i.title, i.phase, i.created_at
FROM agent_insights i
JOIN flow_phases p ON p.client_account_id = i.client_account_id AND p.discovery_flow_id = i.discovery_flow_id
                  AND p.phase = i.phase
WHERE p.status = 'pending' OR i.created_at < p.started_at OR i.reviewed_at < i.created_at;
