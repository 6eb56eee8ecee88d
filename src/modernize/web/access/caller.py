"""Who asks: one session's claim, held cheaply for the life of a page, and looked at again in every transaction.

A page may stay open for hours, and its events come over a websocket that no HTTP middleware sees. So nothing is
believed from the page's beginning: `Caller.working` opens one transaction, reads session, user and role again under
row-level security, and only then hands out the connection.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

import sqlalchemy as sa
from starlette.requests import HTTPConnection

from modernize.models.enums import AccountRole
from modernize.web.access import scopes, sessions
from modernize.web.access.doors import Doors
from modernize.web.access.sessions import Claim
from modernize.web.errors import Forbidden, Invalid, NotSignedIn

_UNSTORABLE = (None, "22021", "22P05")
"""SQLSTATEs of a text that cannot be stored; the driver refuses some before PostgreSQL sees them."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A signed-in member as the database has it now.

    Attributes:
        csrf_token: what the person's own page sends along with a change, as other sites' pages cannot.
    """

    user_id: UUID
    client_account_id: UUID
    engagement_id: UUID
    role: AccountRole
    scopes: frozenset[str]
    email: str
    full_name: str
    account_name: str
    engagement_name: str
    csrf_token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Work:
    """What a service works with: a connection in one transaction that sees the tenant's rows, and who asks."""

    connection: sa.Connection
    identity: Identity


class Caller:
    """One session's claim to be somebody.

    Attributes:
        identity: as of the last look; for what a page shows. What a service decides by is `Work.identity`.
    """

    def __init__(self, doors: Doors, claim: Claim, identity: Identity) -> None:
        self._doors = doors
        self._claim = claim
        self.identity = identity

    def may(self, scope: str) -> bool:
        """Whether the role allows it, as of the last look: whether a page shows the button."""
        return scopes.require_known(scope) in self.identity.scopes

    @contextmanager
    def working(self, scope: str, *, noted: bool = True) -> Iterator[Work]:
        """One transaction on the rows of the caller's client account; for a reading scope it cannot write.

        Args:
            noted: whether it counts as use of the session; not where a page looks again by itself.

        Raises:
            NotSignedIn: the session has ended or expired, or the member is no longer one.
            Forbidden: the role does not allow it.
            Invalid: a text holds what PostgreSQL cannot store, such as NUL.
        """
        scopes.require_known(scope)
        with self._doors.account(self._claim.client_account_id) as connection:
            found = sessions.look(connection, self._claim)
            self.identity = identity = identity_of(found)
            if scope not in identity.scopes:
                raise Forbidden(
                    f"Your role, {identity.role}, does not allow {scope}. Ask a client administrator for another role."
                )
            if scopes.reads_only(scope):
                # A second wall, and a cheap one: a query that was meant to read cannot change a row.
                connection.execute(sa.text("SET TRANSACTION READ ONLY"))
            try:
                yield Work(connection, identity)
            except (sa.exc.DataError, UnicodeEncodeError) as error:
                if getattr(getattr(error, "orig", None), "sqlstate", None) in _UNSTORABLE:
                    raise Invalid(
                        "What was sent holds a character that a database cannot store; leave it out."
                    ) from error
                raise
        if noted and sessions.is_due(found):
            with self._doors.account(self._claim.client_account_id) as connection:
                sessions.note(connection, self._claim)


def identity_of(found: sa.Row[tuple[object, ...]]) -> Identity:
    """What a look at a session says of its member.

    Raises:
        Forbidden: the member has access to no engagement.
    """
    if found.engagement_id is None:
        raise Forbidden(
            f"{found.email} has access to no engagement of {found.account_name}. "
            "Ask a client administrator for access."
        )
    return Identity(
        user_id=found.user_id,
        client_account_id=found.client_account_id,
        engagement_id=found.engagement_id,
        role=found.role,
        scopes=scopes.allowed(found.role, found.access_level),
        email=found.email,
        full_name=found.full_name,
        account_name=found.account_name,
        engagement_name=found.engagement_name,
        csrf_token=found.csrf_token,
    )


def recognise(doors: Doors, cookie: str | None, *, noted: bool = True) -> Caller | None:
    """Who sent a session cookie; None when it is missing, malformed, unknown or no longer valid.

    Args:
        noted: whether the request counts as use of the session; not where a page keeps its connection.
    """
    claim = Claim.parse(cookie)
    if claim is None:
        return None
    with doors.account(claim.client_account_id) as connection:
        try:
            found = sessions.look(connection, claim)
            identity = identity_of(found)
        except (NotSignedIn, Forbidden):
            return None
        if noted and sessions.is_due(found):
            sessions.note(connection, claim)
    return Caller(doors, claim, identity)


def caller_of(request: HTTPConnection) -> Caller | None:
    """Who sent the request, as the guard at the entrance found; None for a visitor."""
    return request.scope.get("modernize.caller")
