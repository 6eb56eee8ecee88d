"""Host names of managed PostgreSQL: what runs there is seldom a toy, so it must be allowed by name."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase

_SERVICES = (
    ("Amazon RDS", ("*.rds.amazonaws.com", "*.rds.amazonaws.com.cn")),
    ("Heroku Postgres", ("*.compute-1.amazonaws.com", "*.compute.amazonaws.com")),
    ("Azure Database", ("*.postgres.database.azure.com", "*.postgres.cosmos.azure.com")),
    ("Google Cloud SQL", ("*.sql.goog", "*.alloydb.goog", "*.alloydb-psc.goog", "/cloudsql/*")),
    ("Supabase", ("*.supabase.co", "*.supabase.com")),
    ("Neon", ("*.neon.tech",)),
    ("Aiven", ("*.aivencloud.com",)),
    ("DigitalOcean", ("*.db.ondigitalocean.com",)),
    ("Render", ("*-postgres.render.com", "dpg-*-a")),
    ("Crunchy Bridge", ("*.postgresbridge.com",)),
    ("Timescale", ("*.timescale.com", "*.timescaledb.io")),
    ("Railway", ("*.rlwy.net", "*.railway.app", "*.railway.internal")),
    ("Fly", ("*.flympg.net", "*.flycast", "*.fly.dev")),
    ("Prisma Postgres", ("*.prisma.io",)),
    ("Vercel Postgres", ("*.postgres.vercel-storage.com",)),
    ("PlanetScale", ("*.psdb.cloud",)),
    ("Xata", ("*.xata.sh", "*.xata.tech")),
    ("Koyeb", ("*.pg.koyeb.app",)),
    ("EDB", ("*.biganimal.io",)),
    ("IBM Cloud", ("*.databases.appdomain.cloud",)),
    ("Alibaba Cloud", ("*.rds.aliyuncs.com",)),
    ("OVHcloud", ("*.database.cloud.ovh.net",)),
    ("Scaleway", ("*.scw.cloud",)),
)


def managed_by(host: str) -> str:
    """The service that a host name belongs to; empty for any other host."""
    for service, patterns in _SERVICES:
        if matches(host, patterns):
            return service
    return ""


def matches(host: str, patterns: Iterable[str]) -> bool:
    """Whether a host name, an address or a socket's folder matches one of some patterns; case is nothing to names."""
    name = host.lower().rstrip(".")
    return any(fnmatchcase(name, pattern.lower().rstrip(".")) for pattern in patterns)
