"""Lock-out: sign-ins that did not succeed are counted by e-mail address, whether or not anybody has it."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

import sqlalchemy as sa

from modernize.models import SignInAttempt

ALLOWED = 5
WITHIN = timedelta(minutes=15)


class Standing(NamedTuple):
    """Whether one more attempt is allowed. `retry_after`: seconds until one is; 0 when it is now."""

    retry_after: int

    @property
    def locked(self) -> bool:
        return self.retry_after > 0


def reserve(connection: sa.Connection, email: str) -> Standing:
    """Count one more attempt, unless the address is locked.

    It is counted before the password is looked at, and one attempt of an address at a time: guesses sent side by side
    are no more than five either.
    """
    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(email, 0))))
    recent = connection.scalars(
        sa.select(SignInAttempt.attempted_at)
        .where(SignInAttempt.email == email, SignInAttempt.attempted_at > sa.func.now() - WITHIN)
        .order_by(SignInAttempt.attempted_at.desc())
        .limit(ALLOWED)
    ).all()
    if len(recent) == ALLOWED:
        now = connection.scalar(sa.select(sa.func.now()))
        assert now is not None  # noqa: S101 - now() is never NULL
        return Standing(int((recent[-1] + WITHIN - now).total_seconds()) + 1)
    connection.execute(sa.insert(SignInAttempt).values(email=email))
    return Standing(0)


def forget(connection: sa.Connection) -> None:
    """The address's attempts are over: it signed in. Anybody's of yesterday go with them; the policies say which."""
    connection.execute(sa.delete(SignInAttempt))
