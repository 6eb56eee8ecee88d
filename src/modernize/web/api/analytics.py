"""/api/analytics: what the inventory and the imports add up to."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter

from modernize.web.access.caller import Caller
from modernize.web.access.dependency import needs
from modernize.web.services import analytics
from modernize.web.services.analytics import Analysis

router = APIRouter(prefix="/analytics", tags=["analytics"])


@router.get("")
def analysis(caller: Annotated[Caller, needs("analytics:read")]) -> Analysis:
    """By business unit, by end of support, by cost now and in the cloud, by import quality; as of today."""
    return analytics.analysis(caller)
