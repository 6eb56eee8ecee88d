"""The few lines of JavaScript that run inside a page, each in a file beside this one."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def script(name: str) -> str:
    """The function in `<name>.js`, as Playwright evaluates it."""
    return Path(__file__).with_name(f"{name}.js").read_text(encoding="utf-8")
