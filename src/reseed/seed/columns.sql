-- The columns of one table in order, with the catalog name of their type; every enum type is called 'enum', because
-- its labels travel as text whatever it is named. Generated columns are left out: nobody may write them.
SELECT a.attname, CASE t.typtype WHEN 'e' THEN 'enum' ELSE t.typname END
FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
WHERE a.attrelid = to_regclass(%(table)s) AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
ORDER BY a.attnum
