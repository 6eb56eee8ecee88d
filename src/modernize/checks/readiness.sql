-- How ready assets are to move, worked out anew from facts: the rules are those that the console explains to people.

-- name: readiness
-- question: Does every asset's readiness follow from its facts: support, hardware, data, circles and blocked components?
WITH facts AS (
  SELECT a.client_account_id, a.id, a.name, a.asset_type, a.readiness_score, a.readiness_status, a.blockers,
         CASE a.asset_type WHEN 'database' THEN (a.attributes ->> 'support_ends')::date ELSE a.os_end_of_life END
           AS support_ends,
         coalesce(a.hosting_type = 'physical', false) AS physical,
         coalesce(a.data_classification = 'restricted', false) AS restricted,
         a.asset_type = 'application' AND c.application IS NOT NULL AS circular
  FROM assets a
  LEFT JOIN (
    SELECT DISTINCT client_account_id, source_asset_id AS application
    FROM asset_dependencies
    WHERE is_intended_cycle
  ) c ON c.client_account_id = a.client_account_id AND c.application = a.id
), components AS (
  SELECT d.client_account_id, d.source_asset_id AS application, d.target_asset_id AS component
  FROM asset_dependencies d
  WHERE d.dependency_type IN ('runs_on', 'stores_data_in')
  UNION
  SELECT d.client_account_id, d.source_asset_id, h.target_asset_id
  FROM asset_dependencies d
  JOIN asset_dependencies h ON h.client_account_id = d.client_account_id AND h.source_asset_id = d.target_asset_id
                           AND h.dependency_type = 'hosted_on'
  WHERE d.dependency_type = 'stores_data_in'
), blocked AS (
  SELECT DISTINCT c.client_account_id, c.application
  FROM components c
  JOIN facts own ON own.client_account_id = c.client_account_id AND own.id = c.component
  WHERE own.support_ends < %(as_of)s::date
), judged AS (
  SELECT f.*,
         coalesce(f.support_ends < %(as_of)s::date, false) AS unsupported,
         b.application IS NOT NULL AS waits
  FROM facts f
  LEFT JOIN blocked b ON b.client_account_id = f.client_account_id AND b.application = f.id
), scored AS (
  SELECT j.*,
         greatest(0, 100
           - CASE WHEN j.unsupported THEN 40
                  WHEN j.support_ends <= %(as_of)s::date + 365 THEN 15
                  ELSE 0 END
           - CASE WHEN j.physical THEN 10 ELSE 0 END
           - CASE WHEN j.restricted THEN 10 ELSE 0 END
           - CASE WHEN j.circular THEN 10 ELSE 0 END
           - CASE WHEN j.waits THEN 20 ELSE 0 END) AS score
  FROM judged j
)
SELECT s.client_account_id, s.name, s.readiness_score, s.score AS follows, s.readiness_status, s.blockers
FROM scored s
WHERE s.readiness_score IS DISTINCT FROM s.score
   OR s.readiness_status <> CASE
        WHEN s.unsupported OR s.waits THEN 'blocked'
        WHEN s.score >= 80 THEN 'ready'
        ELSE 'needs_attention'
      END::readiness_status
   OR jsonb_path_exists(s.blockers, '$[*] ? (@.code == "support_ended")') <> s.unsupported
   OR jsonb_path_exists(s.blockers, '$[*] ? (@.code == "blocked_component")') <> s.waits;
