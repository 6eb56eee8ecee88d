-- What the catalog says about row-level security.

-- name: application_role
-- question: Is the current role bound by row-level security?
SELECT r.rolsuper AS superuser,
       r.rolbypassrls AS bypasses,
       (SELECT count(*) FROM pg_catalog.pg_class c WHERE pg_catalog.pg_has_role(c.relowner, 'USAGE')) AS "tables it owns"
FROM pg_catalog.pg_roles r
WHERE r.rolname = current_user;

-- name: protection
-- question: Which tables are protected, and by how many policies?
SELECT concat(nullif(n.nspname, current_schema()) || '.', c.relname) AS "table",
       c.relrowsecurity AS enabled,
       c.relforcerowsecurity AS forced,
       (SELECT count(*) FROM pg_catalog.pg_policy p WHERE p.polrelid = c.oid) AS policies
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
ORDER BY 1;
