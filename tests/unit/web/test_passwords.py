"""Passwords are looked at with the same work, whoever is or is not there."""

from __future__ import annotations

import time

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
