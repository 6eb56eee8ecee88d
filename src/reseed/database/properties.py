"""What belongs to a database as a whole, and lies in no dump of its contents: locale, owner, grants, settings, comment.

A database that takes another one's name must take these over, or the application finds a door closed, or one open
that was closed. PostgreSQL keeps them by the database, not by its name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, LiteralString

import psycopg
from psycopg import sql

from reseed.database.connection import Connection, maintenance
from reseed.database.target import Target

_UTF8 = "UTF8"
_DEFAULT_TABLESPACE = "pg_default"
_PROVIDERS = {"c": "libc", "i": "icu", "b": "builtin"}

_LOCALE = (
    "datcollate",
    "datctype",
    "datlocprovider",
    "datlocale",
    "daticulocale",
    "daticurules",
    "tablespace",
)

# As JSON, because each major version has columns of its own for the locale.
_ROW = """
    SELECT to_jsonb(d) || jsonb_build_object(
        'encoding', pg_encoding_to_char(d.encoding), 'tablespace', t.spcname,
        'owner', pg_get_userbyid(d.datdba), 'comment', shobj_description(d.oid, 'pg_database'))
    FROM pg_database d JOIN pg_tablespace t ON t.oid = d.dattablespace
    WHERE d.datname = %s
"""
_GRANTS = """
    SELECT a.grantee <> 0, pg_get_userbyid(a.grantee), a.privilege_type,
           a.is_grantable
    FROM pg_database d, aclexplode(d.datacl) a
    WHERE d.datname = %s AND a.grantee <> d.datdba
    ORDER BY 1, 2, 3
"""
_SETTINGS = """
    SELECT s.setrole <> 0, pg_get_userbyid(s.setrole), split_part(c, '=', 1), substr(c, strpos(c, '=') + 1)
    FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase, unnest(s.setconfig) c
    WHERE d.datname = %s
    ORDER BY 1, 2, 3
"""


def locale(connection: Connection, like: str) -> dict[str, str]:
    """What `created_like` gives a new database: encoding, locale and tablespace, by the catalog's own names.

    Two databases for which these are equal sort and compare text alike, so a copy of one may stand for the other.
    """
    row = _row(connection, like)
    if row is None or row["encoding"] != _UTF8:
        row = _row(connection, "template0") or {}
    return {"encoding": _UTF8, **{name: str(row[name]) for name in _LOCALE if row.get(name)}}


def created_like(connection: Connection, source: str) -> sql.Composed:
    """Options of `CREATE DATABASE` that give a new one the encoding, locale and tablespace of another.

    Nothing where that one is not UTF-8: the new one is, and takes the server's own locale.
    """
    row = _row(connection, source)
    if row is None or row["encoding"] != _UTF8:
        return sql.SQL("ENCODING 'UTF8'").format()
    options = [sql.SQL("ENCODING 'UTF8'"), _option("LC_COLLATE", row["datcollate"])]
    options.append(_option("LC_CTYPE", row["datctype"]))
    provider = _PROVIDERS.get(row.get("datlocprovider") or "c", "libc")
    if provider != "libc":
        # `datlocale` since 17, `daticulocale` before.
        locale = str(row.get("datlocale") or row.get("daticulocale"))
        name: LiteralString = "ICU_LOCALE" if provider == "icu" else "BUILTIN_LOCALE"
        options += [_option("LOCALE_PROVIDER", provider), _option(name, locale)]
        if rules := row.get("daticurules"):
            options.append(_option("ICU_RULES", rules))
    if row["tablespace"] != _DEFAULT_TABLESPACE:
        # Naming the default one takes a right to it that an ordinary role does not have.
        options.append(sql.SQL("TABLESPACE {}").format(sql.Identifier(row["tablespace"])))
    return sql.SQL(" ").join(options)


def take_over(target: Target, source: str, to: str) -> tuple[str, ...]:
    """`carry_over` in a transaction of its own."""
    with maintenance(target) as connection, connection.transaction():
        return carry_over(connection, source, to)


@dataclass(frozen=True, slots=True)
class _Change:
    """A statement about a database, by its identifier.

    Attributes:
        do: as it is run. say: as an administrator would write it. setting: name and value that `do` finds in force.
    """

    do: Callable[[sql.Identifier], sql.Composed]
    say: Callable[[sql.Identifier], sql.Composed]
    setting: tuple[str, str] | None = None


def carry_over(connection: Connection, source: str, to: str, *, comment: bool = True) -> tuple[str, ...]:
    """Give database `to` the grants, settings, comment, connection limit and owner of `source`, in a transaction.

    Args:
        comment: whether the comment is among them; a template's own says what it is a template of.

    Returns:
        the statements that our role may not run, for an administrator; they name the database `source`, as `to` is
        about to be called.
    """
    left = []
    for change in _changes(connection, source, comment):
        try:
            with connection.transaction():
                if change.setting:
                    connection.execute("SELECT set_config(%s, %s, true)", change.setting)
                connection.execute(change.do(sql.Identifier(to)))
        except (psycopg.errors.InsufficientPrivilege, psycopg.errors.CantChangeRuntimeParam):
            left.append(change.say(sql.Identifier(source)).as_string(connection))
    return tuple(left)


def _changes(connection: Connection, source: str, comment: bool) -> Iterator[_Change]:
    row = _row(connection, source)
    if row is None:
        return
    if row["datacl"] is not None:
        yield _plain("REVOKE ALL ON DATABASE {} FROM PUBLIC")
    for is_role, role, privilege, grantable in connection.execute(_GRANTS, (source,)).fetchall():
        yield _plain(
            "GRANT {privilege} ON DATABASE {} TO {whom}{option}",
            privilege=sql.SQL(privilege),
            whom=sql.Identifier(role) if is_role else sql.SQL("PUBLIC"),
            option=sql.SQL(" WITH GRANT OPTION" if grantable else ""),
        )
    for is_role, role, name, value in connection.execute(_SETTINGS, (source,)).fetchall():
        yield _setting(sql.SQL("ROLE {} IN ").format(sql.Identifier(role)) if is_role else None, name, value)
    if comment and row["comment"] is not None:
        yield _plain("COMMENT ON DATABASE {} IS {comment}", comment=sql.Literal(row["comment"]))
    if row["datconnlimit"] != -1:
        limit = sql.Literal(row["datconnlimit"])
        yield _plain("ALTER DATABASE {} CONNECTION LIMIT {limit}", limit=limit)
    yield _plain("ALTER DATABASE {} OWNER TO {owner}", owner=sql.Identifier(row["owner"]))


def _plain(template: LiteralString, **parts: sql.Composable) -> _Change:
    def statement(database: sql.Identifier) -> sql.Composed:
        return sql.SQL(template).format(database, **parts)

    return _Change(statement, statement)


def _setting(whose: sql.Composed | None, name: str, value: str) -> _Change:
    """By way of this transaction's own value: written out, a list such as search_path would become one name."""
    parts = sql.SQL(".").join(sql.Identifier(part) for part in name.split("."))
    before = sql.SQL("ALTER {}DATABASE ").format(whose or sql.SQL(""))
    return _Change(
        lambda database: before + database + sql.SQL(" SET {} FROM CURRENT").format(parts),
        lambda database: before + database + sql.SQL(" SET {} TO {}").format(parts, value),
        (name, value),
    )


def _row(connection: Connection, name: str) -> dict[str, Any] | None:
    found = connection.execute(_ROW, (name,)).fetchone()
    return found[0] if found else None


def _option(name: LiteralString, value: str) -> sql.Composed:
    return sql.SQL("{} {}").format(sql.SQL(name), value)
