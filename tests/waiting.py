"""Waiting for what happens in another thread, process or server."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")

_LOOK_AGAIN_SECONDS = 0.05


def until(condition: Callable[[], Found], seconds: float = 60) -> Found:
    """What a condition gives, as soon as it gives anything true."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, f"it did not happen within {seconds:g} s"
        time.sleep(_LOOK_AGAIN_SECONDS)
    return found
