-- What the catalog says about keys and constraints. Tables are named as the models name them: with their schema only
-- where it is not the current one, and never quoted.

-- name: foreign_keys
-- question: Which foreign keys hold, and does each hold for the rows that were there before it?
SELECT c.conname::text AS name,
       concat(nullif(sn.nspname, current_schema()) || '.', source.relname) AS "table",
       concat(nullif(nn.nspname, current_schema()) || '.', named.relname) AS parent,
       (SELECT array_agg(a.attname::text ORDER BY k.place)
        FROM unnest(c.conkey) WITH ORDINALITY AS k (attnum, place)
        JOIN pg_catalog.pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.attnum) AS columns,
       (SELECT array_agg(a.attname::text ORDER BY k.place)
        FROM unnest(c.confkey) WITH ORDINALITY AS k (attnum, place)
        JOIN pg_catalog.pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = k.attnum) AS parent_columns,
       c.convalidated AS validated
FROM pg_catalog.pg_constraint c
JOIN pg_catalog.pg_class source ON source.oid = c.conrelid
JOIN pg_catalog.pg_namespace sn ON sn.oid = source.relnamespace
JOIN pg_catalog.pg_class named ON named.oid = c.confrelid
JOIN pg_catalog.pg_namespace nn ON nn.oid = named.relnamespace
WHERE c.contype = 'f';

-- name: unproven
-- question: Which constraints and unique indexes do not hold for all rows?
SELECT c.conrelid::regclass::text AS "table", c.conname AS name, 'NOT VALID' AS state
FROM pg_catalog.pg_constraint c
JOIN pg_catalog.pg_namespace n ON n.oid = c.connamespace
WHERE NOT c.convalidated AND c.conrelid <> 0 AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
UNION ALL
SELECT i.indrelid::regclass::text, i.indexrelid::regclass::text, 'INVALID'
FROM pg_catalog.pg_index i
WHERE NOT (i.indisvalid AND i.indisready AND i.indislive);

-- name: required_columns
-- question: Which columns refuse NULL?
SELECT concat(nullif(n.nspname, current_schema()) || '.', c.relname) AS "table", a.attname::text AS "column"
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relkind IN ('r', 'p') AND a.attnotnull AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_';

-- name: column_types
-- question: Of which type is every column?
SELECT concat(nullif(n.nspname, current_schema()) || '.', c.relname) AS "table", a.attname::text AS "column",
       pg_catalog.format_type(a.atttypid, NULL) AS "type"
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relkind IN ('r', 'p') AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_';
