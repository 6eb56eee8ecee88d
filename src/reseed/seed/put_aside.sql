-- What a bulk load takes off some tables, and how it is written so that it can be put back.
-- Asked with an empty search_path: names come with their schema. What cannot be put back exactly is not listed, and
-- stays where it is: parts of partitioned or inherited tables, what other objects depend on, indexes that are invalid,
-- exclusion and temporal constraints, foreign keys whose triggers somebody has disabled.

-- name: foreign_keys
-- Those of the tables and those that name them: an index goes only when nothing relies on it.
SELECT o.oid, c.oid::regclass::text, r.oid::regclass::text, o.conname, pg_get_constraintdef(o.oid), o.convalidated,
       obj_description(o.oid, 'pg_constraint')
  FROM pg_constraint o
  JOIN pg_class c ON c.oid = o.conrelid
  JOIN pg_class r ON r.oid = o.confrelid
 WHERE o.contype = 'f'
   AND (o.conrelid = ANY (%(tables)s) OR o.confrelid = ANY (%(tables)s))
   AND c.relkind = 'r' AND r.relkind = 'r' AND NOT c.relispartition AND NOT r.relispartition
   AND o.conparentid = 0
   AND pg_has_role(c.relowner, 'USAGE') AND pg_has_role(r.relowner, 'USAGE')
   AND NOT EXISTS (SELECT FROM pg_trigger WHERE tgconstraint = o.oid AND tgisinternal AND tgenabled <> 'O')
   AND NOT EXISTS (SELECT FROM pg_depend
                    WHERE refclassid = 'pg_constraint'::regclass AND refobjid = o.oid AND deptype <> 'i')
 ORDER BY 2, o.conname

-- name: bound
-- How many foreign keys the tables have beside those.
SELECT count(*) FROM pg_constraint
 WHERE contype = 'f' AND conrelid = ANY (%(tables)s) AND NOT oid = ANY (%(foreign_keys)s)

-- name: indexes
SELECT t.oid::regclass::text, x.oid::regclass::text, x.relname, pg_get_indexdef(x.oid),
       (SELECT spcname FROM pg_tablespace WHERE oid = x.reltablespace),
       i.indisclustered, i.indisreplident, obj_description(x.oid, 'pg_class'),
       o.contype::text, o.conname, o.condeferrable, o.condeferred, obj_description(o.oid, 'pg_constraint'),
       (SELECT array_agg(ARRAY[attnum, attstattarget] ORDER BY attnum)
          FROM pg_attribute WHERE attrelid = x.oid AND attstattarget >= 0)
  FROM pg_index i
  JOIN pg_class x ON x.oid = i.indexrelid
  JOIN pg_class t ON t.oid = i.indrelid
  LEFT JOIN pg_constraint o ON o.conindid = i.indexrelid AND o.conrelid = i.indrelid AND o.contype IN ('p', 'u', 'x')
 WHERE i.indrelid = ANY (%(tables)s)
   AND t.relkind = 'r' AND NOT t.relispartition AND pg_has_role(t.relowner, 'USAGE')
   AND i.indisvalid AND i.indisready AND i.indislive
   AND (o.oid IS NULL OR o.contype IN ('p', 'u') AND o.conislocal AND o.coninhcount = 0 AND o.conparentid = 0
                         AND x.relam = (SELECT oid FROM pg_am WHERE amname = 'btree')
                         AND to_jsonb(o) ->> 'conperiod' IS DISTINCT FROM 'true')
   AND NOT EXISTS (SELECT FROM pg_inherits WHERE inhrelid IN (x.oid, t.oid) OR inhparent IN (x.oid, t.oid))
   AND NOT EXISTS (SELECT FROM pg_depend d
                    WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = x.oid
                      AND NOT (d.classid = 'pg_constraint'::regclass AND d.objid = ANY (%(foreign_keys)s)))
   AND NOT EXISTS (SELECT FROM pg_depend d
                    WHERE d.refclassid = 'pg_constraint'::regclass AND d.refobjid = o.oid AND d.deptype <> 'i')
   AND NOT EXISTS (SELECT FROM pg_depend d
                    WHERE d.classid = 'pg_class'::regclass AND d.objid = x.oid AND d.deptype IN ('e', 'x'))
 ORDER BY 1, x.relname

-- name: forced
-- Tables that hide rows from their owner: COPY is refused there, and a foreign key would be looked at through policies.
SELECT DISTINCT c.oid::regclass::text, pg_has_role(c.relowner, 'USAGE')
  FROM pg_class c
 WHERE row_security_active(c.oid)
   AND (c.oid = ANY (%(tables)s)
        OR c.oid IN (SELECT unnest(ARRAY[conrelid, confrelid]) FROM pg_constraint WHERE oid = ANY (%(foreign_keys)s)))
 ORDER BY 1
