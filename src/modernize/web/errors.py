"""What the console answers when it does not do what was asked; each error knows its HTTP status.

ConsoleError
├── NotSignedIn     401  no session, or one that has ended
├── Forbidden       403  the role does not allow it, or the request is not the person's own
├── NotFound        404  no such row in this client account
├── Conflict        409  somebody else was faster, or the state does not allow it
├── Invalid         422  what was sent breaks a rule
├── TooMany         429  locked for a while
└── Unavailable     503  the database does not answer
"""

from __future__ import annotations

from typing import ClassVar


class ConsoleError(Exception):
    """One sentence for the person who asked: object, what was expected, what was found, next step."""

    status: ClassVar[int] = 400

    def __init__(self, message: str, *, problems: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.problems = problems


class NotSignedIn(ConsoleError):
    status = 401

    def __init__(
        self, message: str = "You are not signed in, or your session has ended. Sign in again."
    ) -> None:
        super().__init__(message)


class Forbidden(ConsoleError):
    status = 403


class NotFound(ConsoleError):
    status = 404


class Conflict(ConsoleError):
    status = 409


class Invalid(ConsoleError):
    """`problems`: every rule that is broken, where there is more than one."""

    status = 422


class TooMany(ConsoleError):
    """`retry_after`: seconds until it is worth trying again."""

    status = 429

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Unavailable(ConsoleError):
    status = 503
