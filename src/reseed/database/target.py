"""Where a database is and who asks: the one value that every connection, tool and message is made from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import quote, urlencode

import psycopg
from psycopg.conninfo import conninfo_to_dict

from reseed.errors import SettingsError

_EXPECTED = "expected postgresql://user:password@host:port/database"


@dataclass(frozen=True, slots=True)
class Target:
    """A server, a role, and one of its databases.

    Attributes:
        host: name, address or socket directory; empty means libpq's own default (`PGHOST`, or the local socket).
        port: TCP port, or the number in the socket's name.
        user: the role; empty means libpq's default.
        password: None leaves it to libpq (`PGPASSWORD`, `PGPASSFILE`, `~/.pgpass`).
        database: name of the database; empty when the URL names none.
        options: every other libpq parameter of the URL, such as `sslmode`.
    """

    host: str
    port: int
    user: str
    password: str | None = field(repr=False)
    database: str
    options: Mapping[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def parse(cls, url: str) -> Target:
        """Read a libpq URL or `key=value` string; SQLAlchemy's `postgresql+driver://` is understood too.

        Raises:
            SettingsError: it is malformed, or names several hosts.
        """
        scheme, separator, rest = url.strip().partition("://")
        if separator and scheme.partition("+")[0] not in ("postgresql", "postgres"):
            raise SettingsError(f"The database URL begins with {scheme}://, {_EXPECTED}.")
        try:
            parts = conninfo_to_dict(f"postgresql://{rest}" if separator else url)
        except (psycopg.ProgrammingError, UnicodeError):
            # libpq's message would repeat the URL, and with it the password.
            raise SettingsError(f"The database URL is malformed, {_EXPECTED}.", _ENCODE) from None
        if not parts:
            raise SettingsError(f"The database URL is empty, {_EXPECTED}.", _GIVE)
        return cls(
            host=_single(parts.pop("host", None), "host"),
            port=_port(_single(parts.pop("port", None), "port")),
            user=str(parts.pop("user", None) or ""),
            password=None if (password := parts.pop("password", None)) is None else str(password),
            database=str(parts.pop("dbname", None) or ""),
            options={key: str(value) for key, value in parts.items() if value is not None},
        )

    def on(self, database: str) -> Target:
        """The same server and role, another database."""
        return replace(self, database=database)

    def with_option(self, name: str, value: str) -> Target:
        """The same target with a parameter of libpq, such as `application_name`."""
        return replace(self, options={**self.options, name: value})

    def with_setting(self, name: str, value: str) -> Target:
        """The same target, whose sessions begin with a server setting."""
        given = self.without_setting(name).options
        command = f"{given.get('options', '')} -c {name}={value}".strip()
        return replace(self, options={**given, "options": command})

    def without_setting(self, name: str) -> Target:
        """The same target, whose sessions leave a server setting alone."""
        rest = re.sub(rf"-c\s*{re.escape(name)}=\S*", "", self.options.get("options", "")).strip()
        others = {key: value for key, value in self.options.items() if key != "options"}
        return replace(self, options={**others, "options": rest} if rest else others)

    def url(self, password: bool = True) -> str:
        """As `postgresql://…`, which libpq and SQLAlchemy both read; without the password when asked."""
        query = dict(self.options)
        host = f"[{self.host}]" if ":" in self.host else self.host
        if self.host.startswith("/"):
            host, query["host"] = "", self.host
        secret = f":{quote(self.password, safe='')}" if password and self.password is not None else ""
        login = f"{quote(self.user, safe='')}{secret}"
        address = f"{host}:{self.port}" if host else ""
        if not host and self.port != _DEFAULT_PORT:
            query["port"] = str(self.port)
        place = f"{login}@{address}" if login else address
        tail = f"?{urlencode(query, quote_via=quote)}" if query else ""
        return f"postgresql://{place}/{quote(self.database, safe='')}{tail}"

    @property
    def masked(self) -> str:
        """For people and logs: role, address and database, never a password or an option."""
        login = f"{self.user}@" if self.user else ""
        return f"{login}{self.host or 'local socket'}:{self.port}/{self.database}"

    @property
    def parameters(self) -> dict[str, str]:
        """As libpq's connection parameters, unset ones left out."""
        known = {
            "host": self.host,
            "port": str(self.port),
            "user": self.user,
            "dbname": self.database,
        }
        given = {key: value for key, value in known.items() if value}
        if self.password is not None:
            given["password"] = self.password
        return {**self.options, **given}


_DEFAULT_PORT = 5432
_GIVE = "Give one with --database-url or in DATABASE_URL, or neither for the embedded server."
_ENCODE = "Percent-encode special characters in the password (@ is %40, / is %2F, # is %23)."


def _single(value: str | int | None, name: str) -> str:
    if "," in str(value or ""):
        raise SettingsError(
            f"The database URL names several {name}s, expected one server that can be written to."
        )
    return str(value or "")


def _port(text: str) -> int:
    if not text:
        return _DEFAULT_PORT
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        raise SettingsError(f'The database URL has port "{text}", expected a number from 1 to 65535.')
    return int(text)
