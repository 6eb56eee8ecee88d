-- What no dump of a single database by an ordinary role brings back, as sentences.
SELECT format('subscription %I', subname) FROM pg_subscription
WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())
UNION ALL
SELECT format('tablespace %I of %s', spcname, c.oid::regclass)
FROM pg_class c JOIN pg_tablespace s ON s.oid = c.reltablespace
WHERE s.spcname <> 'pg_global'
UNION ALL
SELECT format('owner %I of %s objects', pg_get_userbyid(refobjid), count(*))
FROM pg_shdepend
WHERE refclassid = 'pg_authid'::regclass AND deptype = 'o'
    AND dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND pg_get_userbyid(refobjid) <> current_user
GROUP BY refobjid
UNION ALL
SELECT format(
    'setting %s of %s', setting,
    CASE setrole WHEN 0 THEN 'the database' ELSE format('role %I in the database', pg_get_userbyid(setrole)) END
)
FROM pg_db_role_setting, unnest(setconfig) AS setting
WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
ORDER BY 1
