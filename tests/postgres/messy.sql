-- Names, types and values that a dump gets wrong when it is not careful.
CREATE TYPE mood AS ENUM ('fine', 'not "fine"');
CREATE SCHEMA "odd ; schema";

CREATE TABLE parent (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    twice integer GENERATED ALWAYS AS (id * 2) STORED,
    note text,
    happy mood,
    at timestamptz,
    raw bytea,
    ratio double precision,
    tags text[]
);
INSERT INTO parent (note, happy, at, raw, ratio, tags) VALUES
    (E'tab\t newline\n \\. backslash \\', 'fine', '2026-01-15 09:00:00.123456+00', '\xdeadbeef', 0.1, '{a,"b c"}'),
    ('SET transaction_timeout = 0;' || chr(10), 'not "fine"', NULL, NULL, 1e-300, NULL),
    (NULL, NULL, NULL, NULL, 'NaN', '{}');

CREATE TABLE "odd ; schema"."Tab""le $1 ü" (
    id serial PRIMARY KEY,
    parent integer REFERENCES parent (id),
    "a b" text
);
INSERT INTO "odd ; schema"."Tab""le $1 ü" (parent, "a b")
SELECT 1 + i % 3, 'Größe ' || i FROM generate_series(1, 100) i;

CREATE TABLE parted (id integer, at date) PARTITION BY RANGE (at);
CREATE TABLE parted_2026 PARTITION OF parted FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
INSERT INTO parted SELECT i, '2026-05-05' FROM generate_series(1, 7) i;

CREATE VIEW tall AS SELECT id FROM parent;
