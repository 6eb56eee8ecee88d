-- Roles that the definitions of this database name: grants, policies, default privileges, user mappings. An owner
-- is named where something was taken from it; ownership itself is not part of a dump without owners.
WITH grants (acl, owner, standard) AS (
    SELECT relacl, relowner, acldefault(CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", relowner)
    FROM pg_class WHERE relacl IS NOT NULL AND relnamespace <> 'pg_catalog'::regnamespace
        AND relnamespace <> 'information_schema'::regnamespace
    UNION ALL
    SELECT attacl, NULL, NULL
    FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
    WHERE attacl IS NOT NULL AND relnamespace <> 'pg_catalog'::regnamespace
    UNION ALL
    SELECT proacl, proowner, acldefault('f', proowner)
    FROM pg_proc WHERE proacl IS NOT NULL AND pronamespace <> 'pg_catalog'::regnamespace
    UNION ALL
    SELECT typacl, typowner, acldefault('T', typowner)
    FROM pg_type WHERE typacl IS NOT NULL AND typnamespace <> 'pg_catalog'::regnamespace
    UNION ALL
    SELECT nspacl, nspowner, acldefault('n', nspowner)
    FROM pg_namespace WHERE nspacl IS NOT NULL AND oid >= 16384
    UNION ALL
    SELECT lomacl, lomowner, NULL FROM pg_largeobject_metadata WHERE lomacl IS NOT NULL
    UNION ALL
    SELECT defaclacl, NULL, NULL FROM pg_default_acl
), named (role) AS (
    SELECT refobjid
    FROM pg_shdepend
    WHERE refclassid = 'pg_authid'::regclass
        AND dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND (deptype IN ('a', 'r') OR classid IN ('pg_default_acl'::regclass, 'pg_user_mapping'::regclass))
    UNION
    SELECT grantee FROM grants, LATERAL aclexplode(acl)
    WHERE grantee <> coalesce(owner, 0)
    UNION
    SELECT owner FROM grants
    WHERE standard IS NOT NULL
        AND (SELECT count(*) FROM aclexplode(acl) WHERE grantee = owner)
            < (SELECT count(*) FROM aclexplode(standard) WHERE grantee = owner)
    UNION
    SELECT defaclrole FROM pg_default_acl
)
SELECT rolname::text FROM pg_roles WHERE oid IN (SELECT role FROM named) ORDER BY 1
