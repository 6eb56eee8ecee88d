"""Is it this member's password? Answered with the same work whether or not there is such a member."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST, LONGEST = 12, 1024

P = ParamSpec("P")
T = TypeVar("T")


class Passwords:
    """argon2, a few at a time: each verification takes 64 MiB. Use it from `aside`."""

    def __init__(self, at_once: int = 4) -> None:
        self._hasher = PasswordHasher()
        self._nobodys = self._hasher.hash(secrets.token_urlsafe())
        self._threads = ThreadPoolExecutor(at_once, "passwords")

    async def aside(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Carry out what looks at passwords in threads of its own: who waits for one keeps none that others need."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, partial(work, *args, **kwargs))

    def match(self, stored: str | None, given: str) -> bool:
        """Whether `given` is the password of hash `stored`; without one the work is done all the same."""
        try:
            self._hasher.verify(stored or self._nobodys, given[:LONGEST])
        except (VerificationError, InvalidHashError):
            return False
        return stored is not None and len(given) <= LONGEST

    def hash(self, chosen: str) -> str:
        """What is stored of a password."""
        return self._hasher.hash(chosen)
