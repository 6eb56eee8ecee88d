"""An inventory of 100,000 assets answers page by page in under a second."""

from __future__ import annotations

import pytest

from tests import many_assets
from tests.console import Console
from tests.many_assets import LISTS, Asked

DEMO_ASSETS = 60
"""That the client account has beside those added; some lists hold them all, others some."""


@pytest.fixture(scope="module")
def manager(shared_console: Console) -> object:
    many_assets.fill(shared_console, shared_console.tenant_id(0))
    return shared_console.signed_in("ENGAGEMENT_MANAGER")


@pytest.mark.parametrize("asked", LISTS, ids=lambda asked: asked.words)
def test_a_page_of_100_000_assets_comes_in_under_a_second(manager: object, asked: Asked) -> None:
    taken, total = many_assets.seconds(manager, asked, enough=1.0)
    assert total == asked.fits if asked.alone else 0 < total - asked.fits <= DEMO_ASSETS
    # The quickest: what else the machine does at the moment is not asked here.
    assert min(taken) < 1, f"{asked.words}: {taken}"
