-- What a bulk load keeps in the database it fills, in a schema of its own, until it has ended.
-- Every entry is written, or taken out, in the transaction that does what it says.

-- name: create
CREATE SCHEMA reseed_load;
REVOKE ALL ON SCHEMA reseed_load FROM PUBLIC;
COMMENT ON SCHEMA reseed_load IS
  'A bulk load of reseed that has not ended. It goes on with: reseed seed; it is given up with: reseed seed --give-up';
-- The load itself, one row: what it loads, the facts of the database before it, and whether no foreign key is left
-- on the tables, so that rows may come in any order.
CREATE TABLE reseed_load.load (id text NOT NULL, inputs text NOT NULL, facts text NOT NULL, unbound boolean NOT NULL);
-- Ranges of tenants; `rows` is null until they are loaded.
CREATE TABLE reseed_load.partition (
  first integer PRIMARY KEY, stop integer NOT NULL, rows text, seconds double precision
);
-- What was taken off and is still to be put back, in order of `phase`; `tables` are those it is about.
CREATE TABLE reseed_load.put_aside (
  id integer PRIMARY KEY, phase integer NOT NULL, what text NOT NULL, tables text[] NOT NULL, statements text[] NOT NULL
);

-- name: owner
-- Who owns the schema, whether that is us, and whether it holds the ledger and nothing of others; no row when there is
-- none.
SELECT r.rolname, r.rolname = current_user,
       (SELECT count(*) = 3 FROM pg_class
         WHERE relnamespace = n.oid AND relname IN ('load', 'partition', 'put_aside') AND relkind = 'r')
       AND NOT EXISTS (SELECT FROM pg_class WHERE relnamespace = n.oid AND relowner <> n.nspowner)
       AND obj_description(n.oid, 'pg_namespace') LIKE 'A bulk load of reseed%%'
  FROM pg_namespace n JOIN pg_roles r ON r.oid = n.nspowner
 WHERE n.nspname = 'reseed_load'

-- name: take
-- The next partition that nobody has loaded or is loading; it is ours until the transaction ends.
SELECT first, stop FROM reseed_load.partition
 WHERE rows IS NULL ORDER BY first LIMIT 1 FOR UPDATE SKIP LOCKED

-- name: take_one
-- One partition, once nobody else is loading it; no row when it is loaded.
SELECT first, stop FROM reseed_load.partition WHERE first = %s AND rows IS NULL FOR UPDATE

-- name: note
UPDATE reseed_load.partition SET rows = %s, seconds = %s WHERE first = %s

-- name: missing
-- The first tenant of every partition that is not loaded.
SELECT first FROM reseed_load.partition WHERE rows IS NULL ORDER BY first

-- name: waiting
-- What is to be put back in a phase, on the largest tables first.
SELECT id, what, tables, statements FROM reseed_load.put_aside
 WHERE phase = %s ORDER BY pg_table_size(to_regclass(tables[1])) DESC NULLS LAST, id
