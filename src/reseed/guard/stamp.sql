-- What a database is stamped with: its comment, and every setting reseed.environment that its sessions may begin with.
SELECT d.oid::bigint,
       shobj_description(d.oid, 'pg_database'),
       ARRAY(SELECT substr(setting, strpos(setting, '=') + 1)
             FROM pg_db_role_setting s, unnest(s.setconfig) setting
             WHERE lower(split_part(setting, '=', 1)) = 'reseed.environment'
               AND (s.setdatabase = d.oid
                    OR (s.setdatabase = 0
                        AND s.setrole IN (0, (SELECT oid FROM pg_roles WHERE rolname = current_user))))
             ORDER BY setting)
FROM pg_database d
WHERE d.datname = %s
