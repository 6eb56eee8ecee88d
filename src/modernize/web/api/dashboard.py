"""/api/dashboard: the engagement at a glance, and what happened lately."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from modernize.web.access.caller import Caller
from modernize.web.access.dependency import needs
from modernize.web.services import activity, dashboard
from modernize.web.services.activity import Activity
from modernize.web.services.dashboard import Overview

router = APIRouter(prefix="/dashboard", tags=["dashboard"])

Reader = Annotated[Caller, needs("dashboard:read")]


@router.get("")
def overview(caller: Reader) -> Overview:
    """Key figures, flows by phase, the latest imports, and the mappings that wait for a decision."""
    return dashboard.overview(caller)


@router.get("/activity")
def recent(
    caller: Reader,
    offset: Annotated[int, Query(), Field(ge=0, le=activity.FARTHEST)] = 0,
    limit: Annotated[int, Query(), Field(ge=1, le=100)] = 15,
) -> Activity:
    """What happened lately, newest first; the feed does not go back for ever."""
    return activity.recent(caller, offset=offset, limit=limit)
