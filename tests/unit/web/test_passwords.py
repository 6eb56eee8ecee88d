"""Passwords are looked at with the same work, whoever is or is not there."""

from __future__ import annotations

import asyncio
import threading
import time

from anyio import to_thread
from argon2 import PasswordHasher

from modernize.web.access.passwords import LONGEST, Passwords


def test_only_the_right_password_of_somebody_matches() -> None:
    passwords = Passwords()
    stored = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("right")
    assert passwords.match(stored, "right")
    assert not passwords.match(stored, "wrong")
    assert not passwords.match(None, "right")
    assert not passwords.match("$argon2id$broken", "right")


def test_more_than_the_longest_password_does_not_match_by_its_beginning() -> None:
    stored = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("x" * LONGEST)
    assert Passwords().match(stored, "x" * LONGEST)
    assert not Passwords().match(stored, "x" * (LONGEST + 1))


def test_nobody_takes_as_long_as_somebody() -> None:
    passwords = Passwords()
    stored = PasswordHasher().hash("right")
    somebody = min(_seconds(passwords, stored) for _ in range(3))
    nobody = min(_seconds(passwords, None) for _ in range(3))
    assert nobody > somebody / 3


def _seconds(passwords: Passwords, stored: str | None) -> float:
    start = time.perf_counter()
    passwords.match(stored, "wrong")
    return time.perf_counter() - start


def test_who_waits_for_a_password_keeps_no_thread_that_others_need() -> None:
    """The guard and every page work in the event loop's own threads, of which there are forty."""
    passwords, gate, begun = Passwords(at_once=2), threading.Event(), threading.Semaphore(0)

    def look() -> bool:
        begun.release()
        return gate.wait(30)

    async def crowd() -> list[bool]:
        waiting = [asyncio.ensure_future(passwords.aside(look)) for _ in range(3)]
        for _ in range(2):
            assert await to_thread.run_sync(begun.acquire, True, 30)
        assert not begun.acquire(blocking=False)
        assert to_thread.current_default_thread_limiter().borrowed_tokens == 0
        gate.set()
        return await asyncio.gather(*waiting)

    assert asyncio.run(crowd()) == [True] * 3
