-- Columns that say which tenant a row of the table of tenants is: its primary key, and what people call it by.
SELECT a.attname
FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = %s AND c.relname = %s AND a.attnum > 0 AND NOT a.attisdropped
  AND (a.attname IN ('name', 'slug')
       OR EXISTS (SELECT FROM pg_index i
                  WHERE i.indrelid = c.oid AND i.indisprimary AND a.attnum = ANY(i.indkey)))
ORDER BY a.attnum
