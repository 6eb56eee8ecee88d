-- The database a try starts from: recognisable, and large enough for a dump to take a moment.
CREATE SCHEMA "Back office";
CREATE SEQUENCE receipts START 4711;
CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY);
INSERT INTO alembic_version VALUES ('a1b2c3d4e5f6');

CREATE TABLE shops (id integer PRIMARY KEY, name text NOT NULL);
INSERT INTO shops SELECT n, 'Old shop ' || n FROM generate_series(1, 20) AS n;

CREATE TABLE sales (
    id integer PRIMARY KEY,
    shop_id integer NOT NULL REFERENCES shops,
    receipt bigint NOT NULL DEFAULT nextval('receipts'),
    cents integer NOT NULL CHECK (cents > 0),
    euros numeric(12, 2) GENERATED ALWAYS AS (cents / 100.0) STORED,
    note text NOT NULL
);
INSERT INTO sales (id, shop_id, cents, note)
SELECT n, n % 20 + 1, n * 7, repeat(md5(n::text), 12) FROM generate_series(1, 4000) AS n;
CREATE INDEX sales_by_shop ON sales (shop_id, receipt);

CREATE TABLE "Back office"."Secret ""notes""" (id integer PRIMARY KEY, shop_id integer NOT NULL, words text);
INSERT INTO "Back office"."Secret ""notes""" SELECT n, n % 20 + 1, repeat(md5((-n)::text), 8)
FROM generate_series(1, 2000) AS n;
ALTER TABLE "Back office"."Secret ""notes""" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Back office"."Secret ""notes""" FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON "Back office"."Secret ""notes"""
    USING (shop_id = nullif(current_setting('shop.id', true), '')::integer);

CREATE VIEW takings AS SELECT shop_id, sum(cents) AS cents FROM sales GROUP BY shop_id;
SELECT lo_from_bytea(0, decode(repeat('00ff17', 9000), 'hex'));

-- Whoever is at work on the database while it is being reset leaves rows here.
CREATE TABLE visits (visitor text NOT NULL, number bigint NOT NULL, PRIMARY KEY (visitor, number));
