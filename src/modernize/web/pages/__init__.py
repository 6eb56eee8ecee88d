"""The pages, one module each; importing a module puts its page on the console."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules


def register() -> None:
    """Put every page of this folder on the console."""
    for module in iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
