-- Every column of the application's tables: table, column, type, default. Read with an empty search_path; a name in the
-- schema public is told without it, as the contract names it.
select regexp_replace(c.oid::regclass::text, '^public\.', ''),
       a.attname,
       format_type(a.atttypid, a.atttypmod),
       pg_get_expr(d.adbin, d.adrelid)
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
 where c.relkind in ('r', 'p')
   and n.nspname !~ '^pg_'
   and n.nspname <> 'information_schema'
 order by 1, 2
