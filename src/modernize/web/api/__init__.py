"""The JSON API under /api: one router per area, the same services and scopes as the pages."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from fastapi import APIRouter


def routers() -> list[APIRouter]:
    """The router of every module in this folder that has one, in the order of their names."""
    modules = (import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__))
    return [module.router for module in modules if hasattr(module, "router")]
