-- A database from outside: its catalog row is the server's, so no session on it is needed.
SELECT d.datistemplate,
       d.datallowconn,
       CASE WHEN has_database_privilege(d.oid, 'CONNECT') OR pg_has_role('pg_read_all_stats', 'USAGE')
            THEN pg_database_size(d.oid) END,
       -- What every database has before anything is in it; a dump has none of that.
       CASE WHEN has_database_privilege('template0', 'CONNECT') OR pg_has_role('pg_read_all_stats', 'USAGE')
            THEN pg_database_size('template0') ELSE 0 END,
       pg_is_in_recovery(),
       -- Rows of pg_settings that our role may not see are not there.
       (SELECT setting FROM pg_settings WHERE name = 'data_directory')
FROM pg_database d
WHERE d.datname = %s
