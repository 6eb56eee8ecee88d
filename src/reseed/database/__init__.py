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
    apart,
    connect,
    dict_rows,
    engine,
    maintenance,
    server_version,
)
from reseed.database.contents import (
    Contents,
    Position,
    column_digests,
    contents,
    require_readable_objects,
    sequences,
)
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
    require_short,
    row_counts,
    size,
)
from reseed.database.properties import locale, take_over
from reseed.database.requirements import Lack, extensions, lacks, left_out, named_roles
from reseed.database.roles import SYSTEM_DATABASES, ensure_app_role, require_createdb, require_ownership
from reseed.database.row_security import Table, change_every_row, tables, take_turns, without_row_security
from reseed.database.scratch import await_made, is_scratch, scratch, sweep
from reseed.database.statements import named_statements
from reseed.database.swap import Exchange, Swapped, rename, swap
from reseed.database.target import Target
from reseed.database.templates import (
    PREFIX as TEMPLATE_PREFIX,
)
from reseed.database.templates import (
    Copier,
    Template,
    comment_of,
    copied,
    copier,
    describe,
    drop_template,
    exchange_names,
    give_name,
    keep_template,
    one_at_a_time,
    template_name,
    templates,
)

__all__ = [
    "SYSTEM_DATABASES",
    "TEMPLATE_PREFIX",
    "Address",
    "Claim",
    "Connection",
    "Contents",
    "Copier",
    "Exchange",
    "Lack",
    "Position",
    "Query",
    "Swapped",
    "Table",
    "Target",
    "Template",
    "address",
    "apart",
    "await_made",
    "change_every_row",
    "claim",
    "clone",
    "column_digests",
    "comment_of",
    "connect",
    "contents",
    "copied",
    "copier",
    "create",
    "describe",
    "dict_rows",
    "drop",
    "drop_template",
    "embedded",
    "end_sessions",
    "engine",
    "ensure_app_role",
    "exchange_names",
    "exists",
    "extensions",
    "free_name",
    "give_name",
    "is_near",
    "is_scratch",
    "keep_template",
    "lacks",
    "left_out",
    "locale",
    "maintenance",
    "named",
    "named_roles",
    "named_statements",
    "oid",
    "one_at_a_time",
    "private_name",
    "rename",
    "require_createdb",
    "require_oid",
    "require_ownership",
    "require_readable_objects",
    "require_short",
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
    "template_name",
    "templates",
    "tools",
    "without_row_security",
]
