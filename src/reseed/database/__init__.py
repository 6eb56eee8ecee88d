"""Servers, connections and whole databases. The only room that imports psycopg.

`Target` says where and as whom; `connect` opens a connection whose errors are ours; everything else here works on
whole databases, on roles, or on the server itself.
"""

from psycopg import errors as sqlstate
from psycopg import sql

from reseed.database import embedded, tools
from reseed.database.address import Address, address, is_near
from reseed.database.claim import Claim, claim
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
    free_name,
    named,
    oid,
    private_name,
    require_oid,
    row_counts,
    size,
)
from reseed.database.properties import take_over
from reseed.database.requirements import Lack, extensions, lacks, left_out, named_roles
from reseed.database.roles import SYSTEM_DATABASES, ensure_app_role, require_createdb, require_ownership
from reseed.database.row_security import Table, change_every_row, tables, take_turns, without_row_security
from reseed.database.scratch import await_made, scratch, sweep
from reseed.database.swap import Exchange, Swapped, rename, swap
from reseed.database.target import Target

__all__ = [
    "SYSTEM_DATABASES",
    "Address",
    "Claim",
    "Connection",
    "Contents",
    "Exchange",
    "Lack",
    "Position",
    "Query",
    "Swapped",
    "Table",
    "Target",
    "address",
    "await_made",
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
    "free_name",
    "is_near",
    "lacks",
    "left_out",
    "maintenance",
    "named",
    "named_roles",
    "oid",
    "private_name",
    "rename",
    "require_createdb",
    "require_oid",
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
    "take_over",
    "take_turns",
    "tools",
    "without_row_security",
]
