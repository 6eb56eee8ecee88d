-- Every large object, its size and a digest over pieces of a megabyte, so that none is ever in memory whole.
-- An ordinary role may not read pg_largeobject; it may open and read each object that it has been granted.
WITH opened AS (
    -- OFFSET 0 keeps the calls in this order: open, measure, close.
    SELECT oid, lomowner, lomacl, lo_open(oid, x'40000'::integer) AS handle
    FROM pg_largeobject_metadata
    OFFSET 0
), measured AS (
    SELECT oid, lomowner, lomacl, lo_lseek64(handle, 0, 2) AS size, lo_close(handle)
    FROM opened
    OFFSET 0
), pieces AS (
    SELECT hashtextextended(
        oid || ' ' || piece || ' ' || size || ' '
            || encode(sha256(lo_get(oid, piece << 20, 1 << 20)), 'hex'), 0
    ) AS digest
    FROM measured, LATERAL generate_series(0::bigint, greatest(size - 1, 0) >> 20) AS piece
), granted AS (
    -- What the owner may do goes with ownership, which no backup of an ordinary role holds.
    SELECT hashtextextended(
        oid || ' ' || coalesce(nullif(grantee, 0)::regrole::text, 'PUBLIC') || ' ' || privilege_type || ' '
            || is_grantable, 0
    ) AS digest
    FROM measured, LATERAL aclexplode(lomacl)
    WHERE grantee <> lomowner
)
SELECT
    (SELECT count(*) FROM measured),
    (SELECT coalesce(sum(size), 0) FROM measured),
    (SELECT coalesce(sum(digest), 0)::text FROM (SELECT digest FROM pieces UNION ALL SELECT digest FROM granted) each)
