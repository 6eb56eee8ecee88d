"""Servers, connections and whole databases. The only room that imports psycopg.

`Target` says where and as whom; `connect` opens a connection whose errors are ours; everything else here works on
whole databases, on roles, or on the server itself.
"""

from psycopg import errors as sqlstate
from psycopg import sql

from reseed.database import embedded, tools
from reseed.database.claim import claim
from reseed.database.connection import (
    Connection,
    Query,
    connect,
    dict_rows,
    engine,
    maintenance,
    server_version,
)
from reseed.database.contents import Contents, Position, contents, require_readable_objects, sequences
from reseed.database.databases import (
    clone,
    create,
    drop,
    end_sessions,
    exists,
    named,
    oid,
    private_name,
    rename,
    row_counts,
    size,
)
from reseed.database.requirements import Lack, extensions, lacks, left_out, named_roles
from reseed.database.roles import ensure_app_role, require_createdb, require_ownership
from reseed.database.row_security import Table, change_every_row, tables, take_turns, without_row_security
from reseed.database.scratch import scratch, sweep
from reseed.database.swap import swap
from reseed.database.target import Target

__all__ = [
    "Connection",
    "Contents",
    "Lack",
    "Position",
    "Query",
    "Table",
    "Target",
    "change_every_row",
    "claim",
    "clone",
    "connect",
    "contents",
    "create",
    "dict_rows",
    "drop",
    "embedded",
    "end_sessions",
    "engine",
    "ensure_app_role",
    "exists",
    "extensions",
    "lacks",
    "left_out",
    "maintenance",
    "named",
    "named_roles",
    "oid",
    "private_name",
    "rename",
    "require_createdb",
    "require_ownership",
    "require_readable_objects",
    "row_counts",
    "scratch",
    "sequences",
    "server_version",
    "size",
    "sql",
    "sqlstate",
    "swap",
    "sweep",
    "tables",
    "take_turns",
    "tools",
    "without_row_security",
]
