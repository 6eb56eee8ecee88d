"""What holds for the demo tenant must hold for the tenants beside it."""

from __future__ import annotations

import pytest


@pytest.fixture(params=range(6), ids=lambda number: f"tenant {number}")
def tenant(request: pytest.FixtureRequest) -> int:
    """Number of a tenant, the demo tenant's among them."""
    number: int = request.param
    return number
