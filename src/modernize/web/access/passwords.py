"""Is it this member's password? Answered with the same work whether or not there is such a member."""

from __future__ import annotations

import secrets
import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST, LONGEST = 12, 1024


class Passwords:
    """argon2, a few at a time: each verification takes 64 MiB."""

    def __init__(self, at_once: int = 4) -> None:
        self._hasher = PasswordHasher()
        self._nobodys = self._hasher.hash(secrets.token_urlsafe())
        self._places = threading.BoundedSemaphore(at_once)

    def match(self, stored: str | None, given: str) -> bool:
        """Whether `given` is the password of hash `stored`; without one the work is done all the same."""
        with self._places:
            try:
                self._hasher.verify(stored or self._nobodys, given[:LONGEST])
            except (VerificationError, InvalidHashError):
                return False
        return stored is not None and len(given) <= LONGEST

    def hash(self, chosen: str) -> str:
        """What is stored of a password."""
        with self._places:
            return self._hasher.hash(chosen)
